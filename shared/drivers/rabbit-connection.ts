import { type ChannelModel, connect } from "amqplib";
import { unavailable } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import { backoffMs, pause } from "../runtime/retry.ts";

const CONNECT_TIMEOUT_MS = 5_000;
/** Without heartbeats a dead connection shows after many minutes only. */
const HEARTBEAT_SECONDS = 10;
const KEEP_ALIVE_MS = 10_000;
const RECONNECT_BACKOFF = { baseMs: 500, ceilingMs: 5_000 } as const;
const RECONNECT_MIN_MS = 50;

export interface RabbitConnectionOptions {
  readonly url: string;
  /** As it shows in the broker's list of connections. */
  readonly name: string;
  readonly log: Logger;
  /** Called for every connection that was made, the first one included. Its failure closes that connection. */
  readonly onConnected?: (model: ChannelModel) => Promise<void>;
  readonly onLost?: () => void;
}

export interface RabbitConnection {
  /** The open connection. Throws `UNAVAILABLE` while there is none. */
  current(): ChannelModel;
  /** True while the broker takes no messages (it is short of memory or disk). */
  readonly blocked: boolean;
  close(): Promise<void>;
}

const withHeartbeat = (url: string): string => {
  const parsed = new URL(url);
  if (!parsed.searchParams.has("heartbeat")) parsed.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  return parsed.href;
};

/** The address without user and password. */
const maskedBroker = (url: string): string => {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface State {
  model: ChannelModel | null;
  blocked: boolean;
  closing: boolean;
}

/** Makes one connection; from its end on `state` knows and `onEnd` is called. */
const connectOnce = async (options: RabbitConnectionOptions, state: State, onEnd: () => void) => {
  const model = await connect(withHeartbeat(options.url), {
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveDelay: KEEP_ALIVE_MS,
    noDelay: true,
    clientProperties: { connection_name: options.name },
  });
  // First thing: an `error` that nobody hears ends the process. A `close` always follows it.
  let ended = false;
  model.on("error", (error) =>
    options.log.debug("RabbitMQ closed a connection", { reason: reasonOf(error) }),
  );
  model.on("close", () => {
    ended = true;
    if (state.model !== model) return;
    state.model = null;
    state.blocked = false;
    onEnd();
  });
  model.on("blocked", (reason) => {
    state.blocked = true;
    options.log.warn("RabbitMQ takes no messages: free memory or disk there", { reason });
  });
  model.on("unblocked", () => {
    state.blocked = false;
    options.log.info("RabbitMQ takes messages again");
  });
  await options.onConnected?.(model).catch(async (error: unknown) => {
    await model.close().catch(() => undefined);
    throw error;
  });
  if (ended) throw new Error("the connection ended while it was set up");
  state.model = model;
};

/**
 * A connection to RabbitMQ that is made anew for ever once it has been there. The first attempt fails with a message
 * for the operator. (amqplib's own recovery is not used: the process ends when the broker goes while it sets up.)
 */
export const openRabbitConnection = async (options: RabbitConnectionOptions): Promise<RabbitConnection> => {
  const { log, name } = options;
  const state: State = { model: null, blocked: false, closing: false };
  const closing = new AbortController();

  const onEnd = () => {
    options.onLost?.();
    if (state.closing) return;
    log.warn(`The connection ${name} to RabbitMQ is cut: reconnecting`);
    void reconnect();
  };
  const reconnect = async () => {
    for (let attempt = 1; !state.closing; attempt++) {
      await pause(RECONNECT_MIN_MS + backoffMs(RECONNECT_BACKOFF, attempt), closing.signal);
      if (state.closing) return;
      try {
        await connectOnce(options, state, onEnd);
        log.info(`The connection ${name} to RabbitMQ is back`);
        return;
      } catch (error) {
        log.debug("RabbitMQ cannot be reached yet", { attempt, reason: reasonOf(error) });
      }
    }
  };

  try {
    await connectOnce(options, state, onEnd);
  } catch (error) {
    throw new Error(
      `RabbitMQ at ${maskedBroker(options.url)} does not answer (${reasonOf(error)}): start it, or correct or unset RABBITMQ_URL.`,
    );
  }
  return {
    current() {
      if (state.model === null) throw unavailable("RabbitMQ cannot be reached just now.");
      return state.model;
    },
    get blocked() {
      return state.blocked;
    },
    async close() {
      state.closing = true;
      closing.abort();
      const { model } = state;
      state.model = null;
      await model?.close().catch(() => undefined);
    },
  };
};
