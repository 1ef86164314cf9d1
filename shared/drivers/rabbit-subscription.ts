import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { type EventEnvelope, eventEnvelopeSchema } from "../contracts/envelope.ts";
import type { EventSubscription, EventSubscriptionOptions } from "../ports/event-bus.ts";
import type { Logger } from "../ports/logger.ts";
import { backoffMs, pause, within } from "../runtime/retry.ts";
import { assertQueue } from "./rabbit-topology.ts";
import { createSubjectLanes } from "./subject-lanes.ts";

/** How long `close` waits for handlers in flight. */
const CLOSE_WAIT_MS = 20_000;
/** How long the broker may take to be told of the end; amqplib never answers when the connection ends meanwhile. */
const GOODBYE_TIMEOUT_MS = 2_000;
const REGISTER_BACKOFF = { baseMs: 200, ceilingMs: 2_000 } as const;
const REGISTER_MIN_MS = 20;

export interface RedeliveryDelay {
  readonly minMs: number;
  readonly maxMs: number;
}

export interface RabbitSubscriptionDeps {
  readonly connection: { current(): ChannelModel };
  readonly log: Logger;
  readonly redelivery: RedeliveryDelay;
  /** Hears of every channel that this subscription consumes on. */
  readonly onChannel?: ((channel: Channel) => void) | undefined;
}

export interface RabbitSubscription extends EventSubscription {
  /** Registers the consumer unless it is registered; repeats with backoff until that worked. */
  ensure(): Promise<void>;
}

type Parsed = { event: EventEnvelope } | { raw: string; reason: string };

const parse = (raw: string): Parsed => {
  try {
    const parsed = eventEnvelopeSchema.safeParse(JSON.parse(raw));
    return parsed.success
      ? { event: parsed.data }
      : { raw, reason: `no CloudEvent: ${parsed.error.message}` };
  } catch {
    return { raw, reason: "no JSON" };
  }
};

/** One channel's life: `lost` aborts when its messages will come again to somebody, `ended` also at closing. */
interface Registration {
  readonly channel: Channel;
  readonly lost: AbortController;
  readonly ended: AbortSignal;
  consumerTag: string;
}

const settle = (channel: Channel, message: ConsumeMessage) => {
  try {
    channel.ack(message);
  } catch {
    // The channel has closed meanwhile: the message comes again, and the inbox knows it.
  }
};

/**
 * Handles until it worked, holding the message un-acked between the attempts: its place in the prefetch is the bound, its
 * subject waits, other subjects go on. (Handing it back to the broker would lose the order and count as a delivery.)
 */
const handleUntilDone = async (
  work: () => Promise<void>,
  { minMs, maxMs }: RedeliveryDelay,
  ended: AbortSignal,
  onFirstFailure: (error: unknown) => void,
): Promise<boolean> => {
  for (let delayMs = minMs; !ended.aborted; delayMs = Math.min(delayMs * 2, maxMs)) {
    try {
      await work();
      return true;
    } catch (error) {
      if (delayMs === minMs) onFirstFailure(error);
      await pause(delayMs, ended);
    }
  }
  return false;
};

const createMessageHandler = (options: EventSubscriptionOptions, deps: RabbitSubscriptionDeps) => {
  // One set of lanes over all channels: a message that comes again waits for its earlier attempt.
  const lanes = createSubjectLanes();
  const inFlight = new Set<Promise<void>>();
  const { log, redelivery } = deps;

  const take = async ({ channel, lost, ended }: Registration, message: ConsumeMessage) => {
    const parsed = parse(message.content.toString("utf8"));
    const lane = "event" in parsed ? parsed.event.subject : crypto.randomUUID();
    const delivery = { again: message.fields.redelivered };
    const work = () =>
      "event" in parsed
        ? options.handle(parsed.event, delivery)
        : options.handleMalformed(parsed.raw, parsed.reason);
    const onFailure = (error: unknown) =>
      log.warn("A message could not be handled now and is tried again", {
        queue: options.queue,
        reason: error instanceof Error ? error.message : String(error),
      });
    const done = await lanes.run(lane, () => handleUntilDone(work, redelivery, ended, onFailure));
    if (done && !lost.signal.aborted) settle(channel, message);
  };

  return {
    inFlight,
    onMessage(registration: Registration, message: ConsumeMessage) {
      const work = take(registration, message).catch((error: unknown) =>
        log.error("A message's handling broke off", { queue: options.queue, error }),
      );
      inFlight.add(work);
      void work.then(() => inFlight.delete(work));
    },
  };
};

/** Opens a channel and registers the consumer on it. `onLost` is called once, however the channel or consumer ends. */
const register = async (
  options: EventSubscriptionOptions,
  { connection, onChannel }: RabbitSubscriptionDeps,
  closing: AbortSignal,
  onMessage: (registration: Registration, message: ConsumeMessage) => void,
  onLost: (registration: Registration) => void,
): Promise<Registration> => {
  const channel = await connection.current().createChannel();
  const lost = new AbortController();
  const ended = AbortSignal.any([lost.signal, closing]);
  const registration: Registration = { channel, lost, ended, consumerTag: "" };
  const lose = () => {
    if (lost.signal.aborted) return;
    lost.abort();
    onLost(registration);
  };
  channel.on("error", () => undefined);
  channel.on("close", lose);
  onChannel?.(channel);
  await assertQueue(channel, options.exchange, options.queue);
  await channel.prefetch(options.prefetch);
  const { consumerTag } = await channel.consume(options.queue, (message) => {
    if (message !== null) return onMessage(registration, message);
    // The broker has cancelled the consumer: the queue was deleted, or its leader moved.
    lose();
    channel.close().catch(() => undefined);
  });
  registration.consumerTag = consumerTag;
  if (registration.lost.signal.aborted)
    throw new Error("the channel closed while the consumer was registered");
  return registration;
};

/** What the broker is told at the end and may not answer any more. */
const told = (farewell: Promise<unknown>): Promise<unknown> =>
  within(farewell, GOODBYE_TIMEOUT_MS, () => new Error("no goodbye")).catch(() => undefined);

const settledWithin = async (work: Iterable<Promise<void>>, ms: number) => {
  const timer = new AbortController();
  await Promise.race([Promise.allSettled(work), pause(ms, timer.signal)]);
  timer.abort();
};

/**
 * One consumer of one queue, registered again whenever its channel closes (the broker closes a channel for a mistake on
 * it), its consumer is cancelled or the connection comes back.
 */
export const createRabbitSubscription = (
  options: EventSubscriptionOptions,
  deps: RabbitSubscriptionDeps,
): RabbitSubscription => {
  const { log } = deps;
  const handler = createMessageHandler(options, deps);
  const closing = new AbortController();
  let current: Registration | undefined;
  let ensuring: Promise<void> | undefined;

  const onLost = (registration: Registration) => {
    if (current === registration) current = undefined;
    if (!closing.signal.aborted) void ensure();
  };
  const registerForSure = async () => {
    for (let attempt = 1; current === undefined && !closing.signal.aborted; attempt++) {
      try {
        current = await register(options, deps, closing.signal, handler.onMessage, onLost);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (attempt === 1)
          log.warn("The consumer is not registered: trying again", { queue: options.queue, reason });
        await pause(REGISTER_MIN_MS + backoffMs(REGISTER_BACKOFF, attempt), closing.signal);
      }
    }
  };
  const ensure = (): Promise<void> => {
    ensuring ??= registerForSure().finally(() => {
      ensuring = undefined;
    });
    return ensuring;
  };

  return {
    get active() {
      return current !== undefined && !closing.signal.aborted;
    },
    ensure,
    async close() {
      closing.abort();
      await ensuring;
      const last = current;
      if (last === undefined) return;
      await told(last.channel.cancel(last.consumerTag));
      await settledWithin(handler.inFlight, CLOSE_WAIT_MS);
      current = undefined;
      last.lost.abort();
      await told(last.channel.close());
    },
  };
};
