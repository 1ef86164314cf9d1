import type { Backlog } from "../shared/outbox/backlog.ts";
import type { Tracing } from "../shared/ports/tracing.ts";
import { pause } from "../shared/runtime/retry.ts";
import type { ServiceDeps, ServiceName } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { recordWithin } from "../shared/runtime/spans.ts";
import { continueTrace } from "../shared/runtime/trace-context.ts";
import { type OrdersConfig, paymentOfferOf } from "./config.ts";
import type { OpsCases } from "./http/ops-routes.ts";
import type { OrderCases } from "./http/order-routes.ts";
import { presentOutcome } from "./http/present.ts";
import { createPaymentProviders } from "./payment/payment-providers.ts";
import type { GroupCommit } from "./store/group-commit.ts";
import { createProductReplica } from "./store/product-replica.ts";
import { createSagaReads } from "./store/saga-reads.ts";
import { createStoryReads } from "./store/story-reads.ts";
import { createSummaryReads } from "./store/summary-reads.ts";
import { createUserReplica } from "./store/user-replica.ts";
import { createSweepLoop } from "./sweep-loop.ts";
import { catalogOf, inventoryOf, usersOf } from "./upstreams.ts";
import { admitBuyer } from "./usecases/admit-buyer.ts";
import { advanceSaga } from "./usecases/advance-saga.ts";
import { archiveOrder } from "./usecases/archive-order.ts";
import { changeLine } from "./usecases/change-line.ts";
import { cancelOrder, changeStatus } from "./usecases/change-status.ts";
import { claim, release } from "./usecases/claim-order.ts";
import { explainOrder } from "./usecases/explain-order.ts";
import { listSagas } from "./usecases/list-sagas.ts";
import { placeOrder } from "./usecases/place-order.ts";
import type { OrderStore, PlacingRequest } from "./usecases/ports.ts";
import { priceLines } from "./usecases/price-lines.ts";
import { listOrders, readOrder, readTimeline } from "./usecases/read-orders.ts";
import { retrySaga } from "./usecases/retry-saga.ts";
import { shareLookups } from "./usecases/share-lookups.ts";
import { summariseOrders } from "./usecases/summarise-orders.ts";
import { sweepSagas } from "./usecases/sweep-sagas.ts";

/** What is done later for an order goes on in the trace of the request that placed it. */
const onBehalfOf =
  (tracing: Tracing) =>
  ({ requestId, traceparent }: PlacingRequest, work: () => Promise<void>): Promise<void> => {
    const context = { requestId, traceparent: continueTrace(traceparent) };
    const place = { context, parent: traceparent ?? null };
    return recordWithin(tracing, { name: "resume saga", kind: "internal" }, place, work);
  };

/** What the use cases are made of. */
export interface UseCasesOptions {
  readonly deps: ServiceDeps & { readonly config: OrdersConfig };
  readonly orders: OrderStore;
  readonly group: GroupCommit;
  readonly backlog: Pick<Backlog, "assertRoom">;
  readonly stopping: AbortSignal;
}

/** The use cases of the routes, and the sweeper of sagas that were left behind. */
export const createUseCases = ({ deps, orders, group, backlog, stopping }: UseCasesOptions) => {
  const { database, services, internalToken, clock, newId, log, config, tracing } = deps;
  const client = (service: ServiceName) =>
    createServiceClient({
      ...{ service, fetch: services[service], internalToken, clock },
      gauge: { metrics: deps.metrics, from: "orders" },
    });
  const inventory = inventoryOf(client("inventory"));
  const payments = createPaymentProviders(stopping);
  const present = presentOutcome;
  const advance = advanceSaga({ orders, inventory, payments, present, clock, log, pause, stopping });
  const change = changeStatus({ orders, advance, present, clock });
  const products = createProductReplica(database, group);
  const cases: OrderCases = {
    placeOrder: placeOrder({
      orders,
      advance,
      present,
      admitBuyer: admitBuyer({ replica: createUserReplica(database, group), users: usersOf(client("auth")) }),
      priceLines: priceLines({ products, catalog: shareLookups(catalogOf(client("catalog"))), newId }),
      clock,
      newId,
      currency: config.CURRENCY,
      payments,
      offer: paymentOfferOf(config),
      assertRoom: backlog.assertRoom,
    }),
    listOrders: listOrders({ orders }),
    readOrder: readOrder({ orders }),
    readTimeline: readTimeline({ orders }),
    explainOrder: explainOrder({ stories: createStoryReads(database) }),
    summariseOrders: summariseOrders({ summaries: createSummaryReads(database) }),
    changeStatus: change,
    cancelOrder: cancelOrder(change),
    changeLine: changeLine({ orders, advance, clock }),
    archiveOrder: archiveOrder({ orders, clock }),
    claim: claim({ orders, clock }),
    release: release({ orders, clock }),
  };
  const sagas = createSagaReads(database);
  const sweep = sweepSagas({
    orders,
    advance,
    present,
    clock,
    stopping,
    log,
    onBehalfOf: onBehalfOf(tracing),
  });
  const sweeper = createSweepLoop(sweep, log);
  const ops: OpsCases = {
    listSagas: listSagas({ sagas }),
    retrySaga: retrySaga({ orders, sagas, clock, wakeSweeper: sweeper.wake }),
  };
  return { cases, ops, sweeper };
};
