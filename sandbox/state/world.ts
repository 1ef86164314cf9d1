import type { BotCommand, User } from "../bot-api/types.ts";
import type { Clock, Timers } from "../time.ts";
import type { Changes } from "./changes.ts";
import type {
  CallbackQuery,
  Group,
  Mail,
  PendingUpdate,
  Person,
  StoredMessage,
  WebhookSettings,
} from "./records.ts";

/** Ring-buffer bound: messages kept per chat; the oldest is forgotten first. */
export const MESSAGES_PER_CHAT_LIMIT = 500;
/** Ring-buffer bound: messages kept in all chats together. */
export const MESSAGES_LIMIT = 100_000;
/** People that one sandbox holds. */
export const PEOPLE_LIMIT = 10_000;
/** Groups that one sandbox holds. */
export const GROUPS_LIMIT = 1_000;
/** As many as a basic group of Telegram has. */
export const MEMBERS_PER_GROUP_LIMIT = 200;
/** Ring-buffer bounds of the mails. */
export const MAILS_LIMIT = 500;
export const MAILS_LIMIT_CHARACTERS = 20_000_000;
/** Ring-buffer bounds of the pictures that were uploaded; they are not in the state file. */
export const FILES_LIMIT = 200;
export const FILES_LIMIT_BYTES = 50_000_000;
/** Lists of commands, one for each scope and language; the one set longest ago is forgotten first. */
export const COMMAND_LISTS_LIMIT = 2_000;
/** Updates kept while no bot fetches them; the oldest is forgotten first. */
export const PENDING_UPDATES_LIMIT = 10_000;
/** Callback queries remembered, answered or not. */
export const CALLBACK_QUERIES_LIMIT = 1_000;
/** How far message ids jump after a restart: further than what a crash can have kept from the file. */
const MESSAGE_ID_GAP = 1_000;

/** Everything the sandbox knows. One plain object: the rooms beside this one are functions over it. */
export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly changes: Changes;
  readonly bot: User;
  /** Whether the bot sees all messages of groups; without it the rules of privacy mode hold. */
  readonly readsGroups: boolean;
  readonly people: Map<number, Person>;
  readonly groups: Map<number, Group>;
  readonly chats: Map<number, Map<number, StoredMessage>>;
  /** The chat of each message, the oldest first. */
  readonly messageChats: Map<number, number>;
  /** Uploaded pictures by file id, the oldest first. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly mails: Map<number, Mail>;
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
  /** How many of the next updates are to be delivered twice. */
  duplicatesAhead: number;
  readonly nextIds: {
    person: number;
    group: number;
    message: number;
    update: number;
    callbackQuery: number;
    mail: number;
  };
}

export type NextIds = World["nextIds"];

/** Updates count in another range than people: who looks for a person's id finds no update of the same number. */
const UPDATES_BEHIND = 1_000_000_000_000;

/**
 * Ids that no sandbox before this one can have given: a bot remembers them in databases that outlive our file. In
 * milliseconds since 1970, which fits the 52 bits of Telegram's ids; people share their id with their private chat.
 */
const idsByTheClock = (clock: Clock): Omit<NextIds, "message"> => {
  const now = clock.now().getTime();
  // Ids of basic groups end below 10^12 (TDLib's DialogId), so these count tenths of a second.
  return {
    person: now,
    group: Math.floor(now / 100),
    update: now - UPDATES_BEHIND,
    callbackQuery: now,
    mail: 1,
  };
};

/** The ids to go on with after a restart; a crash may have lost the last of those that were given. */
export const idsAfter = (saved: NextIds, clock: Clock): NextIds => {
  const { person, group, update, callbackQuery, mail } = idsByTheClock(clock);
  return {
    person: Math.max(saved.person, person),
    // A state of an older version knows neither groups nor mails.
    group: Math.max(saved.group ?? 0, group),
    update: Math.max(saved.update, update),
    callbackQuery: Math.max(saved.callbackQuery, callbackQuery),
    message: saved.message + MESSAGE_ID_GAP,
    mail: (saved.mail ?? mail) + MESSAGE_ID_GAP,
  };
};

/** A world without anybody in it. */
export function createWorld(
  parts: Pick<World, "clock" | "timers" | "changes" | "bot" | "readsGroups">,
): World {
  return {
    ...parts,
    people: new Map(),
    groups: new Map(),
    chats: new Map(),
    messageChats: new Map(),
    files: new Map(),
    mails: new Map(),
    callbackQueries: new Map(),
    commands: new Map(),
    menuButtons: new Map(),
    pendingUpdates: [],
    allowedUpdates: null,
    webhook: null,
    loggedOutUntil: null,
    duplicatesAhead: 0,
    nextIds: { ...idsByTheClock(parts.clock), message: 1 },
  };
}

/** Forgets everything but the counters, so that no id is ever given twice. */
export function forgetEverything(world: World): void {
  world.people.clear();
  world.groups.clear();
  world.chats.clear();
  world.messageChats.clear();
  world.files.clear();
  world.mails.clear();
  world.callbackQueries.clear();
  world.commands.clear();
  world.menuButtons.clear();
  world.pendingUpdates.length = 0;
  world.allowedUpdates = null;
  world.webhook = null;
  world.loggedOutUntil = null;
  world.duplicatesAhead = 0;
  world.changes.emit({ kind: "reset" });
}

export function isoNow(world: World): string {
  return world.clock.now().toISOString();
}
