import { fileURLToPath } from "node:url";
import { stockChangesPageSchema } from "../shared/contracts/stock-stream.ts";
import { authGuard } from "../shared/http/auth-guard.ts";
import { outboxRoutes } from "../shared/http/outbox-routes.ts";
import { parkedRoutes } from "../shared/http/parked-routes.ts";
import { peopleRoutes } from "../shared/http/people-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { addOutboxGauge, addParkedGauge } from "../shared/outbox/gauges.ts";
import { type Consumer, consume } from "../shared/outbox/inbox.ts";
import { readOutboxStanding } from "../shared/outbox/outbox-standing.ts";
import { parkedCases } from "../shared/outbox/parked-cases.ts";
import { eventBusDependency } from "../shared/outbox/readiness.ts";
import { createRelay } from "../shared/outbox/relay.ts";
import { tellOfParked } from "../shared/outbox/tell-of-parked.ts";
import { forgettingErased } from "../shared/people/common-tables.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages } from "../shared/people/export-page.ts";
import type { Database } from "../shared/ports/database.ts";
import { createMendingWatch } from "../shared/replicas/mending-watch.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import type { CatalogConfig } from "./config.ts";
import { ORDERS_EXCHANGE, ORDERS_QUEUE, onOrderEvents } from "./events/on-order-events.ts";
import { createStockFeed } from "./events/stock-feed.ts";
import { createProductsAtHand } from "./http/at-hand.ts";
import { categoryRoutes } from "./http/category-routes.ts";
import { importBodies } from "./http/import-routes.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { createPreparedBodies } from "./http/prepared-answers.ts";
import { productRoutes } from "./http/product-routes.ts";
import { createImports } from "./imports.ts";
import { pruneImports } from "./store/import-store.ts";
import { catalogEraseSteps, catalogParts } from "./store/personal-data.ts";
import { snapshotOf } from "./store/product-events.ts";
import { createProductStore } from "./store/product-store.ts";
import { countSales } from "./store/sales-store.ts";
import { createStores, type Stores } from "./stores.ts";
import { createUseCases, type UseCases } from "./use-cases.ts";
import { catchUpStock } from "./usecases/catch-up-stock.ts";
import type { StockSource } from "./usecases/ports.ts";
import { shareProducts } from "./usecases/share-products.ts";

export { beginAnotherLife } from "./store/after-restore.ts";
export { copiesOfStock, stockTable } from "./store/stock-copies.ts";

/** The folder of this service's migrations. */
export const catalogMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

export interface CatalogDeps extends ServiceDeps {
  readonly config: CatalogConfig;
}

export interface CatalogService extends Service {
  /**
   * Fills a shop without any product and answers the stock that belongs to it, for inventory. An empty list when there
   * was a product already. Needs the migrations, not `start`.
   */
  seedDemo(): Promise<{ sku: string; quantity: number }[]>;
}

const stockSource = ({ services, internalToken, clock, metrics }: CatalogDeps): StockSource => {
  const client = createServiceClient({
    service: "inventory",
    fetch: services.inventory,
    internalToken,
    clock,
    gauge: { metrics, from: "catalog" },
  });
  return {
    async changesAfter(cursor) {
      const after = cursor === null ? "" : `?after=${encodeURIComponent(cursor)}`;
      const path = `/internal/stock/changes${after}`;
      const { data } = await client.call({ method: "GET", path, answers: { 200: stockChangesPageSchema } });
      return data;
    },
  };
};

/** Reads all products of a database page by page, as `GET /internal/products` tells of them: for tools. */
export const sharedProductsOf = (database: Database) => {
  const share = shareProducts({ products: createProductStore({ database, origin: () => undefined }) });
  return async (after: string | null) => {
    const { items, gone, nextId } = await share(after);
    return { items: items.map(snapshotOf), gone, next: nextId };
  };
};

const createFetch = (
  deps: CatalogDeps,
  cases: UseCases,
  consumers: readonly Consumer[],
  imports: ReturnType<typeof createImports>,
) => {
  const { database, bus, pubSub, log, metrics, tracing, version, config } = deps;
  const guard = authGuard({ verify: deps.verify, internalToken: deps.internalToken });
  const bodies = createPreparedBodies(config.CURRENCY);
  const { answer: atHand, remember } = createProductsAtHand(cases.atHand, bodies);
  const app = createServiceApp({
    name: "catalog",
    version,
    description: "Products, the category tree, prices and search, with live stock.",
    log,
    metrics,
    dependencies: [
      { name: "database", required: true, check: () => database.ping() },
      eventBusDependency(bus, consumers),
      { name: "pub-sub", required: false, check: () => pubSub.ping() },
    ],
  })
    .use(productRoutes(guard, cases.products, { bodies, remember }))
    .use(categoryRoutes(guard, cases.categories, bodies))
    .use(imports.routes(guard))
    .use(internalRoutes(guard, cases.internal))
    .use(
      peopleRoutes(guard, {
        readExport: createExportPages(catalogParts, database.db),
        erase: createErasePerson({ database, clock: deps.clock, steps: catalogEraseSteps }),
      }),
    )
    .use(parkedRoutes(guard, { service: "catalog", log, cases: parkedCases({ database, consumers, log }) }))
    .use(outboxRoutes(guard, { service: "catalog", read: () => readOutboxStanding(database) }));
  return toServiceFetch(app, { name: "catalog", log, metrics, tracing, atHand, largeBodies: importBodies });
};

/** What runs beside the requests, in the order in which it starts. */
const createParts = (deps: CatalogDeps, { news, stock, products, categories }: Stores) => {
  const { database, bus, pubSub, clock, log, tracing, metrics } = deps;
  const consumer = consume({
    database,
    bus,
    exchange: ORDERS_EXCHANGE,
    queue: ORDERS_QUEUE,
    clock,
    log,
    handlers: onOrderEvents(countSales),
    onParked: forgettingErased(tellOfParked("catalog.message-parked")),
    ...{ tracing, metrics },
  });
  const catchUp = catchUpStock({ source: stockSource(deps), replica: stock });
  const feed = createStockFeed({ pubSub, replica: stock, catchUp, log });
  metrics.gauge(
    "stock_replica_lag_seconds",
    "Seconds since catalog's replica of stock was last known to have everything",
    { service: "catalog" },
    feed.lagSeconds,
  );
  const mending = createMendingWatch(database, stock.forget);
  const imports = createImports({ deps, currency: deps.config.CURRENCY, products, categories });
  const relay = createRelay({ database, bus, clock, log, alsoPrune: pruneImports });
  return { news, consumer, feed, mending, imports, relay };
};

/** The catalog service. Its database must have the migrations of `catalogMigrations`. */
export const createCatalog = (given: CatalogDeps): CatalogService => {
  const deps = { ...given, log: given.log.child({ service: "catalog" }) };
  const stores = createStores(deps);
  const cases = createUseCases(stores, deps);
  const { news, consumer, feed, mending, imports, relay } = createParts(deps, stores);
  addOutboxGauge(deps.metrics, "catalog", relay);
  addParkedGauge(deps.metrics, "catalog", deps.database);
  let started: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  const start = async () => {
    await news.start();
    await consumer.start();
    await mending.start();
    await feed.start();
    await imports.start();
    await relay.start();
  };
  const stop = async () => {
    await started?.catch(() => undefined);
    await imports.stop();
    await consumer.stop();
    await feed.stop();
    await mending.stop();
    await news.stop();
    // Last, so that what was committed until now still goes out.
    await relay.stop();
  };
  return {
    name: "catalog",
    fetch: createFetch(deps, cases, [consumer], imports),
    start() {
      started ??= start();
      return started;
    },
    stop() {
      stopped ??= started === undefined ? Promise.resolve() : stop();
      return stopped;
    },
    seedDemo: cases.seedDemo,
  };
};
