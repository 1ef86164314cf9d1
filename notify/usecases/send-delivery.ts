import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError, unavailable } from "../../shared/kernel/errors.ts";
import type { Chat } from "../domain/chat.ts";
import {
  type Delivery,
  postponed,
  retryDelayMs,
  type Settlement,
  settle,
  suppressed,
} from "../domain/delivery.ts";
import type { OrderCardNotice } from "../domain/notice.ts";
import type { SendResult } from "../domain/send-result.ts";
import { chatOf } from "./keep-chats.ts";
import type { Addressee, AuthService, Messenger, OrderCard, Stores, Transact, UntilStored } from "./ports.ts";

export interface SendDeliveryDeps {
  readonly stores: Stores;
  readonly transact: Transact;
  readonly auth: AuthService;
  readonly messenger: Messenger;
  readonly untilStored: UntilStored;
  readonly clock: Clock;
  /** Counts outcomes. */
  readonly onOutcome?: (outcome: SendResult["kind"], delivery: Delivery) => void;
}

/** The user's chat from the replica, or from auth where the replica has not heard of them yet. */
const chatOfUser = async (
  { stores, auth, clock }: SendDeliveryDeps,
  userId: string,
): Promise<Chat | null> => {
  const known = await stores.chats.findByUser(userId);
  if (known !== null) return known;
  const user = await auth.findUser(userId).catch((error: unknown) => {
    throw isKioskError(error, "UNAVAILABLE") ? unavailable("auth does not answer", 1, error) : error;
  });
  if (user === null) return null;
  await stores.chats.apply(chatOf(user), clock.now());
  return stores.chats.findByUser(userId);
};

/** Whom to write to and which card to edit, or how the delivery ends without being sent. */
type Prepared =
  | { readonly to: Addressee; readonly card: OrderCard | null }
  | { readonly settlement: Settlement; readonly chatId: number | null };

const unsent = (reason: string, chatId: number | null = null): Prepared => ({
  settlement: suppressed(reason),
  chatId,
});

const lookUp = async (deps: SendDeliveryDeps, { userId, notice }: Delivery): Promise<Prepared> => {
  const chat = await chatOfUser(deps, userId);
  if (chat === null || chat.state === "deleted") return unsent("no such user");
  if (chat.chatId === null) return unsent("no Telegram account");
  if (chat.state === "blocked") return unsent("the bot is blocked");
  const to = { chatId: chat.chatId, language: chat.language };
  if (notice.template !== "order-card") return { to, card: null };
  const card = await deps.stores.cards.find(notice.orderId, to.chatId);
  const isOld = card !== null && card.version >= notice.version;
  return isOld ? unsent("newer news is shown already", to.chatId) : { to, card };
};

/** All that has to be known before anything is sent: what cannot be looked up now is surely not sent, and waits. */
const prepare = async (deps: SendDeliveryDeps, delivery: Delivery): Promise<Prepared> => {
  try {
    return await lookUp(deps, delivery);
  } catch (error) {
    if (!isKioskError(error, "UNAVAILABLE")) throw error;
    const delayMs = retryDelayMs(delivery.attempts);
    return { settlement: postponed(delivery, delayMs, error.message, deps.clock.now()), chatId: null };
  }
};

interface Attempt {
  readonly result: SendResult;
  /** An edit of an existing message: may be repeated. */
  readonly edited: boolean;
  /** The message that now shows the order. */
  readonly cardMessageId: number | null;
}

const newCard = (result: SendResult): Attempt => ({
  result,
  edited: false,
  cardMessageId: result.kind === "sent" ? result.messageId : null,
});

/** Edits the order's card, or sends it where there is none (any more). */
const sendCard = async (
  { messenger }: SendDeliveryDeps,
  notice: OrderCardNotice,
  to: Addressee,
  card: OrderCard | null,
): Promise<Attempt> => {
  if (card === null) return newCard(await messenger.sendNotice(to, notice));
  const result = await messenger.editNotice(to, card.messageId, notice);
  if (result.kind === "lost-message") return newCard(await messenger.sendNotice(to, notice));
  const shown = result.kind === "sent" || result.kind === "not-modified";
  return { result, edited: true, cardMessageId: shown ? card.messageId : null };
};

const attemptOf = async (
  deps: SendDeliveryDeps,
  { notice }: Delivery,
  to: Addressee,
  card: OrderCard | null,
): Promise<Attempt> => {
  if (notice.template === "order-card") return sendCard(deps, notice, to, card);
  return { result: await deps.messenger.sendNotice(to, notice), edited: false, cardMessageId: null };
};

/** Records what came of an attempt: the delivery, the card that it changed, the chat that it found closed. */
const record = (deps: SendDeliveryDeps, delivery: Delivery, to: Addressee, attempt: Attempt) =>
  deps.transact(async ({ deliveries, cards, chats }) => {
    const now = deps.clock.now();
    const { result, edited, cardMessageId } = attempt;
    if (cardMessageId !== null && delivery.notice.template === "order-card") {
      const { orderId, version } = delivery.notice;
      await cards.save({ orderId, chatId: to.chatId }, { messageId: cardMessageId, version }, now);
    }
    if (result.kind === "unreachable") await chats.setState(to.chatId, "blocked", now);
    const settlement = settle(delivery, result, { now, idempotent: edited });
    return deliveries.settle(delivery, settlement, to.chatId, now);
  });

/**
 * Sends one claimed delivery and records its outcome. Answers the delivery as it is then, or null when somebody else has
 * taken it over meanwhile. A database that is away is waited for, since only we know what came of the send; when that
 * takes too long it fails, and the delivery ends as unknown.
 */
export const sendDelivery =
  (deps: SendDeliveryDeps) =>
  async (delivery: Delivery): Promise<Delivery | null> => {
    const prepared = await prepare(deps, delivery);
    if ("settlement" in prepared) {
      const { settlement, chatId } = prepared;
      return deps.untilStored(() =>
        deps.stores.deliveries.settle(delivery, settlement, chatId, deps.clock.now()),
      );
    }
    const attempt = await attemptOf(deps, delivery, prepared.to, prepared.card);
    deps.onOutcome?.(attempt.result.kind, delivery);
    return deps.untilStored(() => record(deps, delivery, prepared.to, attempt));
  };
