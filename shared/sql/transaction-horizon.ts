import { sql } from "drizzle-orm";
import { customType } from "drizzle-orm/pg-core";
import type { Db } from "../ports/database.ts";

// The cursor of a feed of changes. A reader wants "all that changed since last time", and no number that is given out
// *before* the commit can say that: with a plain sequence, 8 may commit before 7, the reader goes on from 8, and 7 is
// lost for ever.
//
// So every row carries the id of the transaction that changed it last (`changed_tx`), and a page ends at the horizon:
// `pg_snapshot_xmin`, the oldest transaction that is still running. Whatever is below it has ended, and is seen by this
// very snapshot if it committed; whatever is at or above it is left for the next time. A page that ends at the horizon
// answers the horizon as the cursor; one that ended before it, the place of its last row. A row that changes again gets
// a higher transaction id, so it moves to where no reader has been yet.
//
// One long transaction anywhere on the server keeps the horizon back, as long as our timeouts allow: a few seconds.

/** A transaction id that never wraps around (PostgreSQL 13 and later), as text: it may exceed a safe integer. */
export const transactionId = customType<{ data: string }>({ dataType: () => "xid8" });

/** The default of a `changed_tx`; an update sets it to the same. */
export const thisTransaction = sql`pg_current_xact_id()`;

/** `end`: the oldest transaction that is running. `next`: the one to come; the same when none is running. */
export interface Horizon {
  readonly end: string;
  readonly next: string;
}

/** Read it before the rows, so that it is no higher than the horizon of the snapshot that reads them. */
export const readHorizon = async (db: Db): Promise<Horizon> => {
  const { rows } = await db.execute<{ end: string; next: string }>(sql`
    select pg_snapshot_xmin(s)::text as "end", pg_snapshot_xmax(s)::text as next from pg_current_snapshot() as s`);
  const [row] = rows;
  if (!row) throw new Error("PostgreSQL gave no snapshot");
  return row;
};

/** Transaction ids only rise, unless the database was restored from a backup: such a cursor is of another life. */
export const isBeyond = (tx: string, { end }: Horizon): boolean => BigInt(tx) > BigInt(end);
