import type {
  BotCommand,
  Contact,
  InlineButton,
  MessageEntity,
  ReplyMarkup,
  Update,
  UpdateKind,
  User,
} from "../bot-api/types.ts";
import type { Clock, Timers } from "../time.ts";
import type { Changes } from "./changes.ts";

/** Ring-buffer bound: messages kept per chat; the oldest is forgotten first. */
export const MESSAGES_PER_CHAT_LIMIT = 500;
/** People that one sandbox holds. */
export const PEOPLE_LIMIT = 10_000;
/** Updates kept while no bot fetches them; the oldest is forgotten first. */
export const PENDING_UPDATES_LIMIT = 10_000;
/** Callback queries remembered, answered or not. */
export const CALLBACK_QUERIES_LIMIT = 1_000;
/** How far message ids jump after a restart: further than what a crash can have kept from the file. */
const MESSAGE_ID_GAP = 1_000;

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
  /** The reply keyboard or forced reply now on this person's screen, and the message that brought it. */
  keyboard: { markup: Exclude<ReplyMarkup, { kind: "inline" | "remove" }>; messageId: number } | null;
}

export interface StoredMessage {
  messageId: number;
  chatId: number;
  author: "bot" | "person";
  text: string;
  entities: MessageEntity[];
  contact: Contact | null;
  /** When the forwarded original was sent; null for a message that is no forward. */
  forwardedAt: string | null;
  inlineKeyboard: InlineButton[][] | null;
  /** Keyboard, removal or forced reply this message was sent with. */
  replyMarkup: Exclude<ReplyMarkup, { kind: "inline" }> | null;
  replyToMessageId: number | null;
  protectContent: boolean;
  sentAt: string;
  editedAt: string | null;
}

export interface CallbackQuery {
  id: string;
  personId: number;
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
}

export interface WebhookSettings {
  url: string;
  secretToken: string;
  maxConnections: number;
  ipAddress: string | null;
  lastErrorAt: string | null;
  lastErrorMessage: string | null;
}

/** Everything the sandbox knows. One plain object: the rooms beside this one are functions over it. */
export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly changes: Changes;
  readonly bot: User;
  readonly people: Map<number, Person>;
  readonly chats: Map<number, Map<number, StoredMessage>>;
  readonly callbackQueries: Map<string, CallbackQuery>;
  /** Commands by scope and language, see `commandScopeKey`. */
  readonly commands: Map<string, BotCommand[]>;
  /** Menu buttons by chat id; key 0 holds the default. */
  readonly menuButtons: Map<number, Record<string, unknown>>;
  readonly pendingUpdates: PendingUpdate[];
  /** Update kinds the bot asked for; null means all that Telegram sends by default. */
  allowedUpdates: string[] | null;
  webhook: WebhookSettings | null;
  /** Until when calls are refused after `logOut`, ISO time. */
  loggedOutUntil: string | null;
  readonly nextIds: { person: number; message: number; update: number; callbackQuery: number };
}

export type NextIds = World["nextIds"];

/**
 * Ids that no sandbox before this one can have given: a bot remembers them in databases that outlive our file. In
 * milliseconds since 1970, which fits the 52 bits of Telegram's ids; people share their id with their private chat.
 */
const idsByTheClock = (clock: Clock): Omit<NextIds, "message"> => {
  const now = clock.now().getTime();
  return { person: now, update: now, callbackQuery: now };
};

/** The ids to go on with after a restart; a crash may have lost the last of those that were given. */
export const idsAfter = (saved: NextIds, clock: Clock): NextIds => {
  const { person, update, callbackQuery } = idsByTheClock(clock);
  return {
    person: Math.max(saved.person, person),
    update: Math.max(saved.update, update),
    callbackQuery: Math.max(saved.callbackQuery, callbackQuery),
    message: saved.message + MESSAGE_ID_GAP,
  };
};

/** A world without anybody in it. */
export function createWorld(parts: Pick<World, "clock" | "timers" | "changes" | "bot">): World {
  return {
    ...parts,
    people: new Map(),
    chats: new Map(),
    callbackQueries: new Map(),
    commands: new Map(),
    menuButtons: new Map(),
    pendingUpdates: [],
    allowedUpdates: null,
    webhook: null,
    loggedOutUntil: null,
    nextIds: { ...idsByTheClock(parts.clock), message: 1 },
  };
}

/** Forgets everything but the counters, so that no id is ever given twice. */
export function forgetEverything(world: World): void {
  world.people.clear();
  world.chats.clear();
  world.callbackQueries.clear();
  world.commands.clear();
  world.menuButtons.clear();
  world.pendingUpdates.length = 0;
  world.allowedUpdates = null;
  world.webhook = null;
  world.loggedOutUntil = null;
  world.changes.emit({ kind: "reset" });
}

export function isoNow(world: World): string {
  return world.clock.now().toISOString();
}
