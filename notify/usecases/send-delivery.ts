import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError, unavailable } from "../../shared/kernel/errors.ts";
import { audienceOf, type CardNotice, isCard } from "../domain/card.ts";
import {
  BOT_BLOCKED,
  type Delivery,
  postponed,
  retryDelayMs,
  type Settlement,
  SWITCHED_OFF,
  settle,
  suppressed,
} from "../domain/delivery.ts";

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
import type { FillCards } from "./fill-cards.ts";
import { chatOf } from "./keep-chats.ts";
import type { AuthService, ChatStore, Messenger } from "./ports.ts";
import { type Attempt, isAnew, sendCard } from "./send-card.ts";
import { type Withheld, withheldFrom } from "./withheld.ts";

export interface SendDeliveryDeps {
  readonly chats: Pick<ChatStore, "findRecipient" | "apply" | "moveChat">;
  readonly auth: Pick<AuthService, "findUser">;
  readonly messenger: Pick<Messenger, "sendNotice" | "sendDigest" | "editNotice" | "retireCard">;
  readonly pace: Pick<PaceStore, "flooded">;
  readonly fillCards: FillCards;
  /** A group cannot be written to any more: the admins are told. */
  readonly loseGroup: (chatId: number) => Promise<void>;
  /** Records an outcome, which is made at the moment of recording. */
  readonly record: (outcomeAt: (now: Date) => Outcome) => Promise<Recorded>;
  readonly clock: Clock;
  /** Hears of what came of each attempt. */
  readonly onResult?: (result: SendResult, message: ClaimedMessage) => void;
}

const ALREADY_SHOWN = "newer news is shown already";

/** The card that the message is to show, and whose delivery it is: of several of one order, which may have come in any order, the newest. */
const shownBy = ({ deliveries }: ClaimedMessage): { readonly id: string; readonly card: CardNotice } | null =>
  deliveries
    .flatMap(({ id, notice }) => (isCard(notice) ? [{ id, card: notice }] : []))
    .reduce<{ readonly id: string; readonly card: CardNotice } | null>(
      (newest, one) => (newest === null || one.card.version > newest.card.version ? one : newest),
      null,
    );

const cardOf = (message: ClaimedMessage): CardNotice | null => shownBy(message)?.card ?? null;

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
  if (chat.state === "blocked") return nobodyToTell(BOT_BLOCKED);
  const oldest = (card?.version ?? 0) + (isAnew(message) ? 0 : 1);
  const isOld = order !== null && order.version < oldest;
  if (isOld) return nobodyToTell(ALREADY_SHOWN, chat.chatId);
  const withheld = withheldFrom(message, recipient, deps.clock.now());
  const told = { ...message, deliveries: message.deliveries.filter(({ id }) => !withheld.has(id)) };
  if (told.deliveries.length === 0)
    return { settleEach: ({ id }) => withheld.get(id) ?? suppressed(SWITCHED_OFF), chatId: null };
  const language = recipient.preferences.language ?? chat.language;
  const filled = await deps.fillCards(told, chat);
  if (filled.kind === "nothing") return nobodyToTell(filled.reason, chat.chatId);
  return { to: { chatId: chat.chatId, language }, card, told: filled.message, withheld };
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

/**
 * The same where the chat has become another one, which only the refusal says (Bot API, ResponseParameters): once more, to that. A message of
 * the chat before cannot be edited there, so a card is sent anew.
 */
const attemptWhereItIs = async (
  deps: SendDeliveryDeps,
  message: ClaimedMessage,
  to: Addressee,
  card: OrderCard | null,
): Promise<{ readonly attempt: Attempt; readonly chatId: number }> => {
  const attempt = await attemptOf(deps, message, to, card);
  if (attempt.result.kind !== "migrated") return { attempt, chatId: to.chatId };
  const { chatId } = attempt.result;
  try {
    await deps.chats.moveChat(to.chatId, chatId, deps.clock.now());
  } catch (error) {
    if (!isKioskError(error, "UNAVAILABLE")) throw error;
    return { attempt: { ...attempt, result: { kind: "retry", reason: error.message } }, chatId: to.chatId };
  }
  return { attempt: await attemptOf(deps, message, { ...to, chatId }, null), chatId };
};

/** How each delivery of the message goes on: those that were sent as newer news of their order were never shown themselves. */
const settlementsOf = (
  message: ClaimedMessage,
  { result, edited }: Attempt,
  { told, withheld }: Told,
  now: Date,
): Settlement[] => {
  const shown = shownBy(told);
  return message.deliveries.map((delivery) => {
    const kept = withheld.get(delivery.id);
    if (kept !== undefined) return kept;
    const settlement = settle(delivery, result, { now, idempotent: edited });
    const isOvertaken = shown !== null && delivery.id !== shown.id;
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
        : {
            ...{ orderId: order.orderId, messageId: cardMessageId, version: order.version },
            audience: audienceOf(order),
          },
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
    const { attempt, chatId } = await attemptWhereItIs(deps, told, to, card);
    deps.onResult?.(attempt.result, told);
    // Only a hint to the others: this message itself waits by its own record.
    if (attempt.result.kind === "wait")
      await pace.flooded(to.chatId, attempt.result.seconds, clock.now()).catch(() => undefined);
    // Before the record closes the chat. Where it fails, the group's own news says so, or the next message to it does.
    if (attempt.result.kind === "unreachable" && chatId < 0)
      await deps.loseGroup(chatId).catch(() => undefined);
    const sent = { ...prepared, to: { ...to, chatId } };
    return record((now) => outcomeOf(message, sent, attempt, now));
  };
