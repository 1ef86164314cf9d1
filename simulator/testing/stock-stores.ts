import { sql } from "drizzle-orm";
import type { StockLevel } from "../../inventory/domain/stock-level.ts";
import { inventoryMigrations } from "../../inventory/service.ts";
import { createStockReads } from "../../inventory/store/stock-reads.ts";
import { createStockStore } from "../../inventory/store/stock-store.ts";
import type { StockStore } from "../../inventory/usecases/ports.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { createMemoryStockStore, createStockTables } from "../stores/memory-stock-store.ts";
import { calmWorld } from "./calm-world.ts";

/** A stock store, and what a comparison needs beside it. */
export interface ComparedStock {
  readonly store: StockStore;
  drive<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Time passes, as far as holds are concerned. */
  lapse(ms: number): Promise<void>;
  /** Levels, ledger and events, as lines of text. */
  describe(skus: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

const levelText = ({ sku, onHand, reserved, version, told }: StockLevel): string =>
  `${sku}: on hand ${onHand}, reserved ${reserved}, version ${version}, told ${told}`;

export const sqlStock = async (): Promise<ComparedStock> => {
  const database = await testDatabase({ name: "inventory", migrations: inventoryMigrations });
  const { db } = database;
  const reads = createStockReads({ db });
  const linesOf = async (statement: ReturnType<typeof sql>): Promise<string[]> => {
    const { rows } = await db.execute<{ line: string }>(statement);
    return rows.map(({ line }) => line);
  };
  return {
    store: createStockStore({ database, announce: () => undefined }),
    drive: (work) => work(),
    async lapse(ms) {
      await db.execute(
        sql`update reservation set expires_at = expires_at - ${ms}::float8 * interval '1 millisecond'`,
      );
    },
    async describe(skus) {
      const levels = await Promise.all(skus.map((sku) => reads.level(sku)));
      return [
        ...levels.flatMap((level) => (level === null ? [] : [levelText(level)])),
        ...(await linesOf(sql`
          select sku || ' ' || version_after || ' ' || kind || ' ' || on_hand_after || ' ' || reserved_after as line
          from stock_movement order by sku collate "C", version_after`)),
        ...(await linesOf(sql`
          select event->>'type' || ' ' || (event->>'subject') || ' ' || (event->>'sequence') as line
          from outbox order by position`)),
      ];
    },
    close: () => database.drop(),
  };
};

export const memoryStock = (): ComparedStock => {
  const { world, database, outbox, life, drive, lapse } = calmWorld();
  const tables = createStockTables(database, outbox);
  return {
    ...{ drive, lapse },
    store: createMemoryStockStore(world, tables, { life, announce: () => undefined }),
    async describe(skus) {
      const movements = tables.movements.toSorted(
        (a, b) => (a.sku < b.sku ? -1 : Number(a.sku > b.sku)) || a.versionAfter - b.versionAfter,
      );
      const levels = skus.flatMap((sku) => tables.levels.get(sku)?.level ?? []);
      return [
        ...levels.filter(({ exists }) => exists).map(levelText),
        ...movements.map(
          ({ sku, versionAfter, kind, onHandAfter, reservedAfter }) =>
            `${sku} ${versionAfter} ${kind} ${onHandAfter} ${reservedAfter}`,
        ),
        ...outbox.committed.map(({ type, subject, sequence }) => `${type} ${subject} ${sequence}`),
      ];
    },
    close: () => Promise.resolve(),
  };
};
