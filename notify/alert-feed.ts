import type { Logger } from "../shared/ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../shared/ports/pub-sub.ts";
import { type AlertMessage, alertMessageSchema } from "./usecases/feed-message.ts";
import type { AlertFeed, AlertListener } from "./usecases/ports.ts";

/** Pub/Sub channel of the alerts themselves: of these there is no table. */
const ALERT_CHANNEL = "notifications.alerts";

export interface RunningAlertFeed extends AlertFeed {
  publish(message: AlertMessage): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const parse = (text: string): AlertMessage | null => {
  try {
    return alertMessageSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/** Alerts as they happen, to the staff who watch: one subscription of this instance, shared by all its listeners. */
export const createAlertFeed = (pubSub: PubSub, log: Logger): RunningAlertFeed => {
  const listeners = new Set<AlertListener>();
  let subscription: PubSubSubscription | undefined;

  const onMessage = (text: string) => {
    const message = parse(text);
    if (message === null) return log.warn("an alert on the channel could not be read");
    for (const listener of listeners) listener.onAlert(message);
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
      // Lost while the channel is away: whoever listens is told so when it is back, and the list is the truth.
      pubSub
        .publish(ALERT_CHANNEL, JSON.stringify(message))
        .catch((error: unknown) => log.debug("an alert was not broadcast", { error }));
    },
    async start() {
      subscription ??= await pubSub.subscribe(ALERT_CHANNEL, { onMessage, onResync });
    },
    async stop() {
      await subscription?.close();
      subscription = undefined;
      listeners.clear();
    },
  };
};
