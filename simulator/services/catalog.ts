import { newestOrders, type OrderCount, recount } from "../../catalog/domain/sales.ts";
import { newestBySku } from "../../catalog/domain/stock.ts";
import { onOrderEvents } from "../../catalog/events/on-order-events.ts";
import { catchUpStock } from "../../catalog/usecases/catch-up-stock.ts";
import type { StockReplica } from "../../catalog/usecases/ports.ts";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Broker } from "../bus/broker.ts";
import { createInbox, handlingTx, type Inbox } from "../bus/inbox.ts";
import { createMemoryDatabase, type MemoryDatabase } from "../stores/memory-database.ts";
import { createInstance, type Instance, type Life } from "../world/life.ts";
import type { Pool } from "../world/network.ts";
import type { World } from "../world/world.ts";
import type { InventoryApi } from "./inventory.ts";

interface CatalogApi {
  /** Hears of a change of stock at once, unless the announcement is lost. */
  hear(changes: readonly StockChange[]): void;
  replayParked(): Promise<void>;
}

/** What the catalog keeps of others: a replica of stock, and what each product has sold. */
export interface CatalogService {
  readonly stock: ReadonlyMap<string, StockChange>;
  /** Units by product id. */
  readonly sold: ReadonlyMap<string, number>;
  readonly inbox: Inbox;
  readonly instances: readonly [Instance<CatalogApi>, Instance<CatalogApi>];
}

const CATCH_UP_MS = 4_000;
const RETRY_MS = 1_000;
const PULL_DEADLINE_MS = 2_000;

/** The counts of sales, in the transaction of the events that change them. */
const createSales = () => {
  const sold = new Map<string, number>();
  const counted = new Map<string, OrderCount>();
  const handlers = onOrderEvents(async (given, orders) => {
    const tx = handlingTx(given);
    const newest = newestOrders(orders);
    for (const { id } of newest.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await tx.lock(`counted ${id}`);
    await tx.statement();
    const before = newest.flatMap(({ id }) => counted.get(id) ?? []);
    const { counts, difference } = recount(before, newest);
    tx.effect(() => {
      for (const count of counts) counted.set(count.orderId, count);
      for (const { productId, units } of difference) sold.set(productId, (sold.get(productId) ?? 0) + units);
    });
  });
  return { sold, handlers };
};

const createReplica = (world: World, database: MemoryDatabase) => {
  const stock = new Map<string, StockChange>();
  let cursor: string | null = null;
  const save = (changes: readonly StockChange[]) => {
    for (const change of newestBySku(changes))
      if (world.parts.isNews(stock.get(change.sku)?.version ?? 0, change.version))
        stock.set(change.sku, change);
  };
  const replicaOf = (life: Life): StockReplica => ({
    cursor: () => database.read(life, () => cursor),
    apply: (changes, next) =>
      database.transaction(life, async (tx) => {
        await tx.statement();
        tx.write(() => {
          save(changes);
          cursor = next ?? cursor;
        });
      }),
  });
  return { stock, replicaOf };
};

interface CatalogOptions {
  readonly world: World;
  readonly broker: Broker;
  readonly inventory: Pool<InventoryApi>;
}

export const createCatalogService = ({ world, broker, inventory }: CatalogOptions): CatalogService => {
  const { network, weather } = world;
  const database = createMemoryDatabase(world, "catalog");
  const inbox = createInbox({ world, database, queue: "catalog.orders-events" });
  const { sold, handlers } = createSales();
  const { stock, replicaOf } = createReplica(world, database);

  const boot = (life: Life): CatalogApi => {
    const replica = replicaOf(life);
    const catchUp = catchUpStock({
      replica,
      source: {
        changesAfter: (cursor) =>
          network.call(life, inventory, (api) => api.changesAfter(cursor), PULL_DEADLINE_MS),
      },
    });
    const follow = async () => {
      for (;;) {
        const isDone = await catchUp().then(
          () => true,
          () => false,
        );
        await life.wait(isDone ? CATCH_UP_MS : RETRY_MS);
      }
    };
    void follow();
    broker.consume("catalog.orders-events", life, inbox.handlerOf(life, handlers));
    return {
      hear(changes) {
        if (!weather.strikes("announcement-lost")) void replica.apply(changes, null).catch(() => undefined);
      },
      replayParked: () => inbox.replayParked(life, handlers),
    };
  };
  const instance = (n: number) => createInstance(`catalog-${n}`, world, boot);
  return { stock, sold, inbox, instances: [instance(1), instance(2)] };
};
