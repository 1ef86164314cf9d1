import type { Logger } from "../shared/ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../shared/ports/pub-sub.ts";
import { type FeedMessage, feedMessageSchema, NOTIFICATION_CHANNEL } from "./usecases/feed-message.ts";
import type { FeedListener, NotificationFeed } from "./usecases/ports.ts";

export interface RunningFeed extends NotificationFeed {
  publish(message: FeedMessage): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const parse = (text: string): FeedMessage | null => {
  try {
    return feedMessageSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/** One subscription of this instance, shared by all its listeners. */
export const createNotificationFeed = (pubSub: PubSub, log: Logger): RunningFeed => {
  const listeners = new Set<FeedListener>();
  let subscription: PubSubSubscription | undefined;

  const onMessage = (text: string) => {
    const message = parse(text);
    if (message === null) return log.warn("a message on the notifications channel could not be read");
    for (const listener of listeners) listener.onMessage(message);
  };
  const onResync = () => {
    for (const listener of listeners) listener.onResync();
  };

  return {
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish(message) {
      // Lost while the channel is away: the list is the truth.
      pubSub
        .publish(NOTIFICATION_CHANNEL, JSON.stringify(message))
        .catch((error: unknown) => log.debug("a notification was not broadcast", { error }));
    },
    async start() {
      subscription ??= await pubSub.subscribe(NOTIFICATION_CHANNEL, { onMessage, onResync });
    },
    async stop() {
      await subscription?.close();
      subscription = undefined;
      listeners.clear();
    },
  };
};
