import { sql } from "drizzle-orm";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Db } from "../../shared/ports/database.ts";
import { type Horizon, isBeyond, readHorizon } from "../../shared/sql/transaction-horizon.ts";
import { available, type StockLevel } from "../domain/stock-level.ts";
import type { ChangeCursor, ChangesPage, StockChangeReads } from "../usecases/ports.ts";
import { stockLevel } from "./schema.ts";
import { levelColumns, levelOf } from "./stock-rows.ts";

/** Levels of one page. */
const CHANGES_PAGE_MAX = 1_000;

const BEGINNING: ChangeCursor = { tx: "0", key: "" };

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

/** After a backup was restored the reader begins again. */
const startOf = (cursor: ChangeCursor, horizon: Horizon): ChangeCursor =>
  isBeyond(cursor.tx, horizon) ? BEGINNING : cursor;

/** Pages through changes of stock without losing one to transactions that commit out of order: see `shared/sql/transaction-horizon.ts`. */
export const createStockChangeReads = ({ db }: { readonly db: Db }): StockChangeReads => ({
  async changesAfter(cursor): Promise<ChangesPage> {
    const horizon = await readHorizon(db);
    const { end, next } = horizon;
    const { tx, key } = startOf(cursor ?? BEGINNING, horizon);
    const rows = await db
      .select({ ...levelColumns, changedTx: sql<string>`${stockLevel.changedTx}::text` })
      .from(stockLevel)
      .where(
        sql`(${stockLevel.changedTx}, ${stockLevel.sku}) > (${tx}::xid8, ${key})
          and ${stockLevel.changedTx} < ${end}::xid8`,
      )
      .orderBy(stockLevel.changedTx, stockLevel.sku)
      .limit(CHANGES_PAGE_MAX);
    const last = rows.at(-1);
    const more = rows.length === CHANGES_PAGE_MAX;
    return {
      changes: rows.map((row) => stockChangeOf(levelOf(row))),
      cursor: more && last ? { tx: last.changedTx, key: last.sku } : { tx: end, key: "" },
      more,
      complete: !more && end === next,
    };
  },

  async currentCursor() {
    return { tx: (await readHorizon(db)).end, key: "" };
  },
});
