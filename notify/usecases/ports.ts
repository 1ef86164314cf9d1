import type { z } from "zod";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type {
  bindContactAnswerSchema,
  DeliverCodeRequest,
  denyChallengeAnswerSchema,
  openLinkAnswerSchema,
  RefusedContact,
  TelegramAccount,
} from "../../shared/contracts/internal-api.ts";
import type { Chat } from "../domain/chat.ts";
import type { CodeEnding } from "../domain/code-ending.ts";
import type { Notice } from "../domain/notice.ts";
import type { ParkedAlert } from "../domain/parked-alert.ts";
import type { SendResult } from "../domain/send-result.ts";
import type { Addressee, DeliveryStore, Recipient } from "./delivery-ports.ts";
import type { AlertMessage } from "./feed-message.ts";
import type { Hearers } from "./hearers.ts";
import type { BackInStockStore } from "./preference-ports.ts";
import type { StaffCardStore } from "./staff-order-ports.ts";

export type LinkOutcome = z.infer<typeof openLinkAnswerSchema>["outcome"];
export type ContactOutcome = z.infer<typeof bindContactAnswerSchema>["outcome"];
export type DenyOutcome = z.infer<typeof denyChallengeAnswerSchema>["outcome"];

/** What notify asks of auth. Every call fails with `UNAVAILABLE` when auth does not answer. */
export interface AuthService {
  openLink(nonce: string, account: TelegramAccount): Promise<LinkOutcome>;
  bindContact(phone: string, account: TelegramAccount): Promise<ContactOutcome>;
  recordRefusedContact(refused: RefusedContact): Promise<void>;
  denyChallenge(challengeId: string, telegramUserId: number): Promise<DenyOutcome>;
  /** Ends a session of this Telegram account; `unknown` where it has ended or is somebody else's. */
  denySession(sessionId: string, telegramUserId: number): Promise<DenyOutcome>;
  /** Null for a user that auth does not know. */
  findUser(userId: string): Promise<UserSnapshot | null>;
}

/** Hands messages to Telegram, each at most once. Never fails: what went wrong is in the result. */
export interface Messenger {
  sendNotice(to: Addressee, notice: Notice): Promise<SendResult>;
  /** Several alerts as one message. */
  sendDigest(to: Addressee, notices: readonly Notice[]): Promise<SendResult>;
  editNotice(to: Addressee, messageId: number, notice: Notice): Promise<SendResult>;
  /** Whether it went out is unknown after so many milliseconds, if not before. */
  sendCode(request: DeliverCodeRequest, timeoutMs: number): Promise<SendResult>;
  /** Takes a card away that another message shows now: deleted, or without buttons where Telegram deletes it no more. */
  retireCard(to: Addressee, messageId: number): Promise<void>;
  /** Takes the code out of a message, which says why instead. */
  closeCode(to: Addressee, messageId: number, ending: CodeEnding): Promise<SendResult>;
  /** The last message, once everything that was kept of a person is erased. */
  sendFarewell(to: Addressee, erasureId: string): Promise<SendResult>;
}

export interface ChatStore {
  /** The user's chat, and the card of the order in it; null for a user that nobody has told us of. */
  findRecipient(userId: string, orderId: string | null): Promise<Recipient | null>;
  /** Whose private chat it is; null for a Telegram account that has no user here. */
  findByTelegram(telegramUserId: number): Promise<Chat | null>;
  /** Who is to hear an alert and has an active chat: people by their role, and groups. */
  hearerIds(hearers: Hearers): Promise<string[]>;
  /** Stores the user unless a newer version is known. A chat that was blocked stays so. */
  apply(chat: Chat, now: Date): Promise<void>;
  /** Forgets where to write to a user, unless newer news is known, and remembers the version so that older news changes nothing. */
  forget(userId: string, version: number, now: Date): Promise<void>;
  /** The language of whoever has the chat; null for nobody that we know of. */
  languageIn(chatId: number): Promise<string | null>;
  /** Writes in this language from now on: ahead of auth's news, which says the same with a version. */
  setLanguage(chatId: number, language: string, now: Date): Promise<void>;
  setState(chatId: number, state: "active" | "blocked", now: Date): Promise<void>;
  /**
   * A chat has another id from now on, as a group has that became a supergroup. Its cards are forgotten: they are in the chat before.
   * A group whose other id is one of ours already ends: that is the one that goes on. Changes nothing where this id is not known.
   */
  moveChat(from: number, to: number, now: Date): Promise<void>;
  /** Which of these users were deleted. */
  goneAmong(userIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface BindStore {
  /** Remembers that the chat was asked for its contact. */
  expect(chatId: number, expiresAt: Date): Promise<void>;
  isExpected(chatId: number, now: Date): Promise<boolean>;
  done(chatId: number): Promise<void>;
}

/** A message that carries a code, where it is. */
export interface CodeMessage {
  readonly chatId: number;
  readonly messageId: number;
  readonly challengeId: string;
}

/** A message whose code is of no use any more, and what it is to say. */
export interface ClosingMessage extends CodeMessage {
  readonly ending: CodeEnding;
  /** How often its edit was begun, this time included. */
  readonly attempts: number;
}

export interface CodeMessageStore {
  /** Remembers where a code is. Another one of the challenge is of no use from now on. */
  add(message: CodeMessage & { readonly sentAt: Date; readonly expiresAt: Date }): Promise<void>;
  /** The code of a challenge is of no use any more; the first ending that is told of stays, unless the person denies it. It may come before its message. */
  close(challengeId: string, ending: CodeEnding, owner: { userId: string | null; now: Date }): Promise<void>;
  /** Takes messages that are to be edited now, so many at most; nobody else gets them until then. */
  claimClosing(limit: number, now: Date, until: Date): Promise<ClosingMessage[]>;
  /** True while no message carries a code. */
  isEmpty(): Promise<boolean>;
  /** Looks at a message again, no sooner than then. */
  postpone(message: CodeMessage, until: Date): Promise<void>;
  /** Nothing is left to be done about it. */
  remove(message: CodeMessage): Promise<void>;
  /** Forgets endings that no message can want any more. */
  prune(now: Date): Promise<void>;
}

/** Repeats a write while the database is away, for a while; writing twice what was written must change nothing. */
export type UntilStored = <Result>(store: () => Promise<Result>) => Promise<Result>;

export interface ParkedAlertStore {
  /** What the admins know of these queues, in the order of their names; locked, so within a transaction only. */
  lock(queues: readonly string[]): Promise<ParkedAlert[]>;
  /** The same of queues with something untold of which nothing was told after `toldUntil`, but for those that others have locked. */
  lockDue(toldUntil: Date, limit: number): Promise<ParkedAlert[]>;
  save(alert: ParkedAlert): Promise<void>;
}

export interface StockToldStore {
  /** Remembers the newest version of each SKU that is told of. Answers those that were remembered before. */
  tell(versions: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
}

export interface Stores {
  readonly chats: ChatStore;
  readonly stockTold: StockToldStore;
  readonly backInStock: BackInStockStore;
  readonly staffCards: StaffCardStore;
  readonly deliveries: DeliveryStore;
}

export interface AlertListener {
  onAlert(message: AlertMessage): void;
  /** Alerts may have been missed: read the list again. */
  onResync(): void;
}

/** Alerts as they happen. May lose, and says so; the list is the truth. */
export interface AlertFeed {
  /** Answers how to stop listening. */
  listen(listener: AlertListener): () => void;
}
