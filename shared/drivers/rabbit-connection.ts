import { type ChannelModel, connect } from "amqplib";
import { unavailable } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import { type Backoff, backoffMs, pause, within } from "../runtime/retry.ts";

const CONNECT_TIMEOUT_MS = 5_000;
/**
 * Without heartbeats a connection that is open and silent shows after many minutes only. amqplib gives up at the third of
 * three looks, of which the first may have seen the last sign of life: a silence of 12 to 18 s.
 */
const HEARTBEAT_SECONDS = 6;
/** A broker that takes no messages, or a line that swallows them, answers no goodbye either. */
const GOODBYE_TIMEOUT_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
/** An attempt costs a broker that is back little, and this is what all consumers wait for once it is. */
const RECONNECT_BACKOFF = { baseMs: 500, ceilingMs: 2_000 } as const;
const RECONNECT_MIN_MS = 50;

/** For declaring what is published to: a broker that is that slow is asked again on a new connection. */
const SETUP_TIMEOUT_MS = 10_000;

export interface RabbitConnectionOptions {
  readonly url: string;
  /** As it shows in the broker's list of connections. */
  readonly name: string;
  readonly log: Logger;
  /** Called for every connection that was made, the first one included. Its failure closes that connection. */
  readonly onConnected?: (model: ChannelModel) => Promise<void>;
  readonly onLost?: () => void;
  readonly reconnect?: Backoff | undefined;
}

export interface RabbitConnection {
  /** The open connection. Throws `UNAVAILABLE` while there is none. */
  current(): ChannelModel;
  readonly connected: boolean;
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

/** Closes it as far as the broker listens; what does not end by that ends by its heartbeats. */
const sayGoodbye = (model: ChannelModel): Promise<void> =>
  within(model.close(), GOODBYE_TIMEOUT_MS, () => new Error("no goodbye")).catch(() => undefined);

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
  let hasEnded = false;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  model.on("error", (error) =>
    options.log.debug("RabbitMQ closed a connection", { reason: reasonOf(error) }),
  );
  model.on("close", () => {
    hasEnded = true;
    ended.reject(new Error("the connection ended while it was set up"));
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
  // amqplib leaves some calls without an answer when the connection ends meanwhile, such as the closing of a channel.
  const setUp = Promise.race([options.onConnected?.(model), ended.promise]);
  await within(setUp, SETUP_TIMEOUT_MS, () => new Error(`not set up within ${SETUP_TIMEOUT_MS} ms`)).catch(
    async (error: unknown) => {
      await sayGoodbye(model);
      throw error;
    },
  );
  // It may have ended with the last answer.
  if (hasEnded) await ended.promise;
  state.model = model;
};

/**
 * A connection to RabbitMQ that is made anew for ever once it has been there. The first attempt fails with a message
 * for the operator. (amqplib's own recovery is not used: the process ends when the broker goes while it sets up.)
 */
export const openRabbitConnection = async (options: RabbitConnectionOptions): Promise<RabbitConnection> => {
  const { log, name, reconnect: backoff = RECONNECT_BACKOFF } = options;
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
      await pause(RECONNECT_MIN_MS + backoffMs(backoff, attempt), closing.signal);
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
    get connected() {
      return state.model !== null;
    },
    get blocked() {
      return state.blocked;
    },
    async close() {
      state.closing = true;
      closing.abort();
      const { model } = state;
      state.model = null;
      if (model !== null) await sayGoodbye(model);
    },
  };
};
