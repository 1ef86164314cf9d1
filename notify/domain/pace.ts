import { type Lane, lanes } from "./lane.ts";

/**
 * One message every so many milliseconds, and how far ahead of that a burst may run: a leaky bucket by the time at which it will be
 * empty (GCRA, ITU-T I.371). `everyMs` 0: no limit.
 */
export interface Pace {
  readonly everyMs: number;
  readonly aheadMs: number;
}

/** How fast messages may go out, whichever instance sends them. */
export interface Paces {
  /** All messages of the bot. */
  readonly token: Pace;
  /** Messages of the bot under way at once. */
  readonly atOnce: number;
  /** Messages to one person. */
  readonly chatEveryMs: number;
  /** Messages to one group. */
  readonly groupEveryMs: number;
  /** How far a chat may be ahead of its pace, a group as well. */
  readonly chatAheadMs: number;
  /** Messages to one person out of one lane. */
  readonly lanes: Readonly<Record<Lane, Pace>>;
}

/** Messages handed to Telegram at once: more in parallel only lengthen a flood wait (grammY, "Flood limits"). */
export const SENDS_AT_ONCE = 3;
/** What the queue leaves of the bot's budget to sign-in codes, which never wait. */
const SHARE_OF_CODES = 0.12;
const MS_PER_SECOND = 1_000;

const unlimited: Pace = { everyMs: 0, aheadMs: 0 };

/** At most `perSecond` in any second, the burst included. */
const tokenPace = (perSecond: number): Pace => {
  const everyMs = MS_PER_SECOND / (perSecond * (1 - SHARE_OF_CODES));
  return { everyMs, aheadMs: Math.max(0, (perSecond - 1) * everyMs - MS_PER_SECOND) };
};

/**
 * Telegram's pace, a little below what its FAQ names (30 a second in all, one a second in a chat with short bursts, 20 a minute
 * in a group): 1 a second in a chat with a burst of 3; 20 in any minute in a group, by the same burst. Alerts are slower than Telegram
 * allows, for the reader's sake: five at once, then all that has come in ten seconds as one; of stock one a minute.
 */
export const telegramPace = (messagesPerSecond: number): Paces => ({
  token: tokenPace(messagesPerSecond),
  atOnce: SENDS_AT_ONCE,
  chatEveryMs: 1_000,
  groupEveryMs: 3_250,
  chatAheadMs: 2_000,
  lanes: {
    news: unlimited,
    urgent: unlimited,
    orders: { everyMs: 10_000, aheadMs: 40_000 },
    stock: { everyMs: 60_000, aheadMs: 0 },
    "back-in-stock": unlimited,
    broadcast: unlimited,
  },
});

/** For a stand-in of Telegram that has no limits: as fast as it answers. What a 429 asks for is kept all the same. */
export const noPace: Paces = {
  token: unlimited,
  atOnce: Number.MAX_SAFE_INTEGER,
  chatEveryMs: 0,
  groupEveryMs: 0,
  chatAheadMs: 0,
  lanes: {
    ...{ news: unlimited, urgent: unlimited, orders: unlimited, stock: unlimited },
    ...{ "back-in-stock": unlimited, broadcast: unlimited },
  },
};

/** The paces of the lanes by rank. */
export const lanePaces = (paces: Paces): readonly Pace[] => lanes.map((lane) => paces.lanes[lane]);

/** Two chats that are told to wait within so long mean that the whole bot is. */
export const FLOOD_WITHIN_MS = 5_000;
/** A wait of so long is meant for the whole bot. */
export const FLOOD_WAIT_SECONDS = 30;

/** How far ahead of the bot the queue is supplied with broadcasts: longer than any instance rests. */
const BROADCAST_AHEAD_MS = 5_000;
/** Deliveries of broadcasts that may be due in the queue, at least and at most: a pause takes them all back in one step. */
const WINDOW_MIN = 20;
const WINDOW_MAX = 2_000;

/** How many deliveries of broadcasts may be due in the queue at once. */
export const broadcastWindow = ({ token: { everyMs } }: Paces): number =>
  everyMs === 0
    ? WINDOW_MAX
    : Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, Math.ceil(BROADCAST_AHEAD_MS / everyMs)));
