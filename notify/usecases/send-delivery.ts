import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError, unavailable } from "../../shared/kernel/errors.ts";
import {
  type Delivery,
  postponed,
  retryDelayMs,
  type Settlement,
  SWITCHED_OFF,
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
import { type Withheld, withheldFrom } from "./withheld.ts";

export interface SendDeliveryDeps {
  readonly chats: Pick<ChatStore, "findRecipient" | "apply">;
  readonly auth: Pick<AuthService, "findUser">;
  readonly messenger: Pick<Messenger, "sendNotice" | "sendDigest" | "editNotice" | "retireCard">;
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

/** True where somebody has asked for the card: it is shown again, also where nothing is new. */
const isAnew = ({ deliveries }: ClaimedMessage): boolean =>
  deliveries.some(({ notice }) => notice.template === "order-card" && notice.anew === true);

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

/** Whom to write to, which card to edit and what of the message is told, or how it ends without being sent. */
interface Told {
  readonly to: Addressee;
  readonly card: OrderCard | null;
  readonly told: ClaimedMessage;
  readonly withheld: Withheld;
}
type Prepared = Told | { readonly settleEach: SettleEach; readonly chatId: number | null };

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
  const oldest = (card?.version ?? 0) + (isAnew(message) ? 0 : 1);
  const isOld = order !== null && order.version < oldest;
  if (isOld) return nobodyToTell(ALREADY_SHOWN, chat.chatId);
  const withheld = withheldFrom(message, recipient, deps.clock.now());
  const told = { ...message, deliveries: message.deliveries.filter(({ id }) => !withheld.has(id)) };
  if (told.deliveries.length === 0)
    return { settleEach: ({ id }) => withheld.get(id) ?? suppressed(SWITCHED_OFF), chatId: null };
  const language = recipient.preferences.language ?? chat.language;
  return { to: { chatId: chat.chatId, language }, card, told, withheld };
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

/** Shows the card at the end of the chat, and takes away the message that was it. */
const replaceCard = async (
  { messenger }: SendDeliveryDeps,
  notice: OrderCardNotice,
  to: Addressee,
  card: OrderCard,
): Promise<Attempt> => {
  const attempt = newCard(await messenger.sendNotice(to, notice));
  if (attempt.cardMessageId !== null) await messenger.retireCard(to, card.messageId);
  return attempt;
};

/** Edits the order's card, or sends it where there is none (any more). */
const sendCard = async (
  deps: SendDeliveryDeps,
  message: ClaimedMessage,
  notice: OrderCardNotice,
  { to, card }: { readonly to: Addressee; readonly card: OrderCard | null },
): Promise<Attempt> => {
  const { messenger } = deps;
  if (card === null) return newCard(await messenger.sendNotice(to, notice));
  if (isAnew(message)) return replaceCard(deps, notice, to, card);
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
  if (order !== null) return sendCard(deps, message, order, { to, card });
  const notices = message.deliveries.map(({ notice }) => notice);
  const [only] = notices;
  const isOne = only !== undefined && notices.length === 1;
  const result = await (isOne ? deps.messenger.sendNotice(to, only) : deps.messenger.sendDigest(to, notices));
  return { result, edited: false, cardMessageId: null };
};

/** How each delivery of the message goes on: those that were sent as newer news of their order were never shown themselves. */
const settlementsOf = (
  message: ClaimedMessage,
  { result, edited }: Attempt,
  { told, withheld }: Told,
  now: Date,
): Settlement[] => {
  const shown = cardOf(told);
  return message.deliveries.map((delivery) => {
    const kept = withheld.get(delivery.id);
    if (kept !== undefined) return kept;
    const settlement = settle(delivery, result, { now, idempotent: edited });
    const isOvertaken = shown !== null && delivery.notice !== shown;
    return isOvertaken && settlement.state === "sent" ? suppressed(ALREADY_SHOWN) : settlement;
  });
};

/** What came of an attempt: the deliveries, the card that it changed, the chat that it found closed. */
const outcomeOf = (message: ClaimedMessage, sending: Told, attempt: Attempt, now: Date): Outcome => {
  const { result, cardMessageId } = attempt;
  const { chatId } = sending.to;
  const order = cardOf(sending.told);
  return {
    message,
    settlements: settlementsOf(message, attempt, sending, now),
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
    const { to, card, told } = prepared;
    const attempt = await attemptOf(deps, told, to, card);
    deps.onOutcome?.(attempt.result.kind, told);
    // Only a hint to the others: this message itself waits by its own record.
    if (attempt.result.kind === "wait")
      await pace.flooded(to.chatId, attempt.result.seconds, clock.now()).catch(() => undefined);
    return record((now) => outcomeOf(message, prepared, attempt, now));
  };
