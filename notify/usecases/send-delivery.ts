import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
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
import type { Addressee, AuthService, Messenger, Stores, Transact } from "./ports.ts";

export interface SendDeliveryDeps {
  readonly stores: Stores;
  readonly transact: Transact;
  readonly auth: AuthService;
  readonly messenger: Messenger;
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
  const user = await auth.findUser(userId);
  if (user === null) return null;
  await stores.chats.apply(chatOf(user), clock.now());
  return stores.chats.findByUser(userId);
};

type Target = { readonly to: Addressee } | { readonly settlement: Settlement };

const targetOf = async (deps: SendDeliveryDeps, delivery: Delivery): Promise<Target> => {
  try {
    const chat = await chatOfUser(deps, delivery.userId);
    if (chat === null || chat.state === "deleted") return { settlement: suppressed("no such user") };
    if (chat.chatId === null) return { settlement: suppressed("no Telegram account") };
    if (chat.state === "blocked") return { settlement: suppressed("the bot is blocked") };
    return { to: { chatId: chat.chatId, language: chat.language } };
  } catch (error) {
    if (!isKioskError(error, "UNAVAILABLE")) throw error;
    const delayMs = retryDelayMs(delivery.attempts);
    return { settlement: postponed(delivery, delayMs, "auth does not answer", deps.clock.now()) };
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

/** Edits the order's card, or sends it where there is none (any more). Null: the card shows newer news already. */
const sendCard = async (
  { stores, messenger }: SendDeliveryDeps,
  notice: OrderCardNotice,
  to: Addressee,
): Promise<Attempt | null> => {
  const card = await stores.cards.find(notice.orderId, to.chatId);
  if (card === null) return newCard(await messenger.sendNotice(to, notice));
  if (card.version >= notice.version) return null;
  const result = await messenger.editNotice(to, card.messageId, notice);
  if (result.kind === "lost-message") return newCard(await messenger.sendNotice(to, notice));
  const shown = result.kind === "sent" || result.kind === "not-modified";
  return { result, edited: true, cardMessageId: shown ? card.messageId : null };
};

const attemptOf = async (
  deps: SendDeliveryDeps,
  { notice }: Delivery,
  to: Addressee,
): Promise<Attempt | null> => {
  if (notice.template === "order-card") return sendCard(deps, notice, to);
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
 * taken it over meanwhile. Fails only when the database does; then the claim runs out and the delivery ends as unknown.
 */
export const sendDelivery =
  (deps: SendDeliveryDeps) =>
  async (delivery: Delivery): Promise<Delivery | null> => {
    const target = await targetOf(deps, delivery);
    const end = (settlement: Settlement, chatId: number | null) =>
      deps.stores.deliveries.settle(delivery, settlement, chatId, deps.clock.now());
    if ("settlement" in target) return end(target.settlement, null);
    const attempt = await attemptOf(deps, delivery, target.to);
    if (attempt === null) return end(suppressed("newer news is shown already"), target.to.chatId);
    deps.onOutcome?.(attempt.result.kind, delivery);
    return record(deps, delivery, target.to, attempt);
  };
