import { sql } from "drizzle-orm";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Database } from "../../shared/ports/database.ts";
import { stockLevel } from "./schema.ts";
import { stockChangeOf } from "./stock-changes.ts";
import { levelColumns, levelOf } from "./stock-rows.ts";

/** Levels of one page: many, since each page sorts what is left of the table. */
export const LEVELS_PAGE_MAX = 5_000;

/** One page of all levels, and the SKU to go on from; null at the end. */
export interface SharedLevels {
  readonly items: readonly StockChange[];
  readonly next: string | null;
}

/**
 * Pages through all levels by SKU, deleted ones with `exists: false`, each page as it is now: for whoever compares a replica,
 * stretch by stretch. In the order of the bytes, which does not depend on the server's locale. There is no index for that
 * order: a level is written too often to keep another one for a read that is so rare.
 */
export const createLevelPages =
  ({ db }: Database) =>
  async (after: string | null): Promise<SharedLevels> => {
    const byBytes = sql`${stockLevel.sku} collate "C"`;
    const rows = await db
      .select(levelColumns)
      .from(stockLevel)
      // Version 0: locked by a first receipt, and never moved.
      .where(sql`${stockLevel.version} > 0 and (${after}::text is null or ${byBytes} > ${after})`)
      .orderBy(byBytes)
      .limit(LEVELS_PAGE_MAX);
    const items = rows.map((row) => stockChangeOf(levelOf(row)));
    return { items, next: rows.length === LEVELS_PAGE_MAX ? (rows.at(-1)?.sku ?? null) : null };
  };
