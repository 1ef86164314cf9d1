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
import type {
  Addressee,
  ClaimedMessage,
  OrderCard,
  Outcome,
  PaceStore,
  Recipient,
  Recorded,
} from "./delivery-ports.ts";
import { chatOf } from "./keep-chats.ts";
import type { AuthService, ChatStore, Messenger } from "./ports.ts";

export interface SendDeliveryDeps {
  readonly chats: Pick<ChatStore, "findRecipient" | "apply">;
  readonly auth: Pick<AuthService, "findUser">;
  readonly messenger: Pick<Messenger, "sendNotice" | "sendDigest" | "editNotice">;
  readonly pace: Pick<PaceStore, "flooded">;
  /** Records an outcome, which is made at the moment of recording. */
  readonly record: (outcomeAt: (now: Date) => Outcome) => Promise<Recorded>;
  readonly clock: Clock;
  /** Counts outcomes. */
  readonly onOutcome?: (outcome: SendResult["kind"], message: ClaimedMessage) => void;
}

const ALREADY_SHOWN = "newer news is shown already";

/** The card that the message is to show: of several of one order, which may have come in any order, the newest. */
const cardOf = ({ deliveries }: ClaimedMessage): OrderCardNotice | null =>
  deliveries
    .map(({ notice }) => notice)
    .filter((notice) => notice.template === "order-card")
    .reduce<OrderCardNotice | null>(
      (newest, card) => (newest === null || card.version > newest.version ? card : newest),
      null,
    );

/** The user's chat from the replica, or from auth where the replica has not heard of them yet. */
const findRecipient = async (
  { chats, auth, clock }: SendDeliveryDeps,
  { userId, recipient }: ClaimedMessage,
  orderId: string | null,
): Promise<Recipient | null> => {
  if (recipient !== null) return recipient;
  const user = await auth.findUser(userId).catch((error: unknown) => {
    throw isKioskError(error, "UNAVAILABLE") ? unavailable("auth does not answer", 1, error) : error;
  });
  if (user === null) return null;
  await chats.apply(chatOf(user), clock.now());
  return chats.findRecipient(userId, orderId);
};

type SettleEach = (delivery: Delivery) => Settlement;

/** Whom to write to and which card to edit, or how the message ends without being sent. */
type Prepared =
  | { readonly to: Addressee; readonly card: OrderCard | null }
  | { readonly settleEach: SettleEach; readonly chatId: number | null };

const nobodyToTell = (reason: string, chatId: number | null = null): Prepared => ({
  settleEach: () => suppressed(reason),
  chatId,
});

const lookUp = async (deps: SendDeliveryDeps, message: ClaimedMessage): Promise<Prepared> => {
  const order = cardOf(message);
  const recipient = await findRecipient(deps, message, order?.orderId ?? null);
  if (recipient === null || recipient.chat.state === "deleted") return nobodyToTell("no such user");
  const { chat, card } = recipient;
  if (chat.chatId === null) return nobodyToTell("no Telegram account");
  if (chat.state === "blocked") return nobodyToTell("the bot is blocked");
  const isOld = order !== null && card !== null && card.version >= order.version;
  if (isOld) return nobodyToTell(ALREADY_SHOWN, chat.chatId);
  return { to: { chatId: chat.chatId, language: chat.language }, card };
};

/** All that has to be known before anything is sent: what cannot be looked up now is surely not sent, and waits. */
const prepare = async (deps: SendDeliveryDeps, message: ClaimedMessage): Promise<Prepared> => {
  try {
    return await lookUp(deps, message);
  } catch (error) {
    if (!isKioskError(error, "UNAVAILABLE")) throw error;
    const now = deps.clock.now();
    const settleEach: SettleEach = (delivery) =>
      postponed(delivery, retryDelayMs(delivery.attempts), error.message, now);
    return { settleEach, chatId: null };
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
  message: ClaimedMessage,
  to: Addressee,
  card: OrderCard | null,
): Promise<Attempt> => {
  const order = cardOf(message);
  if (order !== null) return sendCard(deps, order, to, card);
  const notices = message.deliveries.map(({ notice }) => notice);
  const [only] = notices;
  const isOne = only !== undefined && notices.length === 1;
  const result = await (isOne ? deps.messenger.sendNotice(to, only) : deps.messenger.sendDigest(to, notices));
  return { result, edited: false, cardMessageId: null };
};

/** How each delivery of the message goes on: those that were sent as newer news of their order were never shown themselves. */
const settlementsOf = (message: ClaimedMessage, { result, edited }: Attempt, now: Date): Settlement[] => {
  const shown = cardOf(message);
  return message.deliveries.map((delivery) => {
    const settlement = settle(delivery, result, { now, idempotent: edited });
    const isOvertaken = shown !== null && delivery.notice !== shown;
    return isOvertaken && settlement.state === "sent" ? suppressed(ALREADY_SHOWN) : settlement;
  });
};

/** What came of an attempt: the deliveries, the card that it changed, the chat that it found closed. */
const outcomeOf = (message: ClaimedMessage, { chatId }: Addressee, attempt: Attempt, now: Date): Outcome => {
  const { result, cardMessageId } = attempt;
  const order = cardOf(message);
  return {
    message,
    settlements: settlementsOf(message, attempt, now),
    chatId,
    card:
      order === null || cardMessageId === null
        ? null
        : { orderId: order.orderId, messageId: cardMessageId, version: order.version },
    isChatClosed: result.kind === "unreachable",
  };
};

/** An outcome without a send: nothing was learnt. */
const unsent = (message: ClaimedMessage, settleEach: SettleEach, chatId: number | null): Outcome => ({
  message,
  settlements: message.deliveries.map(settleEach),
  chatId,
  card: null,
  isChatClosed: false,
});

/**
 * Sends one claimed message and records its outcome. Answers what was recorded. A database that is away is waited for, since
 * only we know what came of the send; when that takes too long it fails, and the deliveries end as unknown.
 */
export const sendDelivery =
  (deps: SendDeliveryDeps) =>
  async (message: ClaimedMessage): Promise<Recorded> => {
    const { record, clock, pace } = deps;
    const prepared = await prepare(deps, message);
    if ("settleEach" in prepared) return record(() => unsent(message, prepared.settleEach, prepared.chatId));
    const { to, card } = prepared;
    const attempt = await attemptOf(deps, message, to, card);
    deps.onOutcome?.(attempt.result.kind, message);
    // Only a hint to the others: this message itself waits by its own record.
    if (attempt.result.kind === "wait")
      await pace.flooded(to.chatId, attempt.result.seconds, clock.now()).catch(() => undefined);
    return record((now) => outcomeOf(message, to, attempt, now));
  };
