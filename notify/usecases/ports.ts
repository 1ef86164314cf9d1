import type { z } from "zod";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type {
  bindContactAnswerSchema,
  DeliverCodeRequest,
  denyChallengeAnswerSchema,
  openLinkAnswerSchema,
  TelegramAccount,
} from "../../shared/contracts/internal-api.ts";
import type { Chat } from "../domain/chat.ts";
import type { Delivery, DeliveryClass, DeliveryState, Settlement } from "../domain/delivery.ts";
import type { Notice } from "../domain/notice.ts";
import type { SendResult } from "../domain/send-result.ts";
import type { FeedMessage } from "./feed-message.ts";

export type LinkOutcome = z.infer<typeof openLinkAnswerSchema>["outcome"];
export type ContactOutcome = z.infer<typeof bindContactAnswerSchema>["outcome"];
export type DenyOutcome = z.infer<typeof denyChallengeAnswerSchema>["outcome"];

/** What notify asks of auth. Every call fails with `UNAVAILABLE` when auth does not answer. */
export interface AuthService {
  openLink(nonce: string, account: TelegramAccount): Promise<LinkOutcome>;
  bindContact(phone: string, account: TelegramAccount): Promise<ContactOutcome>;
  denyChallenge(challengeId: string, telegramUserId: number): Promise<DenyOutcome>;
  /** Null for a user that auth does not know. */
  findUser(userId: string): Promise<UserSnapshot | null>;
}

/** Who is written to. `language` is an IETF tag. */
export interface Addressee {
  readonly chatId: number;
  readonly language: string;
}

/** Hands messages to Telegram, each at most once. Never fails: what went wrong is in the result. */
export interface Messenger {
  sendNotice(to: Addressee, notice: Notice): Promise<SendResult>;
  editNotice(to: Addressee, messageId: number, notice: Notice): Promise<SendResult>;
  sendCode(request: DeliverCodeRequest): Promise<SendResult>;
  /** Takes the code out of a message because its sign-in was refused. */
  closeCode(to: Addressee, messageId: number): Promise<SendResult>;
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
}

export interface ChatStore {
  /** The user's chat, and the card of the order in it; null for a user that nobody has told us of. */
  findRecipient(userId: string, orderId: string | null): Promise<Recipient | null>;
  /** Users with role admin who have an active chat. */
  adminIds(): Promise<string[]>;
  /** Stores the user unless a newer version is known. A chat that was blocked stays so. */
  apply(chat: Chat, now: Date): Promise<void>;
  /** Forgets where to write to a user, and remembers the version so that older news changes nothing. */
  forget(userId: string, version: number, now: Date): Promise<void>;
  setState(chatId: number, state: "active" | "blocked", now: Date): Promise<void>;
}

export interface BindStore {
  /** Remembers that the chat was asked for its contact. */
  expect(chatId: number, expiresAt: Date): Promise<void>;
  isExpected(chatId: number, now: Date): Promise<boolean>;
  done(chatId: number): Promise<void>;
}

export interface CodeMessageStore {
  add(message: { chatId: number; messageId: number; challengeId: string; sentAt: Date }): Promise<void>;
  /** Messages of the challenge in this chat; they are forgotten. */
  take(challengeId: string, chatId: number): Promise<number[]>;
}

/** Repeats a write while the database is away, for a while; writing twice what was written must change nothing. */
export type UntilStored = <Result>(store: () => Promise<Result>) => Promise<Result>;

export interface NewDelivery {
  readonly id: string;
  readonly dedupeKey: string;
  readonly class: DeliveryClass;
  readonly userId: string;
  readonly notice: Notice;
  readonly expiresAt: Date;
}

export interface DeliveryFilter {
  /** Whose; everybody's where it is missing. */
  readonly userId?: string | undefined;
  readonly state?: DeliveryState | undefined;
  /** The last id of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** What a worker needs of the deliveries. */
export interface DeliveryQueue {
  /**
   * Takes the oldest due delivery of each of `limit` people at most and marks it `sending` until the deadline. A person who
   * has one under way gets no second, so that the order is kept. `id` names this call.
   */
  claim(id: string, limit: number, now: Date, sendDeadline: Date): Promise<Delivery[]>;
  /** Takes a claim back whose answer was lost: nothing of it has been sent. */
  unclaim(id: string): Promise<void>;
  /** Prolongs the claims that are still under way. */
  keep(ids: readonly string[], sendDeadline: Date): Promise<void>;
  /** Ends what waited too long (`expired`) and what was under way when its worker died (`unknown`). */
  sweep(now: Date): Promise<Delivery[]>;
}

/** What came of an attempt: how the delivery goes on, and what else was learnt. */
export interface Outcome {
  readonly settlement: Settlement;
  /** Where it was sent, if it was. */
  readonly chatId: number | null;
  /** The message that now shows the order; kept unless a newer version is known. */
  readonly card: (OrderCard & { readonly orderId: string }) | null;
  /** The chat was found closed: nothing more is sent there until the person opens it. */
  readonly isChatClosed: boolean;
}

export interface Recorded {
  /** As it is now. */
  readonly delivery: Delivery;
  /** The person has others waiting, which may be due now. */
  readonly hasNext: boolean;
}

export interface DeliveryStore extends DeliveryQueue {
  /** Stores what is new; the same dedupe key again is left out. Answers what was stored. */
  enqueue(deliveries: readonly NewDelivery[], now: Date): Promise<Delivery[]>;
  /**
   * Records the outcome, all of it or nothing, and ends the attempt if nobody has begun another since: the card and the
   * chat are as they are, whoever has the delivery. Null when somebody has. Again, it changes nothing.
   */
  record(claimed: Delivery, outcome: Outcome, now: Date): Promise<Recorded | null>;
  find(id: string): Promise<Delivery | null>;
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<Delivery[]>;
  /** Puts it back into the queue if it is in that state still. */
  reopen(id: string, from: DeliveryState, expiresAt: Date, now: Date): Promise<Delivery | null>;
  count(state: DeliveryState): Promise<number>;
}

export interface Stores {
  readonly chats: ChatStore;
  readonly deliveries: DeliveryStore;
}

/** Tells whoever listens now of a delivery's state. May lose; the list is the truth. */
export type AnnounceDelivery = (delivery: Delivery) => void;

export interface FeedListener {
  onMessage(message: FeedMessage): void;
  /** Messages may have been missed: read the list again. */
  onResync(): void;
}

/** What happens to notifications, as it happens. May lose; the list is the truth. */
export interface NotificationFeed {
  /** Answers how to stop listening. */
  listen(listener: FeedListener): () => void;
}
