import { type SQL, sql } from "drizzle-orm";
import type { Database, Db } from "../ports/database.ts";
import { idempotencyKey, inbox, inboxAttempt, outbox } from "./schema.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long published events are kept: long enough to see what went out after a bad week. */
const OUTBOX_KEEP_MS = 7 * DAY_MS;
/** How long handled ids are kept: longer than any message can still come again. */
const INBOX_KEEP_MS = 14 * DAY_MS;
/** How long an `Idempotency-Key` is honoured. */
const IDEMPOTENCY_KEEP_MS = 72 * HOUR_MS;
/** Rows of one DELETE, so that it stays far from the statement timeout. */
const PRUNE_BATCH = 1_000;
/** Batches of one table in one run; the next run takes the rest. */
const PRUNE_BATCHES = 50;

const deleteInBatches = async (db: Db, table: SQL, old: SQL): Promise<number> => {
  let deleted = 0;
  for (let batch = 0; batch < PRUNE_BATCHES; batch++) {
    const { rowCount } = await db.execute(sql`
      delete from ${table} where ctid in (
        select ctid from ${table} where ${old} limit ${PRUNE_BATCH} for update skip locked)`);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < PRUNE_BATCH) break;
  }
  return deleted;
};

/** Deletes what is past its time. Any instance may run it at any time, several at once too. */
export const prune = async (
  database: Database,
  now: Date,
): Promise<{ outbox: number; inbox: number; inboxAttempts: number; idempotencyKeys: number }> => {
  const before = (ms: number) => sql`${new Date(now.getTime() - ms).toISOString()}::timestamptz`;
  const { db } = database;
  return {
    outbox: await deleteInBatches(db, sql`${outbox}`, sql`published_at < ${before(OUTBOX_KEEP_MS)}`),
    inbox: await deleteInBatches(db, sql`${inbox}`, sql`handled_at < ${before(INBOX_KEEP_MS)}`),
    inboxAttempts: await deleteInBatches(db, sql`${inboxAttempt}`, sql`begun_at < ${before(INBOX_KEEP_MS)}`),
    idempotencyKeys: await deleteInBatches(
      db,
      sql`${idempotencyKey}`,
      sql`created_at < ${before(IDEMPOTENCY_KEEP_MS)}`,
    ),
  };
};
