import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { catalogMigrations } from "../service.ts";
import { inThisProcess } from "../stores.ts";
import { stockChange } from "../testing/catalog-under-test.ts";
import type { StockReader, StockReplica } from "../usecases/ports.ts";
import { cachedStock } from "./cached-stock.ts";
import { createStockReplicaStore } from "./stock-replica-store.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ name: "catalog", migrations: catalogMigrations });
});
afterAll(() => database.close());

const cached = (store: StockReplica & StockReader) =>
  cachedStock({
    store,
    makers: inThisProcess,
    counts: { memory: 0, redis: 0, database: 0, joined: 0 },
  });

describe("stock levels in memory", () => {
  test("are those of the table, whatever order the changes come in", async () => {
    const store = createStockReplicaStore(database);
    const cache = cached(store);
    await cache.apply([stockChange("A", 1, 1)], "1");
    await cache.apply([stockChange("A", 5, 5), stockChange("A", 3, 3)], null);
    await cache.apply([stockChange("A", 4, 4), stockChange("B", 2, 1, false)], null);
    for (const sku of ["A", "B", "C"]) expect(await cache.level(sku)).toEqual(await store.level(sku));
    expect(await cache.level("A")).toEqual({ available: 5, version: 5 });
    expect(await cache.level("B")).toEqual({ available: 0, version: 1 });
    expect(await cache.level("C")).toEqual({ available: 0, version: 0 });
  });

  test("an instance pulls from where it stands itself, although another has moved the table's cursor", async () => {
    const store = createStockReplicaStore(database);
    const [one, two] = [cached(store), cached(store)];
    await one.apply([stockChange("D", 1, 1)], "10");
    expect(await two.cursor()).toBe("10");
    await two.level("D");
    await one.apply([stockChange("D", 0, 2)], "11");
    // Nothing has reached `two` yet, so it must ask from 10 on and not from 11.
    expect(await two.level("D")).toEqual({ available: 1, version: 1 });
    expect(await two.cursor()).toBe("10");
    await two.apply([stockChange("D", 0, 2)], "11");
    expect(await two.level("D")).toEqual({ available: 0, version: 2 });
    expect(await cached(store).cursor()).toBe("11");
  });

  test("what was read before the cursor is not kept", async () => {
    const store = createStockReplicaStore(database);
    const early = cached(store);
    await store.apply([stockChange("E", 1, 1)], "20");
    expect((await early.level("E")).available).toBe(1);
    await store.apply([stockChange("E", 0, 2)], "21");
    await early.cursor();
    expect((await early.level("E")).available).toBe(0);
  });

  test("what was mended in the table past the changes is shown once it is forgotten", async () => {
    const store = createStockReplicaStore(database);
    const cache = cached(store);
    await cache.apply([stockChange("G", 7, 900)], "30");
    await database.db.execute(sql`update stock_replica set available = 3, version = 4 where sku = 'G'`);
    expect(await cache.level("G")).toEqual({ available: 7, version: 900 });
    cache.forget();
    expect(await cache.level("G")).toEqual({ available: 3, version: 4 });
    await cache.apply([stockChange("G", 2, 5)], null);
    expect(await cache.level("G")).toEqual({ available: 2, version: 5 });
  });

  test("what was being read when all was forgotten is not kept", async () => {
    const store = createStockReplicaStore(database);
    await store.apply([stockChange("H", 9, 900)], "40");
    const read = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = {
      ...store,
      async level(sku: string) {
        const level = await store.level(sku);
        read.resolve();
        await goOn.promise;
        return level;
      },
    };
    const cache = cached(slow);
    await cache.cursor();
    const early = cache.level("H");
    await read.promise;
    await database.db.execute(sql`update stock_replica set available = 1, version = 2 where sku = 'H'`);
    cache.forget();
    goOn.resolve();
    expect(await early).toEqual({ available: 9, version: 900 });
    expect(await cache.level("H")).toEqual({ available: 1, version: 2 });
  });

  test("a change that the table did not take is not shown", async () => {
    const store = createStockReplicaStore(database);
    const failing = { ...store, apply: () => Promise.reject(new Error("the database is away")) };
    const cache = cached(failing);
    await cache.cursor();
    await cache.level("F");
    await expect(cache.apply([stockChange("F", 9, 1)], "99")).rejects.toThrow();
    expect(await cache.level("F")).toEqual({ available: 0, version: 0 });
    expect(await cache.cursor()).not.toBe("99");
  });

  test("a crowd that asks for the same SKU causes one statement, and the newest wins that is applied meanwhile", async () => {
    const store = createStockReplicaStore(database);
    await store.apply([stockChange("I", 5, 1)], "50");
    const goOn = Promise.withResolvers<void>();
    let reads = 0;
    const slow = {
      ...store,
      async level(sku: string) {
        reads += 1;
        const level = await store.level(sku);
        await goOn.promise;
        return level;
      },
    };
    const cache = cached(slow);
    await cache.cursor();
    const crowd = Array.from({ length: 20 }, () => cache.level("I"));
    await cache.apply([stockChange("I", 4, 2)], "51");
    goOn.resolve();
    expect(new Set((await Promise.all(crowd)).map(({ version }) => version))).toEqual(new Set([2]));
    expect(reads).toBe(1);
  });

  test("a turn is counted when a SKU is sold out or comes back, and not when it only moves", async () => {
    const cache = cached(createStockReplicaStore(database));
    await cache.apply([stockChange("J", 5, 1)], "60");
    const turnsAfter = async (available: number, version: number) => {
      const { turns, changes } = cache;
      await cache.apply([stockChange("J", available, version)], null);
      return [cache.turns - turns, cache.changes - changes];
    };
    expect(await turnsAfter(4, 2)).toEqual([0, 1]);
    expect(await turnsAfter(0, 3)).toEqual([1, 1]);
    expect(await turnsAfter(4, 2)).toEqual([0, 0]);
    expect(await turnsAfter(0, 4)).toEqual([0, 1]);
    expect(await turnsAfter(7, 5)).toEqual([1, 1]);
  });

  test("a SKU whose end was read from the table, before its change is applied here, still turns", async () => {
    const store = createStockReplicaStore(database);
    const cache = cached(store);
    await cache.apply([stockChange("K", 1, 1)], "70");
    cache.forget();
    // Another instance is ahead of this one.
    await store.apply([stockChange("K", 0, 2)], "71");
    expect((await cache.level("K")).available).toBe(0);
    const { turns } = cache;
    await cache.apply([stockChange("K", 0, 2)], "71");
    expect(cache.turns).toBeGreaterThan(turns);
  });
});
