import { sql } from "drizzle-orm";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Db } from "../../shared/ports/database.ts";
import { available, type StockLevel } from "../domain/stock-level.ts";
import type { ChangeCursor, ChangesPage, StockChangeReads } from "../usecases/ports.ts";
import { stockLevel } from "./schema.ts";
import { levelColumns, levelOf } from "./stock-rows.ts";

// The cursor. A reader wants "all that changed since last time", and no number that is given out *before* the commit can
// say that: with a plain sequence, 8 may commit before 7, the reader goes on from 8, and 7 is lost for ever.
//
// So every level carries the id of the transaction that changed it last (`changed_tx`), and a page ends at the horizon:
// `pg_snapshot_xmin`, the oldest transaction that is still running. Whatever is below it has ended, and is seen by this
// very snapshot if it committed; whatever is at or above it is left for the next time. A page that ends at the horizon
// answers the horizon as the cursor; one that ended before it, the place of its last row. A level that changes again
// gets a higher transaction id, so it moves to where no reader has been yet.
//
// One long transaction anywhere on the server keeps the horizon back, as long as our timeouts allow: a few seconds.
// The stock channel is not delayed by it.

/** Levels of one page. */
const CHANGES_PAGE_MAX = 1_000;

const BEGINNING: ChangeCursor = { tx: "0", sku: "" };

/** A level as the other services are told of it. */
export const stockChangeOf = (level: StockLevel): StockChange => ({
  sku: level.sku,
  onHand: level.onHand,
  reserved: level.reserved,
  available: available(level),
  version: level.version,
  exists: level.exists,
  occurredAt: level.updatedAt.toISOString(),
});

/** `end`: the oldest transaction that is running. `next`: the one to come; the same when none is running. */
const readHorizon = async (db: Db): Promise<{ end: string; next: string }> => {
  const { rows } = await db.execute<{ end: string; next: string }>(sql`
    select pg_snapshot_xmin(s)::text as "end", pg_snapshot_xmax(s)::text as next from pg_current_snapshot() as s`);
  const [row] = rows;
  if (!row) throw new Error("PostgreSQL gave no snapshot");
  return row;
};

/** Transaction ids only rise, unless the database was restored from a backup: then the reader begins again. */
const startOf = (cursor: ChangeCursor, horizonNow: string): ChangeCursor =>
  BigInt(cursor.tx) > BigInt(horizonNow) ? BEGINNING : cursor;

/** Pages through changes of stock without losing one to transactions that commit out of order. */
export const createStockChangeReads = ({ db }: { readonly db: Db }): StockChangeReads => ({
  async changesAfter(cursor): Promise<ChangesPage> {
    // Read first, so that it is no higher than the horizon of the snapshot that reads the rows.
    const { end, next } = await readHorizon(db);
    const { tx, sku } = startOf(cursor ?? BEGINNING, end);
    const rows = await db
      .select({ ...levelColumns, changedTx: sql<string>`${stockLevel.changedTx}::text` })
      .from(stockLevel)
      .where(
        sql`(${stockLevel.changedTx}, ${stockLevel.sku}) > (${tx}::xid8, ${sku})
          and ${stockLevel.changedTx} < ${end}::xid8`,
      )
      .orderBy(stockLevel.changedTx, stockLevel.sku)
      .limit(CHANGES_PAGE_MAX);
    const last = rows.at(-1);
    const more = rows.length === CHANGES_PAGE_MAX;
    return {
      changes: rows.map((row) => stockChangeOf(levelOf(row))),
      cursor: more && last ? { tx: last.changedTx, sku: last.sku } : { tx: end, sku: "" },
      more,
      complete: !more && end === next,
    };
  },

  async currentCursor() {
    return { tx: (await readHorizon(db)).end, sku: "" };
  },
});
