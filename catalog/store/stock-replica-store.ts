import { eq, sql } from "drizzle-orm";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { newestBySku } from "../domain/stock.ts";
import type { StockReader, StockReplica } from "../usecases/ports.ts";
import { availableNow, toStockLevel } from "./product-rows.ts";
import { replicaCursor, stockReplica } from "./schema.ts";

const CURSOR_NAME = "stock";

/**
 * Takes what is newer than what is there, and answers the SKUs of that. One statement for any number of SKUs, in their order, so
 * that two writers never wait for each other in a circle.
 */
export const saveStock = async (tx: Tx, changes: readonly StockChange[]): Promise<string[]> => {
  const { rows } = await tx.execute<{ sku: string }>(sql`
    insert into ${stockReplica} (sku, available, on_hand, reserved, version, exists, occurred_at)
    select * from unnest(
      ${column(changes, "text", ({ sku }) => sku)},
      ${column(changes, "bigint", ({ available }) => available)},
      ${column(changes, "bigint", ({ onHand }) => onHand)},
      ${column(changes, "bigint", ({ reserved }) => reserved)},
      ${column(changes, "bigint", ({ version }) => version)},
      ${column(changes, "boolean", ({ exists }) => exists)},
      ${column(changes, "timestamptz", ({ occurredAt }) => occurredAt)})
    on conflict (sku) do update set
      available = excluded.available, on_hand = excluded.on_hand, reserved = excluded.reserved,
      version = excluded.version, exists = excluded.exists, occurred_at = excluded.occurred_at
      where ${stockReplica.version} < excluded.version
    returning ${stockReplica.sku} as sku`);
  return rows.map(({ sku }) => sku);
};

const saveCursor = async (tx: Tx, cursor: string): Promise<void> => {
  await tx
    .insert(replicaCursor)
    .values({ name: CURSOR_NAME, cursor })
    .onConflictDoUpdate({ target: replicaCursor.name, set: { cursor, updatedAt: sql`now()` } });
};

/** The replica of stock in PostgreSQL. */
export const createStockReplicaStore = (database: Database): StockReplica & StockReader => {
  const bySku = database.db
    .select({ available: availableNow, version: stockReplica.version })
    .from(stockReplica)
    .where(eq(stockReplica.sku, sql.placeholder("sku")))
    .prepare("catalog_stock_by_sku");

  return {
    apply: (changes, cursor) =>
      database.transaction(async (tx) => {
        const newest = newestBySku(changes);
        if (newest.length > 0) await saveStock(tx, newest);
        if (cursor !== null) await saveCursor(tx, cursor);
      }),

    async cursor() {
      const [row] = await database.db
        .select({ cursor: replicaCursor.cursor })
        .from(replicaCursor)
        .where(eq(replicaCursor.name, CURSOR_NAME));
      return row?.cursor ?? null;
    },

    async level(sku) {
      const [row] = await bySku.execute({ sku });
      return toStockLevel(row ?? { available: null, version: null });
    },
  };
};
