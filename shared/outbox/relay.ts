import { sql } from "drizzle-orm";
import type { Clock } from "../kernel/clock.ts";
import type { Database } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { Logger } from "../ports/logger.ts";
import { pause } from "../runtime/retry.ts";
import { reasonOf } from "./failure.ts";
import { createLease } from "./lease.ts";
import { OUTBOX_CHANNEL } from "./outbox.ts";
import { outboxRows } from "./outbox-rows.ts";
import { prune } from "./prune.ts";
import { createTurn, type TakeTurn } from "./relay-turn.ts";
import { outbox } from "./schema.ts";
import { createWakeSignal } from "./wake-signal.ts";

// One relay at a time publishes: it holds a lease (a row with an end by the database's clock), so no transaction is open
// while the broker is waited for. It keeps the lease while events keep coming, so that a wake costs a read and a mark, and
// gives it back when nothing has come for a moment. A relay that lost its lease while it published causes duplicates only, which the inbox removes, and old news after new, which consumers ignore by `sequence`.
//
// A batch is the oldest unpublished rows by position. Positions of different transactions may commit out of order,
// so there is no cursor: a row that appears late is simply among the oldest next time. Within one aggregate positions do
// rise in commit order, because `append` runs while the aggregate's row is locked.

/** After a kill -9 nobody publishes for so long; a stall of the process beyond it costs duplicates. */
const LEASE_MS = 5_000;
/** The lease is given back when nothing has come for so long: short, since a relay that dies while it holds it keeps others waiting. */
const LINGER_MS = 250;
/**
 * From the first ring to the look: what is committed meanwhile goes out together, and a request is not held up by its own news.
 * A ring during a turn has waited already, so that a steady stream is not held up between two turns.
 */
const GATHER_MS = 10;
/** Short: in one process a relay may start a moment before the consumers of its events do. */
const BACKOFF_MIN_MS = 50;
/** Short as well, since the look at a bus that is away costs little: after an outage this is what events wait for. */
const BACKOFF_MAX_MS = 2_000;
const PRUNE_EVERY_MS = 3_600_000;
/** How long `stop` goes on sending what is there. */
const FLUSH_MS = 3_000;
const DRAIN_MS = 30_000;
/** How often `drain` looks whether another relay's lease is free, and whether what is late has been handled. */
const DRAIN_POLL_MS = 10;

export interface RelayOptions {
  readonly database: Database;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  /** Events of one publish, at most. */
  readonly batchSize?: number;
  /** How long a missed NOTIFY can delay an event, and how often a passive relay tries to take over. */
  readonly pollMs?: number;
  /** How long a relay that died keeps others waiting. */
  readonly leaseMs?: number;
  /** How long a relay keeps the lease after the last event. */
  readonly lingerMs?: number;
  readonly backoffMs?: { readonly min: number; readonly max: number };
  /** Deletes what the service itself keeps beyond its time, along with what `prune` deletes. */
  readonly alsoPrune?: (database: Database) => Promise<unknown>;
}

export interface Relay {
  start(): Promise<void>;
  /** Sends what is there (a few seconds at most), gives the lease back. Safe to call twice. */
  stop(): Promise<void>;
  /** Publishes until the outbox is empty. Rejects at the first failure. For tests and scripts. */
  drain(): Promise<void>;
  /** Age of the oldest event that is not published, in seconds; 0 when there is none. */
  lagSeconds(): Promise<number>;
}

const readLag = async ({ db }: Database): Promise<number> => {
  const { rows } = await db.execute<{ lag: number }>(sql`
    select extract(epoch from clock_timestamp() - created_at)::float8 as lag from ${outbox}
    where published_at is null order by position limit 1`);
  return Math.max(0, rows[0]?.lag ?? 0);
};

const drainBy = async (turn: TakeTurn, withinMs: number) => {
  const end = performance.now() + withinMs;
  for (;;) {
    const result = await turn("give-back");
    if (result === "empty") return;
    if (performance.now() > end) throw new Error(`the outbox is not empty after ${withinMs} ms`);
    if (result === "passive" || result === "late") await Bun.sleep(DRAIN_POLL_MS);
  }
};

/** Sends what is there while it goes well: what is left is sent at the next start, or by another relay. */
const flush = async (turn: TakeTurn) => {
  const end = performance.now() + FLUSH_MS;
  for (;;) {
    const result = await turn("give-back");
    if ((result !== "more" && result !== "published") || performance.now() > end) return;
  }
};

/** Deletes old rows once an hour of the clock, beginning with the first call. */
const createPruning = ({ database, clock, log, alsoPrune }: RelayOptions) => {
  let nextAt = 0;
  return async () => {
    const now = clock.now();
    if (now.getTime() < nextAt) return;
    nextAt = now.getTime() + PRUNE_EVERY_MS;
    await prune(database, now)
      .then(() => alsoPrune?.(database))
      .catch((error: unknown) => log.warn("Old rows could not be pruned", { reason: reasonOf(error) }));
  };
};

/** Says once that an outage begins and once that it is over. */
const createOutageLog = (log: Logger) => {
  let out = false;
  return {
    failed(error: unknown) {
      if (!out) log.warn("Events cannot be published: they wait in the outbox", { reason: reasonOf(error) });
      out = true;
    },
    worked() {
      if (out) log.info("Events are being published again");
      out = false;
    },
  };
};

/**
 * Carries events from the outbox to the bus, for ever: woken by NOTIFY, polling as a fallback, with backoff while the
 * bus or the database is away. It also prunes the tables of `schema.ts`, so a service that publishes nothing but has an
 * inbox runs one too.
 */
export const createRelay = (options: RelayOptions): Relay => {
  const { database, log, pollMs = 1_000, lingerMs = LINGER_MS } = options;
  const { backoffMs = { min: BACKOFF_MIN_MS, max: BACKOFF_MAX_MS } } = options;
  const lease = createLease(database, options.leaseMs ?? LEASE_MS);
  const turn = createTurn({ ...options, outbox: outboxRows(database, lease) }, lease);
  const pruneNowAndThen = createPruning(options);
  const outage = createOutageLog(log);
  const wake = createWakeSignal();
  const stopping = new AbortController();
  /** When the first ring came that no look has answered yet. */
  let rungAt: number | undefined;
  const ring = () => {
    rungAt ??= performance.now();
    wake.ring();
  };
  let running: Promise<void> | undefined;
  let listener: { close(): Promise<void> } | undefined;

  /**
   * Waits for a ring; true when none came. Whatever was committed since the last read has rung or will, and rings during
   * a turn are remembered as one.
   */
  const rest = async (): Promise<boolean> => {
    await pruneNowAndThen();
    const restMs = lease.held ? Math.min(lingerMs, pollMs) : pollMs;
    if (stopping.signal.aborted) return false;
    if (!(await wake.wait(restMs))) return true;
    const gatherMs = GATHER_MS - (performance.now() - (rungAt ?? 0));
    if (gatherMs > 0) await pause(gatherMs, stopping.signal);
    // What has rung meanwhile is there to be read now.
    await wake.wait(0);
    rungAt = undefined;
    return false;
  };

  const loop = async () => {
    let pauseMs = backoffMs.min;
    let isQuiet = false;
    while (!stopping.signal.aborted) {
      try {
        const result = await turn(isQuiet ? "give-back" : "keep");
        outage.worked();
        pauseMs = backoffMs.min;
        isQuiet = result !== "more" && (await rest());
      } catch (error) {
        outage.failed(error);
        await pause(pauseMs, stopping.signal);
        pauseMs = Math.min(pauseMs * 2, backoffMs.max);
      }
    }
  };

  return {
    async start() {
      if (running !== undefined) return;
      listener = await database.listen(OUTBOX_CHANNEL, ring);
      running = loop();
    },
    async stop() {
      stopping.abort();
      wake.ring();
      if (running === undefined) return;
      await running;
      running = undefined;
      await listener?.close();
      await flush(turn).catch(() => undefined);
      await lease.release().catch(() => undefined);
    },
    drain: () => drainBy(turn, DRAIN_MS),
    lagSeconds: () => readLag(database),
  };
};
