import { sql } from "drizzle-orm";
import { ordersMigrations } from "../../orders/service.ts";
import { createOrderStore } from "../../orders/store/order-store.ts";
import type { OrderStore } from "../../orders/usecases/ports.ts";
import { createBatcher } from "../../shared/runtime/batcher.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { createMemoryOrderStore } from "../stores/memory-order-store.ts";
import { createOrderTables } from "../stores/order-tables.ts";
import { calmWorld } from "./calm-world.ts";

/** An order store, and what a comparison needs beside it. */
export interface ComparedOrders {
  readonly store: OrderStore;
  drive<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Time passes, as far as sagas are concerned. */
  lapse(ms: number): Promise<void>;
  /** Types and versions of the events of an order, oldest first. */
  eventsOf(orderId: string): Promise<string[]>;
  close(): Promise<void>;
}

export const sqlOrders = async (): Promise<ComparedOrders> => {
  const database = await testDatabase({ name: "orders", migrations: ordersMigrations });
  const store = createOrderStore({
    database,
    groupCommit: (run) => createBatcher({ run, batchMax: 200, queueMax: 5_000 }),
    currentRequest: () => undefined,
    announce: () => undefined,
  });
  return {
    store,
    drive: (work) => work(),
    async lapse(ms) {
      await database.db.execute(
        sql`update saga set next_at = next_at - ${ms}::float8 * interval '1 millisecond'`,
      );
    },
    async eventsOf(orderId) {
      const { rows } = await database.db.execute<{ name: string }>(sql`
        select event->>'type' || ' ' || (event->>'sequence') as name from outbox
        where aggregate = ${orderId} order by position`);
      return rows.map(({ name }) => name);
    },
    close: () => database.drop(),
  };
};

export const memoryOrders = (): ComparedOrders => {
  const { world, database, outbox, life, drive, lapse } = calmWorld();
  const store = createMemoryOrderStore(world, createOrderTables(database, outbox), life);
  return {
    ...{ store, drive, lapse },
    eventsOf: async (orderId) =>
      outbox.committed
        .filter(({ subject }) => subject === orderId)
        .map(({ type, sequence }) => `${type} ${sequence}`),
    close: () => Promise.resolve(),
  };
};
