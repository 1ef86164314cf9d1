import { unavailable } from "../../shared/kernel/errors.ts";
import type { FeedListener, StockFeed } from "../usecases/ports.ts";
import { createStockPuller, type StockPullerOptions } from "./stock-puller.ts";

/** Streams of one instance, at most. */
export const FOLLOWERS_MAX = 1_000;
/** Pause before trying again to subscribe. */
const SUBSCRIBE_AGAIN_MS = 5_000;

interface ChannelHandlers {
  onMessage(message: string): void;
  onResync(): void;
}

export interface StockFeedOptions extends Pick<StockPullerOptions, "changes" | "warn"> {
  /** Subscribes to the stock channel. */
  readonly subscribe: (handlers: ChannelHandlers) => Promise<{ close(): Promise<void> }>;
}

/** A subscription that is tried for until it is there. */
const createSubscriber = ({ subscribe, warn }: StockFeedOptions, look: () => void) => {
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
      warn("the stock channel cannot be followed: streams are fed by polling", { error });
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
 * Follows the stock for all streams of this instance. A message on the stock channel is only the sign to look: what is
 * sent on is pulled by cursor, so it is in order, without a gap, and has an id to resume from. Nobody follows: no pulls.
 */
export const createStockFeed = (
  options: StockFeedOptions,
): StockFeed & { start(): Promise<void>; stop(): Promise<void> } => {
  const listeners = new Set<FeedListener>();
  const ended = new AbortController();
  const puller = createStockPuller({
    ...options,
    onBatch: (batch) => {
      for (const listener of listeners) listener(batch);
    },
  });
  const subscriber = createSubscriber(options, puller.look);

  const assertRoom = () => {
    if (ended.signal.aborted || listeners.size >= FOLLOWERS_MAX)
      throw unavailable("No more streams can be served just now.");
  };
  const unfollow = (listener: FeedListener) => {
    listeners.delete(listener);
    if (listeners.size === 0) puller.end();
  };

  return {
    signal: ended.signal,
    start: subscriber.start,
    async stop() {
      ended.abort();
      puller.end();
      await subscriber.stop();
    },
    assertRoom,
    async follow(listener) {
      assertRoom();
      listeners.add(listener);
      try {
        await puller.begin();
      } catch (error) {
        unfollow(listener);
        throw error;
      }
      return () => unfollow(listener);
    },
  };
};
