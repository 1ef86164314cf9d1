import type { EventEnvelope } from "../contracts/envelope.ts";
import { type KnownEvent, readEvent } from "../contracts/events.ts";
import type { Clock } from "../kernel/clock.ts";
import { unavailable } from "../kernel/errors.ts";
import { settled } from "../kernel/settled.ts";
import type { Database, Tx } from "../ports/database.ts";
import type { Delivery, EventBus, EventSubscription } from "../ports/event-bus.ts";
import type { Logger } from "../ports/logger.ts";
import { noTracing, type Tracing } from "../ports/tracing.ts";
import { createBatcher } from "../runtime/batcher.ts";
import { createMetrics, type Metrics } from "../runtime/metrics.ts";
import { currentRequest, runOutsideOfRequests } from "../runtime/request-context.ts";
import { pause } from "../runtime/retry.ts";
import { recordWithin } from "../runtime/spans.ts";
import { contextOfEvent } from "./event-context.ts";
import {
  type AfterCommit,
  type EventHandlers,
  handlingOf,
  runAfterCommit,
  runHandler,
} from "./event-handler.ts";
import { isAway, reasonOf } from "./failure.ts";
import { createInboxBatches, type InboxResult } from "./inbox-batch.ts";
import { createInboxMetrics } from "./inbox-metrics.ts";
import type { InboxItem } from "./inbox-runs.ts";
import { createParking, type Malady, malformedId, type OnParked } from "./parking.ts";
import { createQuarantine, DeadlyEvent, HANDLINGS_MAX } from "./quarantine.ts";

export type { AfterCommit, BatchHandler, EventHandler, EventHandlers } from "./event-handler.ts";

/** Pauses between the attempts of one event, in milliseconds: one attempt more than pauses, then it is parked. */
const RETRY_DELAYS_MS = [50, 250, 1_000, 5_000] as const;
/** Twice a batch, so that the next one is there when a transaction ends. */
const PREFETCH = 200;
/** Events of one transaction: more would save little, and hold locks for longer. */
const BATCH_MAX = 100;
/** Events that may wait for their transaction; the prefetch keeps them below this. */
const WAITING_MAX = 10_000;
/** `ignored`: a type that this consumer has no handler for. */
export type InboxOutcome = "handled" | "duplicate" | "ignored" | "parked";

export interface ConsumerOptions {
  readonly database: Database;
  readonly bus: EventBus;
  readonly exchange: string;
  readonly queue: string;
  readonly prefetch?: number;
  /** Events of one transaction, at most. */
  readonly batchMax?: number;
  /** How long one transaction goes on taking events. */
  readonly transactionMs?: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handlers: EventHandlers;
  readonly retryDelaysMs?: readonly number[];
  /** Told of every message that is done: for counters and alerts. */
  readonly onOutcome?: (outcome: InboxOutcome, type: string) => void;
  /** Tells of a message that is parked, in the transaction that parks it. */
  readonly onParked?: OnParked;
  /** Where the span of each event goes; nowhere by default. */
  readonly tracing?: Tracing;
  readonly metrics?: Metrics;
}

export interface Consumer {
  readonly queue: string;
  /** True while messages flow. */
  readonly active: boolean;
  start(): Promise<void>;
  /** Stops taking and waits for what is in flight; messages between two attempts go back to the queue. */
  stop(): Promise<void>;
  /** Runs the handler alone, without the inbox: for the replay of a parked message. */
  apply(event: EventEnvelope, tx: Tx): Promise<AfterCommit | undefined>;
}

/** One after another: failed messages hold one connection of the pool at most. */
const oneByOne = <T, R>(work: (item: T) => Promise<R>) =>
  createBatcher({
    run: (items: readonly T[]) =>
      runOutsideOfRequests(() => Promise.all(items.map(async (item) => settled(await work(item))))),
    batchMax: 1,
    queueMax: WAITING_MAX,
  });

/**
 * One attempt: the first in the batch that is being collected, every other in a transaction of its own. What has come again
 * is in no batch: it may have ended the process that had it before.
 */
const createAttempt = (options: ConsumerOptions, log: Logger) => {
  const { batchMax = BATCH_MAX } = options;
  const batches = createInboxBatches(options);
  const together = createBatcher({
    run: (items: readonly InboxItem[]) => runOutsideOfRequests(() => batches.run(items)),
    batchMax,
    queueMax: WAITING_MAX,
  });
  const alone = oneByOne(batches.runAlone);
  const underMark = createQuarantine(options);
  const first = async (item: InboxItem): Promise<InboxResult> =>
    item.again ? ((await underMark(item, alone)) ?? { outcome: "duplicate" }) : together(item);
  const attempt = async (item: InboxItem, attempts: number): Promise<InboxOutcome> => {
    const { outcome, after } = await (attempts === 1 ? first(item) : alone(item));
    await runAfterCommit(after, log);
    return outcome;
  };
  return { attempt, forgive: batches.forgive };
};

/** Repeats attempts, then parks. Rejects while the database is away and when the consumer stops meanwhile. */
const createHandle = (options: ConsumerOptions, log: Logger, stopped: AbortSignal) => {
  const { retryDelaysMs = RETRY_DELAYS_MS, queue, handlers } = options;
  const { attempt, forgive } = createAttempt(options, log);
  const putAside = oneByOne(createParking({ ...options, log }));

  const park = async (malady: Malady): Promise<InboxOutcome> => {
    const parked = await putAside(malady);
    if (!parked) return "duplicate";
    const { eventId, type, error, attempts } = malady;
    log.error("A message could not be handled and is parked", { eventId, type, reason: error, attempts });
    return "parked";
  };

  /** Null when the event is to be tried again. */
  const tryOnce = async (event: EventEnvelope, item: InboxItem, attempts: number) => {
    try {
      return await attempt(item, attempts);
    } catch (error) {
      if (isAway(error)) throw error;
      const { id: eventId, type } = event;
      const reason = reasonOf(error);
      if (error instanceof DeadlyEvent)
        return park({ eventId, type, event, error: reason, attempts: HANDLINGS_MAX });
      if (attempts > retryDelaysMs.length) return park({ eventId, type, event, error: reason, attempts });
      log.warn("An event's handler failed", { eventId, type, reason, attempts });
      return null;
    }
  };

  const withRetries = async (event: EventEnvelope, item: InboxItem): Promise<InboxOutcome> => {
    try {
      for (let attempts = 1; ; attempts++) {
        const outcome = await tryOnce(event, item, attempts);
        if (outcome !== null) return outcome;
        await pause(retryDelaysMs[attempts - 1] ?? 0, stopped);
        if (stopped.aborted) throw unavailable("The consumer stops: the message goes back to its queue.");
      }
    } finally {
      forgive(item);
    }
  };

  const handle = async (envelope: EventEnvelope, { again }: Delivery): Promise<InboxOutcome> => {
    const { id: eventId, type, subject } = envelope;
    let known: KnownEvent | null;
    try {
      known = readEvent(envelope);
    } catch (error) {
      return park({ eventId, type, event: envelope, error: contractReason(error), attempts: 0 });
    }
    const handling = known === null ? null : handlingOf(handlers, known);
    // Nothing to remember: ignoring it twice does no harm.
    if (handling === null) return "ignored";
    const inContext = { ...handling, context: currentRequest() };
    return withRetries(envelope, { eventId, subject, handling: inContext, again });
  };

  const handleMalformed = (raw: string, reason: string): Promise<InboxOutcome> =>
    park({ eventId: malformedId(queue, raw), type: "malformed", raw, error: reason, attempts: 0 });

  return { handle, handleMalformed };
};

/** Runs the handling of an event as part of the request that caused it, from its arrival to its end, retries included. */
const createEventSpans =
  ({ tracing = noTracing, queue }: Pick<ConsumerOptions, "tracing" | "queue">) =>
  (event: EventEnvelope, work: () => Promise<void>): Promise<void> => {
    const facts = {
      name: `process ${event.type}`,
      kind: "consumer" as const,
      attributes: { "messaging.destination.name": queue },
    };
    const place = { context: contextOfEvent(event), parent: event.traceparent ?? null };
    return recordWithin(tracing, facts, place, work);
  };

const contractReason = (error: unknown): string => `The data breaks its contract. ${reasonOf(error)}`;

/**
 * Consumes one queue into this service's database, each event with effect exactly once: the id is stored in the
 * transaction of the effect, so duplicates change nothing. Events that arrive while one transaction is in flight share
 * the next, and those that share a batch handler and follow each other are given to it together. A handler that keeps
 * failing has its message parked after five attempts (about 6 s) so that others go on; with the database away the
 * message stays on the queue. An event that five processes have died of is parked as well. Types without a handler, and types that this version does not know, are done without it.
 */
export const consume = (options: ConsumerOptions): Consumer => {
  const { bus, exchange, queue, prefetch = PREFETCH, handlers } = options;
  // A default, not `?.`: that would skip its arguments, and the handling with them.
  const { onOutcome = () => undefined } = options;
  const log = options.log.child({ queue });
  const inSpan = createEventSpans(options);
  const measured = createInboxMetrics(options.metrics ?? createMetrics(), queue);
  const tell: typeof onOutcome = (outcome, type) => {
    measured.done(outcome);
    onOutcome(outcome, type);
  };
  const stopping = new AbortController();
  const { handle, handleMalformed } = createHandle(options, log, stopping.signal);
  let subscription: EventSubscription | undefined;

  return {
    queue,
    get active() {
      return subscription?.active ?? false;
    },
    async start() {
      if (subscription !== undefined) return;
      subscription = await bus.subscribe({
        exchange,
        queue,
        prefetch,
        handle: (event, delivery = { again: false }) =>
          inSpan(event, async () => {
            const outcome = await handle(event, delivery);
            log.debug("event", { type: event.type, eventId: event.id, outcome });
            measured.aged(event);
            tell(outcome, event.type);
          }),
        handleMalformed: async (raw, reason) => tell(await handleMalformed(raw, reason), "malformed"),
      });
    },
    async stop() {
      stopping.abort();
      await subscription?.close();
    },
    async apply(envelope, tx) {
      const event = readEvent(envelope);
      const handling = event === null ? null : handlingOf(handlers, event);
      return handling === null ? undefined : runHandler([handling], tx);
    },
  };
};
