import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../ports/logger.ts";
import { backoffMs, pause } from "../runtime/retry.ts";

/** Everything of ours in a Redis that we may share with others. */
export const KEY_PREFIX = "kiosk:";

/**
 * ioredis 6 by default resends commands whose answer was lost, so that a script may run twice, and keeps commands for
 * later while the connection is away. We want neither: a command fails at once, and the caller decides.
 */
export const PROFILE = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  commandTimeout: 200,
  connectTimeout: 2_000,
  // A silent peer never answers a goodbye: then the socket is destroyed.
  disconnectTimeout: 500,
  keepAlive: 10_000,
} as const satisfies RedisOptions;

/** A connection whose commands get no bytes for so long is dead and made anew. */
const SOCKET_TIMEOUT_MS = 5_000;
/** A SUBSCRIBE may take longer than a command that somebody waits for. */
const SUBSCRIBE_TIMEOUT_MS = 2_000;
const READY_TIMEOUT_MS = 5_000;
/** A process that is busy starting may miss the short time that a command has: the first contact is tried again. */
const READY_ATTEMPTS = 3;
/** Longer than `disconnectTimeout`. */
const DISCONNECT_WAIT_MS = 1_000;
const RECONNECT_BACKOFF = { baseMs: 100, ceilingMs: 2_000 } as const;
const RECONNECT_MIN_MS = 20;

export interface RedisConnection {
  /** For commands, shared by the drivers. */
  readonly client: Redis;
  /** Opens a connection for subscriptions alone; it reconnects for ever and does not subscribe by itself. */
  openSubscriber(connectionName: string): Promise<Redis>;
  /** The address without its password. */
  readonly where: string;
  /** Ends the command connection. Whoever opened a subscriber ends it. */
  close(): Promise<void>;
}

/** The mapping of replies is part of the type of a client: ours is the default. */
type OwnOptions = Omit<RedisOptions, "replyMapping">;

const maskUrl = (url: string): string => {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
  } catch {
    return "redis://(not a URL)";
  }
};

/** Logs once when the connection goes and once when it is back. */
const watch = (client: Redis, what: string, log: Logger) => {
  let away = false;
  let lastError: string | undefined;
  client.on("error", (error: Error) => {
    lastError = error.message;
  });
  // Not "close", which our own end of the connection is as well.
  client.on("reconnecting", () => {
    if (!away) log.warn(`${what} is cut: reconnecting`, { reason: lastError });
    away = true;
  });
  client.on("ready", () => {
    if (away) log.info(`${what} is back`);
    away = false;
  });
};

const timeoutAfter = (ms: number): { promise: Promise<never>; cancel(): void } => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  return { promise, cancel: () => clearTimeout(timer) };
};

/** Ends a connection, and waits until it has ended: before that it cannot be opened again. */
const disconnected = async (client: Redis): Promise<void> => {
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  client.disconnect();
  if (client.status !== "end") await Promise.race([ended, pause(DISCONNECT_WAIT_MS)]);
};

/** Connects and asks for a PONG, which a wrong password does not get. */
const connectWithin = async (client: Redis, where: string): Promise<void> => {
  const timeout = timeoutAfter(READY_TIMEOUT_MS);
  // ioredis rejects `connect` with "Connection is closed"; the reason comes as an event before it.
  let reason: unknown;
  const remember = (error: Error) => {
    reason = error;
  };
  client.on("error", remember);
  try {
    await Promise.race([client.connect().then(() => client.ping()), timeout.promise]);
  } catch (error) {
    await disconnected(client);
    const cause = reason ?? error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Redis at ${where} does not answer (${why}): start it, or correct or unset REDIS_URL.`);
  } finally {
    timeout.cancel();
    client.off("error", remember);
  }
};

const connectPatiently = async (client: Redis, where: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connectWithin(client, where);
    } catch (error) {
      const tooSlow = error instanceof Error && error.message.includes("Command timed out");
      if (!tooSlow || attempt >= READY_ATTEMPTS) throw error;
    }
  }
};

const openClient = async (url: string, log: Logger, what: string, options: OwnOptions): Promise<Redis> => {
  const client = new Redis(url, {
    ...PROFILE,
    lazyConnect: true,
    retryStrategy: (retry) => RECONNECT_MIN_MS + backoffMs(RECONNECT_BACKOFF, retry),
    ...options,
  });
  // First thing: an `error` that nobody hears is printed by ioredis itself.
  client.on("error", () => undefined);
  await connectPatiently(client, maskUrl(url));
  watch(client, what, log);
  return client;
};

/**
 * Opens the connection that the Redis drivers share. Fails with a message for the operator when Redis does not answer
 * within 5 s; later cuts end nothing: it reconnects for ever, and meanwhile every command fails.
 */
export const openRedis = async (url: string, log: Logger): Promise<RedisConnection> => {
  const client = await openClient(url, log, "The connection to Redis", {
    connectionName: "kiosk",
    socketTimeout: SOCKET_TIMEOUT_MS,
  });
  return {
    client,
    where: maskUrl(url),
    openSubscriber: (connectionName) =>
      openClient(url, log, "The subscription to Redis", {
        connectionName,
        autoResubscribe: false,
        commandTimeout: SUBSCRIBE_TIMEOUT_MS,
      }),
    async close() {
      client.disconnect();
    },
  };
};
