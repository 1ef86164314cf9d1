import { onProductEvents } from "../../orders/events/on-product-events.ts";
import { onUserEvents } from "../../orders/events/on-user-events.ts";
import { presentOutcome } from "../../orders/http/present.ts";
import { inventoryOf } from "../../orders/upstreams.ts";
import { admitBuyer } from "../../orders/usecases/admit-buyer.ts";
import { changeLine } from "../../orders/usecases/change-line.ts";
import { cancelOrder, changeStatus } from "../../orders/usecases/change-status.ts";
import { placeOrder } from "../../orders/usecases/place-order.ts";
import type { OrderStore } from "../../orders/usecases/ports.ts";
import { priceLines } from "../../orders/usecases/price-lines.ts";
import { sweepSagas } from "../../orders/usecases/sweep-sagas.ts";
import type { ProductSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import type { EventHandlers } from "../../shared/outbox/event-handler.ts";
import type { Broker } from "../bus/broker.ts";
import { createInbox, handlingTx, type Inbox } from "../bus/inbox.ts";
import { startRelay } from "../bus/relay-loop.ts";
import { createMemoryDatabase, type MemoryDatabase } from "../stores/memory-database.ts";
import { createMemoryOrderStore } from "../stores/memory-order-store.ts";
import { createMemoryOutbox } from "../stores/memory-outbox.ts";
import { createOrderTables, type OrderTables } from "../stores/order-tables.ts";
import { createReplicaTable, type ReplicaTable } from "../stores/replica-table.ts";
import { createInstance, type Instance, type Life } from "../world/life.ts";
import type { Pool } from "../world/network.ts";
import type { World } from "../world/world.ts";
import type { InventoryApi } from "./inventory.ts";
import type { Owner } from "./owner.ts";
import type { PaymentDesk } from "./payment-desk.ts";
import { simulatedClient } from "./service-client.ts";

export interface OrdersApi {
  readonly place: ReturnType<typeof placeOrder>;
  readonly changeStatus: ReturnType<typeof changeStatus>;
  readonly cancel: ReturnType<typeof cancelOrder>;
  readonly changeLine: ReturnType<typeof changeLine>;
  readonly find: OrderStore["find"];
  replayParked(): Promise<void>;
}

export interface OrdersService {
  readonly tables: OrderTables;
  readonly products: ReplicaTable<ProductSnapshot>;
  readonly users: ReplicaTable<UserSnapshot>;
  readonly inboxes: { readonly products: Inbox; readonly users: Inbox };
  readonly instances: readonly [Instance<OrdersApi>, Instance<OrdersApi>];
}

export interface OrdersOptions {
  readonly world: World;
  readonly broker: Broker;
  readonly inventory: Pool<InventoryApi>;
  readonly catalog: Owner<ProductSnapshot>;
  readonly auth: Owner<UserSnapshot>;
  readonly payments: PaymentDesk;
}

const SWEEP_EVERY_MS = 2_000;
const LOOKUP_MS = 1_000;
const CURRENCY = "USD";

type Replicas = Pick<OrdersService, "products" | "users">;

const nothing = () => Promise.resolve();

/** The handlers of the events that orders hears, over the replicas in memory. */
const handlersOf = ({ products, users }: Replicas) => ({
  products: onProductEvents({
    save: async (tx, rows) => {
      for (const row of rows) await products.offerWithin(handlingTx(tx), row);
    },
    delete: nothing,
  }),
  users: onUserEvents({ save: (tx, user) => users.offerWithin(handlingTx(tx), user), delete: nothing }),
});

/** What placing an order reads of other services: its replicas, and the owners where those do not know. */
const lookupsOf = (
  { world, catalog, auth }: OrdersOptions,
  { products, users }: Replicas,
  { database, life }: { database: MemoryDatabase; life: Life },
) => {
  const read = world.network;
  const price = priceLines({
    newId: world.newId,
    catalog: {
      lookup: ({ skus, ids }) =>
        read.call(
          life,
          catalog.instances,
          (api) => api.find(({ sku, id }) => skus.includes(sku) || ids.includes(id)),
          LOOKUP_MS,
        ),
    },
    products: {
      find: ({ skus, ids }) =>
        database.read(life, () =>
          [...products.rows.values()]
            .filter(({ sku, id }) => skus.includes(sku) || ids.includes(id))
            .map(({ price: { amountMinor, currency }, ...rest }) => ({
              ...rest,
              priceMinor: amountMinor,
              currency,
              deleted: false,
            })),
        ),
      save: (found) => database.read(life, () => found.forEach(products.offer)),
    },
  });
  const admit = admitBuyer({
    users: {
      read: async (id) =>
        (await read.call(life, auth.instances, (api) => api.find((user) => user.id === id), LOOKUP_MS))[0] ??
        null,
    },
    replica: {
      find: (id) =>
        database.read(life, () => {
          const user = users.rows.get(id);
          return user === undefined ? null : { ...user, deleted: false };
        }),
      save: (user) => database.read(life, () => users.offer(user)),
    },
  });
  return { price, admit };
};

const startSweeping = (sweep: () => Promise<number>, life: Life): void => {
  const loop = async () => {
    for (;;) if ((await sweep().catch(() => 0)) === 0) await life.wait(SWEEP_EVERY_MS);
  };
  void loop();
};

/** The use cases of one process, as `orders/use-cases.ts` joins them. */
const createCases = (options: OrdersOptions, tables: OrderTables, replicas: Replicas, life: Life) => {
  const { world, payments: desk, inventory } = options;
  const orders = createMemoryOrderStore(world, tables, life);
  const clock = world.skewedClock();
  const payments = desk.providersOf(life);
  const stopping = new AbortController().signal;
  const log = { warn: (message: string) => world.tell(life.name, () => message) };
  const present = presentOutcome;
  const advance = world.parts.advanceSaga({
    ...{ orders, payments, present, clock, log, stopping },
    inventory: inventoryOf(simulatedClient(world, life, inventory)),
    pause: (ms) => life.wait(ms),
  });
  const { price, admit } = lookupsOf(options, replicas, { database: tables.database, life });
  startSweeping(sweepSagas({ orders, advance, present, clock, stopping, log }), life);
  const change = changeStatus({ orders, advance, present, clock });
  return {
    place: placeOrder({
      ...{ orders, advance, present, clock, payments },
      newId: world.newId,
      priceLines: price,
      admitBuyer: admit,
      currency: CURRENCY,
      offer: ["manual", "simulated"],
      assertRoom: () => undefined,
    }),
    changeStatus: change,
    cancel: cancelOrder(change),
    changeLine: changeLine({ orders, advance, clock }),
    find: orders.find,
  };
};

export const createOrdersService = (options: OrdersOptions): OrdersService => {
  const { world, broker } = options;
  const database = createMemoryDatabase(world, "orders");
  const outbox = createMemoryOutbox(world, database);
  const tables = createOrderTables(database, outbox);
  const replicas = {
    products: createReplicaTable<ProductSnapshot>(world.parts),
    users: createReplicaTable<UserSnapshot>(world.parts),
  };
  const inboxes = {
    products: createInbox({ world, database, queue: "orders.catalog-events" }),
    users: createInbox({ world, database, queue: "orders.auth-events" }),
  };
  const handlers: Readonly<Record<keyof typeof inboxes, EventHandlers>> = handlersOf(replicas);
  const boot = (life: Life): OrdersApi => {
    startRelay(world, { database, outbox, broker }, life);
    broker.consume("orders.catalog-events", life, inboxes.products.handlerOf(life, handlers.products));
    broker.consume("orders.auth-events", life, inboxes.users.handlerOf(life, handlers.users));
    return {
      ...createCases(options, tables, replicas, life),
      async replayParked() {
        await inboxes.products.replayParked(life, handlers.products);
        await inboxes.users.replayParked(life, handlers.users);
      },
    };
  };
  const instance = (n: number) => createInstance(`orders-${n}`, world, boot);
  return { tables, ...replicas, inboxes, instances: [instance(1), instance(2)] };
};
