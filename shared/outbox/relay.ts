import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../contracts/envelope.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Database } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { Logger } from "../ports/logger.ts";
import { pause } from "../runtime/retry.ts";
import { reasonOf } from "./failure.ts";
import { createLease, type Lease, releasing } from "./lease.ts";
import { OUTBOX_CHANNEL } from "./outbox.ts";
import { prune } from "./prune.ts";
import { outbox } from "./schema.ts";
import { createWakeSignal } from "./wake-signal.ts";

// One relay at a time publishes: it holds a lease (a row with an end by the database's clock), so no transaction is open
// while the broker is waited for. A relay that lost its lease while it published causes duplicates only, which the inbox removes, and old news after new, which consumers ignore by `sequence`.
//
// A batch is the oldest unpublished rows by position. Positions of different transactions may commit out of order,
// so there is no cursor: a row that appears late is simply among the oldest next time. Within one aggregate positions do
// rise in commit order, because `append` runs while the aggregate's row is locked.

/** After a kill -9 nobody publishes for so long; a stall of the process beyond it costs duplicates. */
const LEASE_MS = 5_000;
/** Short: in one process a relay may start a moment before the consumers of its events do. */
const BACKOFF_MIN_MS = 50;
/** Short as well, since the look at a bus that is away costs little: after an outage this is what events wait for. */
const BACKOFF_MAX_MS = 2_000;
const PRUNE_EVERY_MS = 3_600_000;
/** How long `stop` goes on sending what is there. */
const FLUSH_MS = 3_000;
const DRAIN_MS = 30_000;
/** How often `drain` looks whether another relay's lease is free. */
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
  readonly backoffMs?: { readonly min: number; readonly max: number };
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

type Row = { position: string; exchange: string; event: EventEnvelope };
type Turn = "published" | "empty" | "passive";

const hasUnpublished = async ({ db }: Database): Promise<boolean> => {
  const { rows } = await db.execute(sql`select 1 from ${outbox} where published_at is null limit 1`);
  return rows.length > 0;
};

/**
 * The oldest rows that wait. A statement after the one that took the lease, so that it sees what the holder before has
 * marked.
 */
const readBatch = async ({ db }: Database, size: number): Promise<Row[]> => {
  const { rows } = await db.execute<Row>(sql`
    select position, exchange, event from ${outbox}
    where published_at is null order by position limit ${size}`);
  return rows;
};

const positions = (rows: readonly Row[]) => sql.param(rows.map((row) => row.position));

/** Marks the rows, and gives the lease back in the same round trip when there is nothing more to do. */
const markPublished = async ({ db }: Database, rows: readonly Row[], release: string | null) => {
  await db.execute(sql`
    with released as (${releasing(release)})
    update ${outbox} set published_at = now() where position = any(${positions(rows)}::bigint[])`);
};

const countFailure = async ({ db }: Database, rows: readonly Row[]) => {
  await db.execute(sql`
    update ${outbox} set attempts = attempts + 1 where position = any(${positions(rows)}::bigint[])`);
};

const publishRows = async (bus: EventBus, rows: readonly Row[]) => {
  const byExchange = Map.groupBy(rows, (row) => row.exchange);
  for (const [exchange, group] of byExchange) {
    await bus.publish(
      exchange,
      group.map((row) => row.event),
    );
  }
};

const createTurn = ({ database, bus, batchSize = 500 }: RelayOptions, lease: Lease) => {
  const publishAndMark = async (rows: readonly Row[]) => {
    try {
      await lease.keep(() => publishRows(bus, rows));
    } catch (error) {
      await countFailure(database, rows).catch(() => undefined);
      throw error;
    }
    const isLast = rows.length < batchSize;
    if (isLast) lease.released();
    await markPublished(database, rows, isLast ? lease.holder : null);
  };
  const turn = async (): Promise<Turn> => {
    // Without the lease a look first, so that relays with nothing to do do not write.
    if (!lease.held && !(await hasUnpublished(database))) return "empty";
    if (!(await lease.take())) return "passive";
    const rows = await readBatch(database, batchSize);
    if (rows.length === 0) {
      await lease.release();
      return "empty";
    }
    await publishAndMark(rows);
    return "published";
  };
  // The loop and `drain` share one holder: they take turns.
  let last: Promise<unknown> = Promise.resolve();
  return (): Promise<Turn> => {
    const mine = last.then(turn, turn);
    last = mine;
    return mine;
  };
};

const readLag = async ({ db }: Database): Promise<number> => {
  const { rows } = await db.execute<{ lag: number }>(sql`
    select extract(epoch from clock_timestamp() - created_at)::float8 as lag from ${outbox}
    where published_at is null order by position limit 1`);
  return Math.max(0, rows[0]?.lag ?? 0);
};

const drainBy = async (turn: () => Promise<Turn>, withinMs: number) => {
  const end = performance.now() + withinMs;
  for (;;) {
    const result = await turn();
    if (result === "empty") return;
    if (performance.now() > end) throw new Error(`the outbox is not empty after ${withinMs} ms`);
    if (result === "passive") await Bun.sleep(DRAIN_POLL_MS);
  }
};

/** Sends what is there while it goes well: what is left is sent at the next start, or by another relay. */
const flush = async (turn: () => Promise<Turn>) => {
  const end = performance.now() + FLUSH_MS;
  while ((await turn()) === "published" && performance.now() < end);
};

/** Deletes old rows once an hour of the clock, beginning with the first call. */
const createPruning = ({ database, clock, log }: RelayOptions) => {
  let nextAt = 0;
  return async () => {
    const now = clock.now();
    if (now.getTime() < nextAt) return;
    nextAt = now.getTime() + PRUNE_EVERY_MS;
    await prune(database, now).catch((error: unknown) =>
      log.warn("Old rows could not be pruned", { reason: reasonOf(error) }),
    );
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
  const { database, log, pollMs = 1_000, backoffMs = { min: BACKOFF_MIN_MS, max: BACKOFF_MAX_MS } } = options;
  const lease = createLease(database, options.leaseMs ?? LEASE_MS);
  const turn = createTurn(options, lease);
  const pruneNowAndThen = createPruning(options);
  const outage = createOutageLog(log);
  const wake = createWakeSignal();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let listener: { close(): Promise<void> } | undefined;

  const loop = async () => {
    let pauseMs = backoffMs.min;
    while (!stopping.signal.aborted) {
      try {
        const result = await turn();
        outage.worked();
        pauseMs = backoffMs.min;
        if (result === "published") continue;
        await pruneNowAndThen();
        if (!stopping.signal.aborted) await wake.wait(pollMs);
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
      listener = await database.listen(OUTBOX_CHANNEL, wake.ring);
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
