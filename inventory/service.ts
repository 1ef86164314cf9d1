import { fileURLToPath } from "node:url";
import { STOCK_CHANNEL } from "../shared/contracts/stock-stream.ts";
import { authGuard } from "../shared/http/auth-guard.ts";
import { outboxRoutes } from "../shared/http/outbox-routes.ts";
import { peopleRoutes } from "../shared/http/people-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { addOutboxGauge } from "../shared/outbox/gauges.ts";
import { readOutboxStanding } from "../shared/outbox/outbox-standing.ts";
import { eventBusDependency } from "../shared/outbox/readiness.ts";
import { createRelay } from "../shared/outbox/relay.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages } from "../shared/people/export-page.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import { createBatcher } from "../shared/runtime/batcher.ts";
import { createChangeFeed } from "../shared/runtime/change-feed.ts";
import { createLifecycle, type LongLived } from "../shared/runtime/lifecycle.ts";
import { currentRequest, runInOwnTrace } from "../shared/runtime/request-context.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import type { InventoryConfig } from "./config.ts";
import type { Line } from "./domain/allocate.ts";
import type { Reservation } from "./domain/reservation.ts";
import type { StockLevel } from "./domain/stock-level.ts";
import { createExpirySweep } from "./expiry-sweep.ts";
import { explanationRoute } from "./http/explanation-route.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { receiptBodies, receiptRoutes } from "./http/receipt-routes.ts";
import { reservationRoutes } from "./http/reservation-routes.ts";
import { stockRoutes } from "./http/stock-routes.ts";
import { stockStreamRoutes } from "./http/stock-stream-routes.ts";
import { createExplanationReads } from "./store/explanation-reads.ts";
import { createLedgerReads } from "./store/ledger-reads.ts";
import { createLedgerRepairs } from "./store/ledger-repairs.ts";
import { createLevelPages } from "./store/level-pages.ts";
import { inventoryEraseSteps, inventoryParts } from "./store/personal-data.ts";
import { createStockChangeReads, stockChangeOf } from "./store/stock-changes.ts";
import { createStockReads } from "./store/stock-reads.ts";
import { createStockStore } from "./store/stock-store.ts";
import { adjustStock } from "./usecases/adjust-stock.ts";
import { deleteStockLevel } from "./usecases/delete-stock-level.ts";
import { fulfilReservation, releaseReservation, returnReservation } from "./usecases/end-reservation.ts";
import { expireReservations } from "./usecases/expire-reservations.ts";
import { explainStock } from "./usecases/explain-stock.ts";
import type { RunCommand, StockStore, Trace } from "./usecases/ports.ts";
import { receiveStock } from "./usecases/receive-stock.ts";
import { repairLedger as repairLedgerOf } from "./usecases/repair-ledger.ts";
import { reserveStock } from "./usecases/reserve-stock.ts";
import { runReservationCommands, type TracedCommand } from "./usecases/run-reservation-commands.ts";
import { seedStock } from "./usecases/seed-stock.ts";
import { setStockLevel } from "./usecases/set-stock-level.ts";
import { verifyLedger as verifyLedgerOf } from "./usecases/verify-ledger.ts";

/** Commands of one group commit, at most. */
const COMMANDS_PER_BATCH = 300;
/** Commands that may wait for theirs. */
const COMMANDS_WAITING_MAX = 10_000;

export { endHolds, ordersWithHolds } from "./store/after-restore.ts";

/** Where the migrations of inventory's database are. */
export const inventoryMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

export interface InventoryDeps extends ServiceDeps {
  readonly config: InventoryConfig;
}

export interface Inventory extends Service {
  /** Receives first stock for SKUs that have never had a level, and answers how many those were. */
  seed(levels: readonly Line[]): Promise<number>;
}

/** Recomputes the counters of a database from its ledger, and says where they differ. */
export const verifyLedger = (database: Database) =>
  verifyLedgerOf({ ledger: createLedgerReads({ db: database.db }) })();

/** Makes the counters of a database what its ledger and the held lines say, and writes down what it has mended. */
export const repairLedger = (database: Database, options: { readonly dryRun: boolean }) =>
  repairLedgerOf({
    ledger: createLedgerReads({ db: database.db }),
    repairs: createLedgerRepairs({ database }),
  })(options);

/** Reads all levels of a database page by page: for tools. */
export const sharedLevelsOf = (database: Database) => createLevelPages(database);

const traceNow = (): Trace => {
  const { requestId, traceparent } = currentRequest() ?? {};
  return { requestId, traceparent };
};

/** The changes of stock, and what the streams of this instance follow. */
const createFeeding = ({ database, pubSub, log }: ServiceDeps) => {
  const changes = createStockChangeReads({ db: database.db });
  const feed = createChangeFeed({
    what: "stock",
    changes,
    warn: log.warn.bind(log),
    subscribe: (handlers) => pubSub.subscribe(STOCK_CHANNEL, handlers),
  });
  return { changes, feed };
};
type Feeding = ReturnType<typeof createFeeding>;

/** Tells whoever follows the stock. What is lost on the way is pulled; by the streams here, at once. */
const announcer = ({ pubSub, log }: ServiceDeps, { feed }: Feeding) => {
  return (levels: readonly StockLevel[]) => {
    const message = JSON.stringify({ changes: levels.map(stockChangeOf) });
    void pubSub.publish(STOCK_CHANNEL, message).catch((error: unknown) => {
      feed.look();
      log.debug("stock changes could not be announced", { error });
    });
  };
};

/** Commands of all orders share transactions: see `createBatcher`. */
const commandRunner = (stock: StockStore, tracing: Tracing): RunCommand => {
  const enqueue = createBatcher<TracedCommand, Reservation>({
    run: runReservationCommands({ stock }),
    batchMax: COMMANDS_PER_BATCH,
    queueMax: COMMANDS_WAITING_MAX,
    laneOf: ({ command }) => (command.kind === "reserve" ? (command.lines[0]?.sku ?? "") : ""),
    spans: { tracing, name: "group commit" },
  });
  return (command) => enqueue({ command, trace: traceNow() });
};

const createParts = (deps: InventoryDeps, stock: StockStore, { changes, feed }: Feeding) => {
  const { database, bus, clock, log } = deps;
  const expire = expireReservations({ stock, trace: traceNow });
  const sweep = createExpirySweep({
    expire: () => runInOwnTrace(expire),
    report(outcome) {
      if ("error" in outcome) return log.warn("expired reservations could not be ended", outcome);
      log.info("reservations have expired", outcome);
    },
  });
  const relay = createRelay({ database, bus, clock, log });
  // Stopped in reverse: the relay last but for itself, so that it sends what the others have left.
  const lifecycle = createLifecycle(
    [
      { name: "outbox relay", start: relay.start, stop: relay.stop },
      { name: "stock feed", start: feed.start, stop: feed.stop },
      sweep,
    ] satisfies LongLived[],
    log,
  );
  return { changes, feed, relay, lifecycle };
};

const createApp = (deps: InventoryDeps, stock: StockStore, parts: ReturnType<typeof createParts>) => {
  const { database, clock, log, metrics, version, verify, internalToken, pubSub, bus } = deps;
  const defaultThreshold = deps.config.LOW_STOCK_THRESHOLD;
  const guard = authGuard({ verify, internalToken });
  const reads = createStockReads({ db: database.db });
  const run = commandRunner(stock, deps.tracing);
  return createServiceApp({
    name: "inventory",
    version,
    description: "Stock levels, reservations and the stock ledger.",
    log,
    metrics,
    dependencies: [
      { name: "database", required: true, check: () => database.ping() },
      { name: "pub-sub", required: false, check: () => pubSub.ping() },
      eventBusDependency(bus),
    ],
  })
    .use(
      stockStreamRoutes(guard, {
        feed: parts.feed,
        changes: parts.changes,
        now: () => clock.now(),
        warn: log.warn.bind(log),
      }),
    )
    .use(
      stockRoutes(guard, {
        reads,
        set: setStockLevel({ stock, defaultThreshold }),
        adjust: adjustStock({ stock }),
        remove: deleteStockLevel({ stock }),
        trace: traceNow,
      }),
    )
    .use(explanationRoute(guard, { explain: explainStock({ reads: createExplanationReads({ database }) }) }))
    .use(receiptRoutes(guard, { receive: receiveStock({ stock, defaultThreshold }), trace: traceNow }))
    .use(reservationRoutes(guard, { reads }))
    .use(
      internalRoutes(guard, {
        reserve: reserveStock({ run }),
        release: releaseReservation({ run }),
        fulfil: fulfilReservation({ run }),
        takeBack: returnReservation({ run }),
        changes: parts.changes,
      }),
    )
    .use(
      peopleRoutes(guard, {
        readExport: createExportPages(inventoryParts, database.db),
        erase: createErasePerson({ database, clock, steps: inventoryEraseSteps }),
      }),
    )
    .use(outboxRoutes(guard, { service: "inventory", read: () => readOutboxStanding(database) }));
};

/** The inventory service: what there is of every SKU, what is held for whom, and the ledger of every change. */
export const createInventory = (given: InventoryDeps): Inventory => {
  const deps = { ...given, log: given.log.child({ service: "inventory" }) };
  const { database, log, metrics, tracing, config } = deps;
  const feeding = createFeeding(deps);
  const stock = createStockStore({ database, announce: announcer(deps, feeding) });
  const parts = createParts(deps, stock, feeding);
  addOutboxGauge(metrics, "inventory", parts.relay);
  return {
    name: "inventory",
    fetch: toServiceFetch(createApp(deps, stock, parts), {
      name: "inventory",
      log,
      metrics,
      tracing,
      largeBodies: receiptBodies,
    }),
    start: parts.lifecycle.start,
    stop: parts.lifecycle.stop,
    seed: seedStock({ stock, defaultThreshold: config.LOW_STOCK_THRESHOLD }),
  };
};
