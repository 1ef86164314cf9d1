import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError, unavailable } from "../../shared/kernel/errors.ts";
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
import type {
  Addressee,
  AuthService,
  Messenger,
  OrderCard,
  Outcome,
  Recipient,
  Recorded,
  Stores,
  UntilStored,
} from "./ports.ts";

export interface SendDeliveryDeps {
  readonly stores: Stores;
  readonly auth: AuthService;
  readonly messenger: Messenger;
  readonly untilStored: UntilStored;
  readonly clock: Clock;
  /** Counts outcomes. */
  readonly onOutcome?: (outcome: SendResult["kind"], delivery: Delivery) => void;
}

/** The user's chat from the replica, or from auth where the replica has not heard of them yet. */
const findRecipient = async (
  { stores, auth, clock }: SendDeliveryDeps,
  userId: string,
  orderId: string | null,
): Promise<Recipient | null> => {
  const known = await stores.chats.findRecipient(userId, orderId);
  if (known !== null) return known;
  const user = await auth.findUser(userId).catch((error: unknown) => {
    throw isKioskError(error, "UNAVAILABLE") ? unavailable("auth does not answer", 1, error) : error;
  });
  if (user === null) return null;
  await stores.chats.apply(chatOf(user), clock.now());
  return stores.chats.findRecipient(userId, orderId);
};

/** Whom to write to and which card to edit, or how the delivery ends without being sent. */
type Prepared = { readonly to: Addressee; readonly card: OrderCard | null } | { readonly outcome: Outcome };

/** An outcome without a send: nothing was learnt. */
const unsent = (settlement: Settlement, chatId: number | null = null): Prepared => ({
  outcome: { settlement, chatId, card: null, isChatClosed: false },
});

const nobodyToTell = (reason: string): Prepared => unsent(suppressed(reason));

const lookUp = async (deps: SendDeliveryDeps, { userId, notice }: Delivery): Promise<Prepared> => {
  const order = notice.template === "order-card" ? notice : null;
  const recipient = await findRecipient(deps, userId, order?.orderId ?? null);
  if (recipient === null || recipient.chat.state === "deleted") return nobodyToTell("no such user");
  const { chat, card } = recipient;
  if (chat.chatId === null) return nobodyToTell("no Telegram account");
  if (chat.state === "blocked") return nobodyToTell("the bot is blocked");
  const isOld = order !== null && card !== null && card.version >= order.version;
  if (isOld) return unsent(suppressed("newer news is shown already"), chat.chatId);
  return { to: { chatId: chat.chatId, language: chat.language }, card };
};

/** All that has to be known before anything is sent: what cannot be looked up now is surely not sent, and waits. */
const prepare = async (deps: SendDeliveryDeps, delivery: Delivery): Promise<Prepared> => {
  try {
    return await lookUp(deps, delivery);
  } catch (error) {
    if (!isKioskError(error, "UNAVAILABLE")) throw error;
    const delayMs = retryDelayMs(delivery.attempts);
    return unsent(postponed(delivery, delayMs, error.message, deps.clock.now()));
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

/** What came of an attempt: the delivery, the card that it changed, the chat that it found closed. */
const outcomeOf = (delivery: Delivery, { chatId }: Addressee, attempt: Attempt, now: Date): Outcome => {
  const { result, edited, cardMessageId } = attempt;
  const { notice } = delivery;
  const showsOrder = cardMessageId !== null && notice.template === "order-card";
  return {
    settlement: settle(delivery, result, { now, idempotent: edited }),
    chatId,
    card: showsOrder ? { orderId: notice.orderId, messageId: cardMessageId, version: notice.version } : null,
    isChatClosed: result.kind === "unreachable",
  };
};

/**
 * Sends one claimed delivery and records its outcome. Answers what was recorded, or null when somebody else has taken it
 * over meanwhile. A database that is away is waited for, since only we know what came of the send; when that
 * takes too long it fails, and the delivery ends as unknown.
 */
export const sendDelivery =
  (deps: SendDeliveryDeps) =>
  async (delivery: Delivery): Promise<Recorded | null> => {
    const { stores, clock, untilStored } = deps;
    const record = (outcomeAt: (now: Date) => Outcome) =>
      untilStored(() => {
        const now = clock.now();
        return stores.deliveries.record(delivery, outcomeAt(now), now);
      });
    const prepared = await prepare(deps, delivery);
    if ("outcome" in prepared) return record(() => prepared.outcome);
    const { to, card } = prepared;
    const attempt = await attemptOf(deps, delivery, to, card);
    deps.onOutcome?.(attempt.result.kind, delivery);
    return record((now) => outcomeOf(delivery, to, attempt, now));
  };
