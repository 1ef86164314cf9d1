import type { CardAudience } from "../domain/card.ts";
import type { Chat } from "../domain/chat.ts";
import type { Delivery, DeliveryClass, DeliveryState, Settlement } from "../domain/delivery.ts";
import type { DeliveryOrigin } from "../domain/delivery-origin.ts";
import type { Lane } from "../domain/lane.ts";
import type { Notice } from "../domain/notice.ts";
import type { Preferences } from "../domain/preferences.ts";

// The queue of what there is to tell people, from its arrival to what came of it, and who reads of its changes.

/** Who is written to. `language` is an IETF tag. */
export interface Addressee {
  readonly chatId: number;
  readonly language: string;
}

/** The message that shows an order in a chat, and the order's version that it shows. */
export interface OrderCard {
  readonly messageId: number;
  readonly version: number;
}

/** What has to be known of a person before a message to them is sent. */
export interface Recipient {
  readonly chat: Chat;
  /** The card of the order that was asked for; null where the chat has none. */
  readonly card: OrderCard | null;
  readonly preferences: Preferences;
}

export interface NewDelivery {
  readonly id: string;
  readonly dedupeKey: string;
  readonly class: DeliveryClass;
  readonly userId: string;
  readonly notice: Notice;
  readonly expiresAt: Date;
  /** Nobody's request where it is missing. */
  readonly origin?: DeliveryOrigin | null | undefined;
}

export interface DeliveryFilter {
  /** Whose; everybody's where it is missing. */
  readonly userId?: string | undefined;
  readonly state?: DeliveryState | undefined;
  /** The last id of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * What one message says: one delivery; the alerts of a person that waited, together; or the cards of one order, of which the
 * newest is shown.
 */
export interface ClaimedMessage {
  /** Names the claim: who claims a delivery anew gives it another. */
  readonly claimId: string;
  readonly userId: string;
  readonly lane: Lane;
  /** One at least, in the order of arrival. */
  readonly deliveries: readonly Delivery[];
  /** The person's chat, and the card of the order that it is about; null for a user that nobody has told us of. */
  readonly recipient: Recipient | null;
  /** What caused the oldest of the deliveries, where that is known. */
  readonly origin?: DeliveryOrigin | null | undefined;
}

export interface Claim {
  readonly messages: readonly ClaimedMessage[];
  /** When more may be due if nobody rings; null when nothing waits for a time. */
  readonly nextAt: Date | null;
  /** The bot's pace allows none before, whoever rings; null where it allows more now. */
  readonly notBefore: Date | null;
}

/** What a worker needs of the deliveries. */
export interface DeliveryQueue {
  /**
   * Takes what may be sent now, for `slots` people at most, the most urgent first, and marks it `sending` until the deadline. Takes
   * no more than the pace of the bot, of the chat and of the lane allow, whoever else claims. A person who has one under way gets no second,
   * so that the order is kept. `id` names this call.
   */
  claim(id: string, slots: number, now: Date, sendDeadline: Date): Promise<Claim>;
  /** Takes a claim back whose answer was lost: nothing of it has been sent. */
  unclaim(id: string, now: Date): Promise<void>;
  /** Prolongs these claims, as far as they are still under way. */
  keep(claimIds: readonly string[], sendDeadline: Date): Promise<void>;
  /** Ends these claims as `unknown`, as far as they are still under way: nobody will hear what came of them. */
  giveUp(claimIds: readonly string[], now: Date): Promise<Delivery[]>;
  /** Ends what waited too long (`expired`) and what was under way when its worker died (`unknown`). */
  sweep(now: Date): Promise<Delivery[]>;
}

/** What came of an attempt: how the deliveries go on, and what else was learnt. */
export interface Outcome {
  readonly message: ClaimedMessage;
  /** One a delivery of the message, in their order. */
  readonly settlements: readonly Settlement[];
  /** Where it was sent, if it was. */
  readonly chatId: number | null;
  /** The message that now shows the order; kept unless a newer version is known. */
  readonly card: (OrderCard & { readonly orderId: string; readonly audience: CardAudience }) | null;
  /** The chat was found closed: nothing more is sent there until the person opens it. */
  readonly isChatClosed: boolean;
}

export interface Recorded {
  /** As they are now, but for those that somebody else has claimed since. */
  readonly deliveries: readonly Delivery[];
  /** The person has others waiting, which may be due now. */
  readonly hasNext: boolean;
}

/** How fast the bot sends, over all instances. */
export interface PaceStore {
  /** Makes the bot's row, where there is none. */
  open(now: Date): Promise<void>;
  /** Counts a message that waited in no lane, so that those which do make room for it. */
  spend(now: Date): Promise<void>;
  /**
   * Telegram wants nothing for this chat for so long. It does not say whether the chat or the bot was too fast: two chats within
   * five seconds, or a long wait, count as the bot.
   */
  flooded(chatId: number, seconds: number, now: Date): Promise<void>;
  /** Forgets paces that say nothing any more. */
  prune(now: Date): Promise<void>;
}

/** Keeps one row for each lane in which something may wait. */
export interface LaneKeeper {
  /** Answers how many it looked at: as many as it can at once when there may be more. */
  removeEmpty(now: Date): Promise<number>;
  /** Makes lanes that are missing, as an older version of this service leaves them. Reads all that waits. */
  restore(now: Date): Promise<void>;
}

export interface DeliveryStore extends DeliveryQueue {
  /** Stores what is new; the same dedupe key again is left out. Answers what was stored. */
  enqueue(deliveries: readonly NewDelivery[], now: Date): Promise<Delivery[]>;
  /**
   * Records what came of messages, all of it or nothing, and ends each attempt if nobody has begun another since: card and chat
   * are as they are, whoever has the delivery. Again, it changes nothing. Answers in the order of the outcomes.
   */
  record(outcomes: readonly Outcome[], now: Date): Promise<Recorded[]>;
  find(id: string): Promise<Delivery | null>;
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<Delivery[]>;
  /** Puts it back into the queue if it is in that state still. */
  reopen(id: string, from: DeliveryState, expiresAt: Date, now: Date): Promise<Delivery | null>;
  count(state: DeliveryState): Promise<number>;
}

/** Tells whoever listens now of a delivery's state. May lose; the list is the truth. */
export type AnnounceDelivery = (delivery: Delivery) => void;

/** Where a reader of changes has got to; what makes it safe stands in `shared/sql/transaction-horizon.ts`. */
export interface ChangeCursor {
  /** A transaction id, in digits. */
  readonly tx: string;
  /** A delivery's id. */
  readonly key: string;
}

export interface DeliveryChangesPage {
  readonly changes: readonly Delivery[];
  readonly cursor: ChangeCursor;
  readonly more: boolean;
  /** False while a change that was committed before this call may still lie behind the cursor: ask again soon. */
  readonly complete: boolean;
}

export interface DeliveryChangeReads {
  /** Present states of the deliveries that got another state after the cursor, and a cursor for the next call. */
  changesAfter(cursor: ChangeCursor): Promise<DeliveryChangesPage>;
  /** The cursor of a reader who knows everything up to now. */
  currentCursor(): Promise<ChangeCursor>;
  /** The same for one person who comes back, of their own. Null where that is too much to send. */
  missedBy(
    userId: string,
    after: ChangeCursor,
  ): Promise<Pick<DeliveryChangesPage, "changes" | "cursor"> | null>;
}
