import { unavailable } from "../kernel/errors.ts";
import type { ChangeFeed, ChangeSource, FeedListener } from "../ports/change-feed.ts";
import type { PubSubHandlers } from "../ports/pub-sub.ts";
import { createChangePuller } from "./change-puller.ts";

/** Pause before trying again to subscribe. */
const SUBSCRIBE_AGAIN_MS = 5_000;

type Warn = (message: string, fields: Readonly<Record<string, unknown>>) => void;

export interface ChangeFeedOptions<Change> {
  /** What changes, for the log: "stock". */
  readonly what: string;
  readonly changes: ChangeSource<Change>;
  readonly warn: Warn;
  /** Subscribes to the channel whose messages are the sign to look. */
  readonly subscribe: (handlers: Required<PubSubHandlers>) => Promise<{ close(): Promise<void> }>;
}

export interface RunningChangeFeed<Change> extends ChangeFeed<Change> {
  /** Never fails because the channel is away: until it is there, changes are found by polling. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Looks at once: something has changed here, and the channel did not take the sign. */
  look(): void;
}

/** A subscription that is tried for until it is there. */
const createSubscriber = (
  { what, subscribe, warn }: Pick<ChangeFeedOptions<never>, "what" | "subscribe" | "warn">,
  look: () => void,
) => {
  let subscription: { close(): Promise<void> } | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const start = async (): Promise<void> => {
    if (subscription || stopped) return;
    try {
      subscription = await subscribe({ onMessage: look, onResync: look });
      if (stopped) await subscription.close();
      else look();
    } catch (error) {
      warn(`the channel of ${what} cannot be followed: streams are fed by polling`, { error });
      if (!stopped) retry = setTimeout(() => void start(), SUBSCRIBE_AGAIN_MS);
    }
  };
  return {
    start,
    async stop() {
      if (stopped) return;
      stopped = true;
      clearTimeout(retry);
      await subscription?.close();
    },
  };
};

/**
 * Follows the changes of a table for all streams of this instance. A message on the channel is only the sign to look: what
 * is sent on is pulled by cursor, so it is in order, without a gap, and has an id to resume from. A message that
 * is lost costs seconds. Nobody follows: no pulls.
 */
export const createChangeFeed = <Change>(options: ChangeFeedOptions<Change>): RunningChangeFeed<Change> => {
  const { what, changes, warn } = options;
  const listeners = new Set<FeedListener<Change>>();
  const ended = new AbortController();
  const puller = createChangePuller({
    changes,
    onFailure: (error) => warn(`changes of ${what} could not be pulled for the streams`, { error }),
    onBatch(batch) {
      for (const listener of listeners) listener(batch);
    },
  });
  const subscriber = createSubscriber(options, puller.look);

  const unfollow = (listener: FeedListener<Change>) => {
    listeners.delete(listener);
    if (listeners.size === 0) puller.end();
  };

  return {
    signal: ended.signal,
    look: puller.look,
    start: subscriber.start,
    async stop() {
      ended.abort();
      puller.end();
      await subscriber.stop();
    },
    async follow(listener) {
      if (ended.signal.aborted) throw unavailable("The service is stopping: open the stream again.");
      listeners.add(listener);
      try {
        const cursor = await puller.begin();
        return { cursor, stop: () => unfollow(listener) };
      } catch (error) {
        unfollow(listener);
        throw error;
      }
    },
  };
};
