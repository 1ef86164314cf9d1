import { fileURLToPath } from "node:url";
import { authGuard } from "../shared/http/auth-guard.ts";
import type { DependencyCheck } from "../shared/http/health-routes.ts";
import { outboxRoutes } from "../shared/http/outbox-routes.ts";
import { parkedRoutes } from "../shared/http/parked-routes.ts";
import { peopleRoutes } from "../shared/http/people-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { type Backlog, createBacklog } from "../shared/outbox/backlog.ts";
import { addBacklogGauge, addOutboxGauge, addParkedGauge } from "../shared/outbox/gauges.ts";
import { type Consumer, consume } from "../shared/outbox/inbox.ts";
import { readOutboxStanding } from "../shared/outbox/outbox-standing.ts";
import { parkedCases } from "../shared/outbox/parked-cases.ts";
import { eventBusDependency } from "../shared/outbox/readiness.ts";
import { createRelay, type Relay } from "../shared/outbox/relay.ts";
import { tellOfParked } from "../shared/outbox/tell-of-parked.ts";
import { forgettingErased } from "../shared/people/common-tables.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages } from "../shared/people/export-page.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import { createBatcher } from "../shared/runtime/batcher.ts";
import { createChangeFeed } from "../shared/runtime/change-feed.ts";
import { createChangeSign } from "../shared/runtime/change-sign.ts";
import { currentRequest } from "../shared/runtime/request-context.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import type { OrdersConfig } from "./config.ts";
import { onProductEvents } from "./events/on-product-events.ts";
import { onUserEvents } from "./events/on-user-events.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { opsRoutes } from "./http/ops-routes.ts";
import { orderRoutes } from "./http/order-routes.ts";
import { orderStreamRoutes } from "./http/order-stream-routes.ts";
import { fillReplicas } from "./replicas.ts";
import { addSagaMetrics } from "./saga-metrics.ts";
import type { GroupCommit } from "./store/group-commit.ts";
import { createOrderChangeReads } from "./store/order-changes.ts";
import type { RequestOrigin } from "./store/order-events.ts";
import { createOrderStore } from "./store/order-store.ts";
import { orderEraseSteps, orderParts } from "./store/personal-data.ts";
import { deleteProduct, saveProducts } from "./store/product-replica.ts";
import { deleteUser, saveUser } from "./store/user-replica.ts";
import { createUseCases } from "./use-cases.ts";
import { readForCard } from "./usecases/read-orders.ts";

const NAME = "orders";
/** Pub/Sub channel of changed orders. A message says nothing but that there is something to look for. */
const ORDER_CHANNEL = "orders.changes";
/** Orders of one transaction, at most. */
const BATCH_MAX = 200;
/** Calls that may wait for the next transaction, at most. */
const QUEUE_MAX = 5_000;

/** Calls of the same moment share a transaction, or a statement. */
const groupCommit =
  (tracing: Tracing): GroupCommit =>
  (run) =>
    createBatcher({
      ...{ run, batchMax: BATCH_MAX, queueMax: QUEUE_MAX },
      spans: { tracing, name: "group commit" },
    });

/** The request being served; undefined for work that none has asked for. */
const currentOrigin = (): RequestOrigin | undefined => {
  const { requestId, traceparent } = currentRequest() ?? {};
  return requestId === undefined ? undefined : { requestId, traceparent };
};

export { ordersAmong } from "./store/after-restore.ts";
export { copiesOfProducts, productTable } from "./store/product-copies.ts";
export { readSagaStanding, type SagaStanding } from "./store/saga-standing.ts";
export { copiesOfUsers, userTable } from "./store/user-copies.ts";

/** The folder of the migrations of this service's database. */
export const ordersMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

export interface OrdersOptions extends ServiceDeps {
  readonly config: OrdersConfig;
}

const createConsumers = ({ database, bus, clock, log, tracing, metrics }: OrdersOptions): Consumer[] => [
  consume({
    ...{ database, bus, clock, log, tracing, metrics },
    exchange: "auth.events",
    queue: "orders.auth-events",
    onParked: forgettingErased(tellOfParked("orders.message-parked")),
    handlers: onUserEvents({ save: saveUser, delete: deleteUser }),
  }),
  consume({
    ...{ database, bus, clock, log, tracing, metrics },
    exchange: "catalog.events",
    queue: "orders.catalog-events",
    onParked: tellOfParked("orders.message-parked"),
    handlers: onProductEvents({ save: saveProducts, delete: deleteProduct }),
  }),
];

const dependenciesOf = (options: OrdersOptions, consumers: readonly Consumer[]): DependencyCheck[] => [
  { name: "database", required: true, check: () => options.database.ping() },
  { name: "pub-sub", required: false, check: () => options.pubSub.ping() },
  eventBusDependency(options.bus, consumers),
];

const measure = ({ metrics, database }: OrdersOptions, relay: Relay, backlog: Backlog): void => {
  addOutboxGauge(metrics, NAME, relay);
  addBacklogGauge(metrics, NAME, backlog);
  addParkedGauge(metrics, NAME, database);
  addSagaMetrics(metrics, NAME, database);
};

/** The changes of orders, and what the streams of this instance follow. */
const createFeeding = ({ database, pubSub, log }: OrdersOptions) => {
  const changes = createOrderChangeReads(database);
  const feed = createChangeFeed({
    what: "orders",
    changes,
    warn: log.warn.bind(log),
    subscribe: (handlers) => pubSub.subscribe(ORDER_CHANNEL, handlers),
  });
  return { changes, feed };
};

/** The orders service: orders, their sagas, and replicas of users and products. */
export const createOrders = (options: OrdersOptions): Service => {
  const { database, bus, pubSub, clock, metrics, version } = options;
  const log = options.log.child({ service: NAME });
  const own = { ...options, log };
  const group = groupCommit(options.tracing);
  const { changes, feed } = createFeeding(own);
  const orders = createOrderStore({
    database,
    groupCommit: group,
    currentRequest: currentOrigin,
    announce: createChangeSign({
      publish: () => pubSub.publish(ORDER_CHANNEL, ""),
      onLost(error) {
        feed.look();
        log.debug("the sign that orders have changed was not handed over", { error });
      },
    }),
  });
  const stopping = new AbortController();
  const backlog = createBacklog({ database, log, maxUnsent: options.config.OUTBOX_MAX_UNSENT });
  const { cases, ops, sweeper } = createUseCases({
    deps: own,
    orders,
    group,
    backlog,
    stopping: stopping.signal,
  });
  const consumers = createConsumers(own);
  const relay = createRelay({ database, bus, clock, log });
  const fills = fillReplicas(own);
  measure(own, relay, backlog);

  const guard = authGuard({ verify: options.verify, internalToken: options.internalToken });
  const app = createServiceApp({
    name: NAME,
    version,
    description: "Orders: placing, reading and moving them, and what happened to each.",
    log,
    dependencies: dependenciesOf(own, consumers),
    metrics,
  })
    .use(orderStreamRoutes(guard, { feed, changes, now: () => clock.now(), log }))
    .use(orderRoutes(guard, cases))
    .use(opsRoutes(guard, ops))
    .use(internalRoutes(guard, { readForCard: readForCard({ orders }) }))
    .use(
      peopleRoutes(guard, {
        readExport: createExportPages(orderParts, database.db),
        erase: createErasePerson({ database, clock, steps: orderEraseSteps }),
      }),
    )
    .use(parkedRoutes(guard, { service: NAME, log, cases: parkedCases({ database, consumers, log }) }))
    .use(outboxRoutes(guard, { service: NAME, read: () => readOutboxStanding(database) }));

  return {
    name: NAME,
    fetch: toServiceFetch(app, { name: NAME, log, metrics, tracing: options.tracing }),
    async start() {
      await feed.start();
      await Promise.all(consumers.map((consumer) => consumer.start()));
      // After the queues: whatever is not in a page any more comes as an event.
      fills.start();
      sweeper.start();
      await backlog.start();
      await relay.start();
    },
    async stop() {
      stopping.abort();
      await fills.stop();
      await sweeper.stop();
      await backlog.stop();
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await feed.stop();
      await relay.stop();
    },
  };
};
