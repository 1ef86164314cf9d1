import { sql } from "drizzle-orm";
import { unavailable } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { pause } from "../runtime/retry.ts";
import { reasonOf } from "./failure.ts";
import { outbox } from "./schema.ts";

/** What is accepted between two looks may go beyond the cap: at 5,000 events a second, a hundredth of the usual cap. */
const LOOK_EVERY_MS = 1_000;
/** A look that takes long, since it counts many rows, comes less often: it has a tenth of one connection's time at most. */
const PAUSES_PER_LOOK = 9;
/** Work is taken again somewhat below the cap, so that the answer does not change with every batch that goes out. */
const REOPENS_AT = 0.9;
/** An outage lasts minutes, and the backlog goes out within one: sooner there is no use in asking. */
const RETRY_AFTER_SECONDS = 10;

export interface BacklogOptions {
  readonly database: Database;
  readonly log: Logger;
  /** Events that may wait in the outbox before new work is refused. */
  readonly maxUnsent: number;
  readonly lookEveryMs?: number;
}

/** How much waits in an outbox, and whether more may be added. */
export interface Backlog {
  /** Looks once, then again and again. A database that is away changes nothing: then nothing can be accepted anyway. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** True from the cap on until a tenth of it has gone out. */
  readonly full: boolean;
  /** Events that waited at the last look; the cap where there were more. Between two of them it costs nothing. */
  readonly unsent: number;
  /** Fails with `UNAVAILABLE` while the outbox is full. For whoever brings new work, never for work that is under way. */
  assertRoom(): void;
}

/**
 * Rows that wait, counted no further than `max`. Positions are given out in a row and go out oldest first, so the way from
 * the oldest that waits to the newest is at least their number and takes two looks into an index; only a way that is longer
 * than `max` has to be walked.
 */
const countUnsent = async ({ db }: Database, max: number): Promise<number> => {
  const { rows } = await db.execute<{ span: string }>(sql`
    select coalesce(
      (select position from ${outbox} order by position desc limit 1)
      - (select position from ${outbox} where published_at is null order by position limit 1) + 1, 0) as span`);
  const span = Number(rows[0]?.span ?? 0);
  if (span < max) return span;
  const counted = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      select 1 from ${outbox} where published_at is null order by position limit ${max}) as waiting`);
  return counted.rows[0]?.n ?? 0;
};

/**
 * Watches the outbox of one service, so that an outage of the broker fills it up to a cap and not the disk. One look a
 * second by each instance, none for an order.
 */
export const createBacklog = (options: BacklogOptions): Backlog => {
  const { database, log, maxUnsent, lookEveryMs = LOOK_EVERY_MS } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let full = false;
  let unsent = 0;

  const look = async () => {
    unsent = await countUnsent(database, maxUnsent);
    const isFull = unsent >= (full ? Math.ceil(maxUnsent * REOPENS_AT) : maxUnsent);
    if (isFull === full) return;
    full = isFull;
    if (full) log.error("The outbox is full: new work is refused until events go out", { unsent, maxUnsent });
    else log.info("The outbox has room again: new work is taken", { unsent, maxUnsent });
  };
  /** Answers how long it took, in milliseconds. */
  const lookSafely = async (): Promise<number> => {
    const begin = performance.now();
    await look().catch((error: unknown) =>
      log.debug("The outbox could not be counted", { reason: reasonOf(error) }),
    );
    return performance.now() - begin;
  };
  const loop = async (firstTookMs: number) => {
    for (let tookMs = firstTookMs; !stopping.signal.aborted; tookMs = await lookSafely())
      await pause(Math.max(lookEveryMs, tookMs * PAUSES_PER_LOOK), stopping.signal);
  };

  return {
    async start() {
      if (running !== undefined) return;
      const first = lookSafely();
      running = first.then(loop);
      await first;
    },
    async stop() {
      stopping.abort();
      await running;
    },
    get full() {
      return full;
    },
    get unsent() {
      return unsent;
    },
    assertRoom() {
      if (full)
        throw unavailable("So much news waits to go out that no new work is taken.", RETRY_AFTER_SECONDS);
    },
  };
};
