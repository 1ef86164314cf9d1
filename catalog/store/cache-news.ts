import { z } from "zod";
import { reasonOf } from "../../shared/outbox/failure.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../../shared/ports/pub-sub.ts";

/** Pub/Sub channel on which instances of the catalog tell each other what to forget. */
export const CACHE_CHANNEL = "catalog.products";

/** How long a copy is used at most: what is lost on the channel is wrong no longer than that. */
export const CACHE_MS = 5_000;

const newsSchema = z.union([
  z.object({ product: z.object({ id: z.string(), slug: z.string(), sku: z.string() }) }),
  z.object({ categories: z.literal(true) }),
]);
export type CacheNews = z.infer<typeof newsSchema>;

export interface CacheListener {
  /** Null: something was missed, so forget everything. */
  forget(news: CacheNews | null): void;
}

/** How copies in memory stay true over several instances. Without `start` nobody keeps copies. */
export interface CacheNewsChannel {
  /** True while news is heard, so that a copy may be kept. */
  readonly listening: boolean;
  listen(listener: CacheListener): void;
  /** Makes this instance forget at once, and tells the others. Never fails: their copies expire by themselves. */
  tell(news: CacheNews): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const readNews = (message: string): CacheNews | null => {
  try {
    return newsSchema.parse(JSON.parse(message));
  } catch {
    return null;
  }
};

export const createCacheNews = ({ pubSub, log }: { pubSub: PubSub; log: Logger }): CacheNewsChannel => {
  const listeners: CacheListener[] = [];
  let subscription: PubSubSubscription | undefined;
  const forget = (news: CacheNews | null) => {
    for (const listener of listeners) listener.forget(news);
  };
  return {
    get listening() {
      return subscription !== undefined;
    },
    listen: (listener) => void listeners.push(listener),
    tell(news) {
      forget(news);
      pubSub.publish(CACHE_CHANNEL, JSON.stringify(news)).catch((error: unknown) => {
        log.debug("Other instances could not be told of a change", { reason: reasonOf(error) });
      });
    },
    async start() {
      subscription ??= await pubSub.subscribe(CACHE_CHANNEL, {
        onMessage: (message) => forget(readNews(message)),
        onResync: () => forget(null),
      });
    },
    async stop() {
      const ended = subscription;
      subscription = undefined;
      forget(null);
      await ended?.close();
    },
  };
};
