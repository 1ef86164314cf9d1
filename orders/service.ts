import { fileURLToPath } from "node:url";
import { authGuard } from "../shared/http/auth-guard.ts";
import type { DependencyCheck } from "../shared/http/health-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { addOutboxGauge, addParkedGauge } from "../shared/outbox/gauges.ts";
import { type Consumer, consume } from "../shared/outbox/inbox.ts";
import { createRelay, type Relay } from "../shared/outbox/relay.ts";
import { createBatcher } from "../shared/runtime/batcher.ts";
import { currentRequest } from "../shared/runtime/request-context.ts";
import type { Service, ServiceDeps, ServiceName } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import type { OrdersConfig } from "./config.ts";
import { onProductEvents } from "./events/on-product-events.ts";
import { onUserEvents } from "./events/on-user-events.ts";
import { type OrderCases, orderRoutes } from "./http/order-routes.ts";
import { orderStreamRoutes } from "./http/order-stream-routes.ts";
import { presentOutcome } from "./http/present.ts";
import { countUnfinished } from "./store/claim-sagas.ts";
import { createOrderFeed } from "./store/order-feed.ts";
import { createOrderStore } from "./store/order-store.ts";
import { createProductReplica, deleteProduct, saveProducts } from "./store/product-replica.ts";
import { createUserReplica, deleteUser, saveUser } from "./store/user-replica.ts";
import { createSweepLoop } from "./sweep-loop.ts";
import { catalogOf, inventoryOf, manualPayment, usersOf } from "./upstreams.ts";
import { admitBuyer } from "./usecases/admit-buyer.ts";
import { advanceSaga } from "./usecases/advance-saga.ts";
import { cancelOrder, changeStatus } from "./usecases/change-status.ts";
import { placeOrder } from "./usecases/place-order.ts";
import type { OrderStore } from "./usecases/ports.ts";
import { priceLines } from "./usecases/price-lines.ts";
import { listOrders, readOrder, readTimeline } from "./usecases/read-orders.ts";
import { sweepSagas } from "./usecases/sweep-sagas.ts";

const NAME = "orders";
/** Orders of one transaction, at most. */
const BATCH_MAX = 200;
/** Calls that may wait for the next transaction, at most. */
const QUEUE_MAX = 5_000;

/** The folder of the migrations of this service's database. */
export const ordersMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

export interface OrdersOptions extends ServiceDeps {
  readonly config: OrdersConfig;
}

const createCases = (options: OrdersOptions, orders: OrderStore) => {
  const { database, services, internalToken, clock, newId, log, config } = options;
  const client = (service: ServiceName) =>
    createServiceClient({ service, fetch: services[service], internalToken, clock });
  const inventory = inventoryOf(client("inventory"));
  const advance = advanceSaga({
    orders,
    inventory,
    payment: manualPayment,
    present: presentOutcome,
    clock,
    log,
  });
  const change = changeStatus({ orders, advance, present: presentOutcome, clock });
  const products = createProductReplica(database);
  const cases: OrderCases = {
    placeOrder: placeOrder({
      orders,
      advance,
      present: presentOutcome,
      admitBuyer: admitBuyer({ replica: createUserReplica(database), users: usersOf(client("auth")) }),
      priceLines: priceLines({ products, catalog: catalogOf(client("catalog")), newId }),
      clock,
      newId,
      currency: config.CURRENCY,
    }),
    listOrders: listOrders({ orders }),
    readOrder: readOrder({ orders }),
    readTimeline: readTimeline({ orders }),
    changeStatus: change,
    cancelOrder: cancelOrder(change),
  };
  return { cases, sweep: sweepSagas({ orders, advance, log }) };
};

const createConsumers = ({ database, bus, clock, log }: OrdersOptions): Consumer[] => [
  consume({
    ...{ database, bus, clock, log },
    exchange: "auth.events",
    queue: "orders.auth-events",
    handlers: onUserEvents({ save: saveUser, delete: deleteUser }),
  }),
  consume({
    ...{ database, bus, clock, log },
    exchange: "catalog.events",
    queue: "orders.catalog-events",
    handlers: onProductEvents({ save: saveProducts, delete: deleteProduct }),
  }),
];

const dependenciesOf = (options: OrdersOptions, consumers: readonly Consumer[]): DependencyCheck[] => [
  { name: "database", required: true, check: () => options.database.ping() },
  { name: "pub-sub", required: false, check: () => options.pubSub.ping() },
  {
    name: "event-bus",
    required: false,
    async check() {
      const silent = consumers.filter(({ active }) => !active).map(({ queue }) => queue);
      if (silent.length > 0) throw new Error(`not consuming ${silent.join(", ")}`);
      await options.bus.ping();
    },
  },
];

const measure = ({ metrics, database }: OrdersOptions, relay: Relay): void => {
  addOutboxGauge(metrics, NAME, relay);
  addParkedGauge(metrics, NAME, database);
  metrics.gauge(
    "sagas_unfinished",
    "Orders that wait for an answer of another service",
    { service: NAME },
    () => countUnfinished(database),
  );
};

/** The orders service: orders, their sagas, and replicas of users and products. */
export const createOrders = (options: OrdersOptions): Service => {
  const { database, bus, pubSub, clock, metrics, version } = options;
  const log = options.log.child({ service: NAME });
  const own = { ...options, log };
  const feed = createOrderFeed(pubSub, log);
  const orders = createOrderStore({
    database,
    groupCommit: (run) => createBatcher({ run, batchMax: BATCH_MAX, queueMax: QUEUE_MAX }),
    currentRequest,
    announce: feed.announce,
  });
  const { cases, sweep } = createCases(own, orders);
  const consumers = createConsumers(own);
  const relay = createRelay({ database, bus, clock, log });
  const sweeper = createSweepLoop(sweep, log);
  measure(own, relay);

  const guard = authGuard({ verify: options.verify, internalToken: options.internalToken });
  const app = createServiceApp({
    name: NAME,
    version,
    description: "Orders: placing, reading and moving them, and what happened to each.",
    log,
    dependencies: dependenciesOf(own, consumers),
    metrics,
  })
    .use(orderStreamRoutes(guard, feed, () => clock.now()))
    .use(orderRoutes(guard, cases));

  return {
    name: NAME,
    fetch: toServiceFetch(app, { name: NAME, log, metrics }),
    async start() {
      await feed.start();
      await Promise.all(consumers.map((consumer) => consumer.start()));
      sweeper.start();
      await relay.start();
    },
    async stop() {
      await sweeper.stop();
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await feed.stop();
      await relay.stop();
    },
  };
};
