import type {
  Contact,
  InlineButton,
  MessageEntity,
  ReplyMarkup,
  Update,
  UpdateKind,
} from "../bot-api/types.ts";

/** A reply keyboard or a forced reply as it stands on somebody's screen, and the message that brought it. */
export interface ShownKeyboard {
  markup: Exclude<ReplyMarkup, { kind: "inline" | "remove" }>;
  messageId: number;
}

export interface Person {
  id: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
  /** E.164 with the plus sign. */
  phone: string;
  language: string;
  /** True from the first tap on Start: before it a bot may not write. */
  started: boolean;
  blocked: boolean;
  deactivated: boolean;
  /** The reply keyboard or forced reply now on this person's screen in the private chat. */
  keyboard: ShownKeyboard | null;
}

/** What somebody is in a group (https://core.telegram.org/bots/api#chatmember); nobody is restricted here. */
export const MEMBER_STATUSES = ["creator", "administrator", "member", "left", "kicked"] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

export interface Membership {
  /** A person's id, or the bot's. */
  userId: number;
  status: MemberStatus;
  /** An admin who writes in the group's name. */
  anonymous: boolean;
  /** The message whose keyboard or forced reply is now on this member's screen. */
  keyboardMessageId: number | null;
}

export interface Group {
  /** Negative; a supergroup's is below -1,000,000,000,000. */
  id: number;
  kind: "group" | "supergroup";
  title: string;
  members: Membership[];
  /** The supergroup that this group has become; nobody writes here any more. */
  migratedTo: number | null;
  migratedFrom: number | null;
}

/** A chat that messages are in: a person's with the bot, or a group. */
export type Chat =
  | { kind: "private"; id: number; person: Person }
  | { kind: "group"; id: number; group: Group };

/** What a message says that nobody typed. */
export type ServiceEvent =
  | { kind: "groupCreated" }
  | { kind: "joined"; userIds: number[] }
  | { kind: "left"; userId: number }
  | { kind: "migratedTo"; chatId: number }
  | { kind: "migratedFrom"; chatId: number };

export interface Photo {
  fileId: string;
  uniqueId: string;
  width: number;
  height: number;
  sizeBytes: number;
  /** The address it was sent by; nothing is fetched from there. */
  url: string | null;
}

export interface StoredMessage {
  messageId: number;
  chatId: number;
  author: "bot" | "person";
  /** Which person wrote it; null for the bot's. */
  personId: number | null;
  /** Written in the group's name, so that nobody sees by whom. */
  anonymous: boolean;
  /** The text, or a photo's caption. */
  text: string;
  entities: MessageEntity[];
  contact: Contact | null;
  location: { latitude: number; longitude: number } | null;
  photo: Photo | null;
  /** What a Mini App, opened by a keyboard's button, has sent. */
  webAppData: { data: string; buttonText: string } | null;
  service: ServiceEvent | null;
  /** When the forwarded original was sent; null for a message that is no forward. */
  forwardedAt: string | null;
  /** Who wrote the original: a user's id, a group's where its author hides, null for the message's own author. */
  forwardedFromId: number | null;
  inlineKeyboard: InlineButton[][] | null;
  /** Keyboard, removal or forced reply this message was sent with. */
  replyMarkup: Exclude<ReplyMarkup, { kind: "inline" }> | null;
  replyToMessageId: number | null;
  protectContent: boolean;
  sentAt: string;
  editedAt: string | null;
  /** What it said before its edits, oldest first, the last few. */
  earlierTexts: string[];
}

export interface CallbackQuery {
  id: string;
  personId: number;
  chatId: number;
  messageId: number;
  data: string;
  createdAt: string;
  answer: { text: string; showAlert: boolean; url: string | null } | null;
}

export interface PendingUpdate {
  update: Update;
  kind: UpdateKind;
  chatId: number;
  createdAt: string;
  /** How often it is to be delivered again after it was handled. */
  repeats: number;
}

export interface WebhookSettings {
  url: string;
  secretToken: string;
  maxConnections: number;
  ipAddress: string | null;
  lastErrorAt: string | null;
  lastErrorMessage: string | null;
}

/** A mail that landed here, in place of an SMTP server. */
export interface Mail {
  id: number;
  to: string;
  from: string;
  subject: string;
  text: string | null;
  html: string | null;
  headers: Record<string, string>;
  receivedAt: string;
}
