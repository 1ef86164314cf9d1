import type { Redis } from "ioredis";
import { unavailable } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { PubSub, PubSubHandlers } from "../ports/pub-sub.ts";
import { KEY_PREFIX, type RedisConnection } from "./redis-connection.ts";

/** How often a tick is sent to ourselves, and how long we trust a subscription that carries none. */
const TICK_MS = 5_000;
const SILENCE_MS = 15_000;

export interface RedisPubSubOptions {
  /** The subscriber's name in CLIENT LIST. */
  readonly connectionName?: string;
  readonly tickMs?: number;
  readonly silenceMs?: number;
}

interface Subscriptions {
  readonly channels: Map<string, Set<PubSubHandlers>>;
  each(call: (handlers: PubSubHandlers) => void): void;
  deliver(channel: string, message: string): void;
}

/** Who listens to what. A listener that throws is logged and keeps nobody else from hearing. */
const createSubscriptions = (log: Logger): Subscriptions => {
  const channels = new Map<string, Set<PubSubHandlers>>();
  const call = (work: () => void) => {
    try {
      work();
    } catch (error) {
      log.error("A Pub/Sub listener failed", { error });
    }
  };
  return {
    channels,
    each(act) {
      for (const listeners of [...channels.values()]) {
        for (const handlers of [...listeners]) call(() => act(handlers));
      }
    },
    deliver(channel, message) {
      for (const handlers of [...(channels.get(channel) ?? [])]) call(() => handlers.onMessage(message));
    },
  };
};

/** Cuts the connection so that ioredis makes it anew, unless it is doing so already. */
const reconnect = (subscriber: Redis) => {
  if (subscriber.status === "ready") subscriber.disconnect(true);
};

/**
 * Sends ticks through Redis to ourselves and cuts a subscription that carries none: a dead connection shows no error
 * by itself.
 */
const startTicks = (
  client: Redis,
  subscriber: Redis,
  channel: string,
  times: { tickMs: number; silenceMs: number },
) => {
  let heardAt = performance.now();
  const timer = setInterval(() => {
    client.publish(channel, "").catch(() => undefined);
    if (performance.now() - heardAt <= times.silenceMs) return;
    heardAt = performance.now();
    reconnect(subscriber);
  }, times.tickMs);
  return {
    heard() {
      heardAt = performance.now();
    },
    stop: () => clearInterval(timer),
  };
};

/** Subscribes to everything again after a reconnect; when that fails the connection is cut, to begin anew. */
const resubscribeOnReady = (subscriber: Redis, names: () => string[], onDone: () => void) => {
  subscriber.on("ready", () => {
    subscriber.subscribe(...names()).then(onDone, () => reconnect(subscriber));
  });
};

/**
 * Broadcast over Redis Pub/Sub, on a connection of its own for subscriptions. After every reconnect, once the
 * subscriptions are confirmed, `onResync` is called. `close` leaves the command connection to whoever opened it.
 */
export const createRedisPubSub = async (
  redis: RedisConnection,
  log: Logger,
  { connectionName = "kiosk-subscriber", tickMs = TICK_MS, silenceMs = SILENCE_MS }: RedisPubSubOptions = {},
): Promise<PubSub> => {
  const { client } = redis;
  const subscriber = await redis.openSubscriber(connectionName);
  const subscriptions = createSubscriptions(log);
  const { channels } = subscriptions;
  const tickChannel = `${KEY_PREFIX}tick:${crypto.randomUUID()}`;
  const ticks = startTicks(client, subscriber, tickChannel, { tickMs, silenceMs });

  subscriber.on("message", (name: string, message: string) => {
    if (name === tickChannel) ticks.heard();
    else subscriptions.deliver(name.slice(KEY_PREFIX.length), message);
  });
  await subscriber.subscribe(tickChannel);
  const names = () => [tickChannel, ...[...channels.keys()].map((channel) => KEY_PREFIX + channel)];
  resubscribeOnReady(subscriber, names, () => {
    ticks.heard();
    subscriptions.each((handlers) => handlers.onResync?.());
  });

  const join = async (channel: string, handlers: PubSubHandlers) => {
    const listeners = channels.get(channel) ?? new Set();
    channels.set(channel, listeners.add(handlers));
    // While the connection is away this fails; the reconnect subscribes, and `onResync` says so.
    await subscriber.subscribe(KEY_PREFIX + channel).catch(() => reconnect(subscriber));
  };
  const leave = async (channel: string, handlers: PubSubHandlers) => {
    const listeners = channels.get(channel);
    if (!listeners?.delete(handlers) || listeners.size > 0) return;
    channels.delete(channel);
    await subscriber.unsubscribe(KEY_PREFIX + channel).catch(() => undefined);
  };

  return {
    async publish(channel, message) {
      try {
        await client.publish(KEY_PREFIX + channel, message);
      } catch (error) {
        throw unavailable("The message could not be handed to Redis.", 1, error);
      }
    },
    async subscribe(channel, handlers) {
      const own: PubSubHandlers = { ...handlers };
      await join(channel, own);
      return { close: () => leave(channel, own) };
    },
    async ping() {
      try {
        await client.ping();
      } catch (error) {
        throw unavailable("Redis does not answer.", 1, error);
      }
      if (subscriber.status !== "ready") throw unavailable("The subscription to Redis is reconnecting.");
    },
    async close() {
      ticks.stop();
      channels.clear();
      subscriber.disconnect();
    },
  };
};
