import type { Redis } from "ioredis";
import { unavailable } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { PubSub, PubSubHandlers } from "../ports/pub-sub.ts";
import { KEY_PREFIX, type RedisConnection } from "./redis-connection.ts";

/** How often a tick is sent to ourselves, and how long we trust a subscription that carries none. */
export const TICK_MS = 5_000;
export const SILENCE_MS = 15_000;

export interface RedisPubSubOptions {
  /** The subscriber's name in CLIENT LIST. */
  readonly connectionName?: string;
  readonly tickMs?: number;
  readonly silenceMs?: number;
}

interface Subscriptions {
  readonly channels: Map<string, Set<PubSubHandlers>>;
  deliver(channel: string, message: string): void;
  resync(channel: string): void;
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
    deliver(channel, message) {
      for (const handlers of [...(channels.get(channel) ?? [])]) call(() => handlers.onMessage(message));
    },
    resync(channel) {
      for (const handlers of [...(channels.get(channel) ?? [])]) call(() => handlers.onResync?.());
    },
  };
};

/** Cuts the connection so that ioredis makes it anew, unless it is doing so already. */
const reconnect = (subscriber: Redis) => {
  if (subscriber.status === "ready") subscriber.disconnect(true);
};

/**
 * Sends ticks through Redis to ourselves and cuts a subscription that carries none: a dead connection shows no error
 * by itself. One that is cut gets as long again before it is cut once more.
 */
const startTicks = (
  tick: () => void,
  onSilence: () => void,
  { tickMs, silenceMs }: { tickMs: number; silenceMs: number },
) => {
  const timer = setInterval(tick, tickMs);
  let silence: ReturnType<typeof setTimeout>;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      heard();
      onSilence();
    }, silenceMs);
  };
  heard();
  return {
    heard,
    stop() {
      clearInterval(timer);
      clearTimeout(silence);
    },
  };
};

/**
 * Channels on which we could not publish something. Their listeners have noticed nothing, where only our connection was
 * away: as soon as it is back they are told to read again. The channels of a process are few, and so are these.
 */
const createLosses = (client: Redis, lostChannel: string) => {
  const lost = new Set<string>();
  const tell = async () => {
    for (const channel of lost) {
      lost.delete(channel);
      try {
        await client.publish(lostChannel, channel);
      } catch {
        lost.add(channel);
        return;
      }
    }
  };
  const tellSoon = () => void tell();
  client.on("ready", tellSoon);
  return {
    add: (channel: string) => void lost.add(channel),
    tellSoon,
    stop: () => void client.off("ready", tellSoon),
  };
};

/** Subscribes to everything again after a reconnect; when that fails the connection is cut, to begin anew. */
const resubscribeOnReady = (subscriber: Redis, names: () => string[], onDone: () => void) => {
  subscriber.on("ready", () => {
    subscriber.subscribe(...names()).then(onDone, () => reconnect(subscriber));
  });
};

/** Redis knows no databases in Pub/Sub: shops that share a server, each in its own database, must not hear each other. */
const prefixOf = ({ options }: Redis): string =>
  options.db === undefined || options.db === 0 ? KEY_PREFIX : `${KEY_PREFIX}${options.db}:`;

/**
 * Broadcast over Redis Pub/Sub, on a connection of its own for subscriptions. `onResync` is called after every reconnect, once the
 * subscriptions are confirmed, and when a publisher could not hand over a message to the channel. `close` leaves
 * the command connection to whoever opened it.
 */
export const createRedisPubSub = async (
  redis: RedisConnection,
  log: Logger,
  { connectionName = "kiosk-subscriber", tickMs = TICK_MS, silenceMs = SILENCE_MS }: RedisPubSubOptions = {},
): Promise<PubSub> => {
  const { client } = redis;
  const prefix = prefixOf(client);
  const subscriber = await redis.openSubscriber(connectionName);
  const subscriptions = createSubscriptions(log);
  const { channels } = subscriptions;
  const tickChannel = `${prefix}tick:${crypto.randomUUID()}`;
  const lostChannel = `${prefix}lost`;
  const losses = createLosses(client, lostChannel);
  const tick = () => {
    client.publish(tickChannel, "").then(losses.tellSoon, () => undefined);
  };
  const ticks = startTicks(tick, () => reconnect(subscriber), { tickMs, silenceMs });

  subscriber.on("message", (name: string, message: string) => {
    if (name === tickChannel) ticks.heard();
    else if (name === lostChannel) subscriptions.resync(message);
    else subscriptions.deliver(name.slice(prefix.length), message);
  });
  await subscriber.subscribe(tickChannel, lostChannel);
  const names = () => [tickChannel, lostChannel, ...[...channels.keys()].map((channel) => prefix + channel)];
  resubscribeOnReady(subscriber, names, () => {
    ticks.heard();
    for (const channel of [...channels.keys()]) subscriptions.resync(channel);
  });

  const join = async (channel: string, handlers: PubSubHandlers) => {
    const listeners = channels.get(channel) ?? new Set();
    channels.set(channel, listeners.add(handlers));
    // While the connection is away this fails; the reconnect subscribes, and `onResync` says so.
    await subscriber.subscribe(prefix + channel).catch(() => reconnect(subscriber));
  };
  const leave = async (channel: string, handlers: PubSubHandlers) => {
    const listeners = channels.get(channel);
    if (!listeners?.delete(handlers) || listeners.size > 0) return;
    channels.delete(channel);
    await subscriber.unsubscribe(prefix + channel).catch(() => undefined);
  };

  return {
    async publish(channel, message) {
      try {
        await client.publish(prefix + channel, message);
      } catch (error) {
        losses.add(channel);
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
      losses.stop();
      channels.clear();
      subscriber.disconnect();
    },
  };
};
