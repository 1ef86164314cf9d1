import { fileURLToPath } from "node:url";
import { STOCK_CHANNEL } from "../shared/contracts/stock-stream.ts";
import { authGuard } from "../shared/http/auth-guard.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { addOutboxGauge } from "../shared/outbox/gauges.ts";
import { createRelay } from "../shared/outbox/relay.ts";
import type { Database } from "../shared/ports/database.ts";
import { createBatcher } from "../shared/runtime/batcher.ts";
import { createLifecycle, type LongLived } from "../shared/runtime/lifecycle.ts";
import { currentRequest } from "../shared/runtime/request-context.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import type { InventoryConfig } from "./config.ts";
import type { Line } from "./domain/allocate.ts";
import type { Reservation } from "./domain/reservation.ts";
import type { StockLevel } from "./domain/stock-level.ts";
import { createStockFeed } from "./events/stock-feed.ts";
import { createExpirySweep } from "./expiry-sweep.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { receiptBodies, receiptRoutes } from "./http/receipt-routes.ts";
import { reservationRoutes } from "./http/reservation-routes.ts";
import { stockRoutes } from "./http/stock-routes.ts";
import { stockStreamRoutes } from "./http/stock-stream-routes.ts";
import { createLedgerReads } from "./store/ledger-reads.ts";
import { createLedgerRepairs } from "./store/ledger-repairs.ts";
import { createStockChangeReads, stockChangeOf } from "./store/stock-changes.ts";
import { createStockReads } from "./store/stock-reads.ts";
import { createStockStore } from "./store/stock-store.ts";
import { adjustStock } from "./usecases/adjust-stock.ts";
import { deleteStockLevel } from "./usecases/delete-stock-level.ts";
import { fulfilReservation, releaseReservation, returnReservation } from "./usecases/end-reservation.ts";
import { expireReservations } from "./usecases/expire-reservations.ts";
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

const traceNow = (): Trace => {
  const { requestId, traceparent } = currentRequest() ?? {};
  return { requestId, traceparent };
};

/** Tells whoever follows the stock. What is lost on the way is pulled. */
const announcer = ({ pubSub, log }: ServiceDeps) => {
  return (levels: readonly StockLevel[]) => {
    const message = JSON.stringify({ changes: levels.map(stockChangeOf) });
    void pubSub
      .publish(STOCK_CHANNEL, message)
      .catch((error: unknown) => log.debug("stock changes could not be announced", { error }));
  };
};

/** Commands of all orders share transactions: see `createBatcher`. */
const commandRunner = (stock: StockStore): RunCommand => {
  const enqueue = createBatcher<TracedCommand, Reservation>({
    run: runReservationCommands({ stock }),
    batchMax: COMMANDS_PER_BATCH,
    queueMax: COMMANDS_WAITING_MAX,
    laneOf: ({ command }) => (command.kind === "reserve" ? (command.lines[0]?.sku ?? "") : ""),
  });
  return (command) => enqueue({ command, trace: traceNow() });
};

const createParts = (deps: InventoryDeps, stock: StockStore) => {
  const { database, pubSub, bus, clock, log } = deps;
  const warn = log.warn.bind(log);
  const changes = createStockChangeReads({ db: database.db });
  const feed = createStockFeed({
    changes,
    warn,
    subscribe: (handlers) => pubSub.subscribe(STOCK_CHANNEL, handlers),
  });
  const sweep = createExpirySweep({
    expire: expireReservations({ stock }),
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
  const run = commandRunner(stock);
  return createServiceApp({
    name: "inventory",
    version,
    description: "Stock levels, reservations and the stock ledger.",
    log,
    metrics,
    dependencies: [
      { name: "database", required: true, check: () => database.ping() },
      { name: "pub-sub", required: false, check: () => pubSub.ping() },
      { name: "event-bus", required: false, check: () => bus.ping() },
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
    );
};

/** The inventory service: what there is of every SKU, what is held for whom, and the ledger of every change. */
export const createInventory = (given: InventoryDeps): Inventory => {
  const deps = { ...given, log: given.log.child({ service: "inventory" }) };
  const { database, log, metrics, config } = deps;
  const stock = createStockStore({ database, announce: announcer(deps) });
  const parts = createParts(deps, stock);
  addOutboxGauge(metrics, "inventory", parts.relay);
  return {
    name: "inventory",
    fetch: toServiceFetch(createApp(deps, stock, parts), {
      name: "inventory",
      log,
      metrics,
      largeBodies: receiptBodies,
    }),
    start: parts.lifecycle.start,
    stop: parts.lifecycle.stop,
    seed: seedStock({ stock, defaultThreshold: config.LOW_STOCK_THRESHOLD }),
  };
};
