import type {
  Decision,
  LoadedOrder,
  OrderStore,
  Placement,
  PlaceOutcome,
} from "../../orders/usecases/ports.ts";
import { KioskError } from "../../shared/kernel/errors.ts";
import { createBatcher } from "../../shared/runtime/batcher.ts";
import type { Life } from "../world/life.ts";
import type { World } from "../world/world.ts";
import { type ChangeCall, changeInMemory } from "./change-in-memory.ts";
import { lockOf, type OrderRow, type OrderTables } from "./order-tables.ts";
import { placeInMemory } from "./place-in-memory.ts";

/** As in the service: calls of the same moment share a transaction. */
const BATCH = { batchMax: 200, queueMax: 5_000 } as const;

/** Takes what is due and what nobody else is at, as `orders/store/claim-sagas.ts` does. */
const claimDue =
  ({ database, orders }: OrderTables, life: Life): OrderStore["claimDue"] =>
  async ({ limit, leaseMs }) => {
    const taken = await database.transaction(life, async (tx) => {
      await tx.statement();
      const now = tx.now.getTime();
      const due = [...orders.values()]
        .filter(({ dueAtMs }) => dueAtMs !== null && dueAtMs <= now)
        .toSorted((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))
        .filter(({ order }) => tx.tryLock(lockOf(order.id)))
        .slice(0, limit);
      for (const row of due)
        tx.write(() => void orders.set(row.order.id, { ...row, dueAtMs: now + leaseMs }));
      return due;
    });
    return taken.map(({ order, saga, requestId }) => ({ orderId: order.id, saga, origin: { requestId } }));
  };

/** The orders of one process: the port of `orders/usecases/ports.ts` in memory. */
export const createMemoryOrderStore = (world: World, tables: OrderTables, life: Life): OrderStore => {
  const { database, orders, kept } = tables;
  const place = createBatcher<Placement, PlaceOutcome>({ ...BATCH, run: placeInMemory(world, tables, life) });
  const change = createBatcher<ChangeCall, unknown>({ ...BATCH, run: changeInMemory(world, tables, life) });
  const isListed = (row: OrderRow, filter: Parameters<OrderStore["list"]>[0]): boolean =>
    (filter.userId === null || row.order.userId === filter.userId) &&
    (filter.status === null || row.order.status === filter.status) &&
    (row.order.archivedAt !== null) === filter.archived &&
    (filter.beforeId === null || row.order.id < filter.beforeId);
  return {
    place,
    async change<Result>(orderId: string, decide: (loaded: LoadedOrder) => Decision<Result>) {
      return (await change({ orderId, decide })) as Result;
    },
    findReplay: (request) =>
      database.transaction(life, async (tx) => {
        await tx.statement();
        const found = kept.find(tx, request);
        if (found instanceof KioskError) throw found;
        return found;
      }),
    find: (orderId) => database.read(life, () => orders.get(orderId)?.order ?? null),
    list: (filter) =>
      database.read(life, () =>
        [...orders.values()]
          .filter((row) => isListed(row, filter))
          .map(({ order }) => order)
          .toSorted((a, b) => (a.id < b.id ? 1 : -1))
          .slice(0, filter.limit),
      ),
    timeline: (orderId) => database.read(life, () => [...(orders.get(orderId)?.timeline ?? [])]),
    claimDue: claimDue(tables, life),
  };
};
