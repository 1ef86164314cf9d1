import { and, desc, eq, isNotNull, isNull, lt } from "drizzle-orm";
import { findReplay } from "../../shared/outbox/idempotency.ts";
import type { Database } from "../../shared/ports/database.ts";
import { crashPoint } from "../../shared/runtime/crash-point.ts";
import type { Order } from "../domain/order.ts";
import type { Decision, LoadedOrder, OrderListFilter, OrderStore, PlaceOutcome } from "../usecases/ports.ts";
import { type ChangeCall, type ChangeOutcome, changeOrders } from "./change-orders.ts";
import { claimSagas } from "./claim-sagas.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { RequestOrigin } from "./order-events.ts";
import { withLines } from "./order-rows.ts";
import { hashed, type PlaceCall, placeOrders } from "./place-orders.ts";
import { customerOrder } from "./schema.ts";
import { readTimelineRows } from "./timeline-rows.ts";

const UNKNOWN_ORIGIN: RequestOrigin = { requestId: "unknown" };

export interface OrderStoreOptions {
  readonly database: Database;
  readonly groupCommit: GroupCommit;
  /** The request being served, if any. */
  readonly currentRequest: () => RequestOrigin | undefined;
  /** Told of every order that is new or has changed, after the commit. Must not throw. */
  readonly announce: (order: Order) => void;
}

const findOrder = async ({ db }: Database, orderId: string): Promise<Order | null> => {
  const rows = await db.select().from(customerOrder).where(eq(customerOrder.id, orderId));
  return (await withLines(db, rows))[0] ?? null;
};

const listOrders = async ({ db }: Database, filter: OrderListFilter): Promise<Order[]> => {
  const { userId, status, archived, beforeId, limit } = filter;
  const rows = await db
    .select()
    .from(customerOrder)
    .where(
      and(
        userId === null ? undefined : eq(customerOrder.userId, userId),
        status === null ? undefined : eq(customerOrder.status, status),
        archived ? isNotNull(customerOrder.archivedAt) : isNull(customerOrder.archivedAt),
        beforeId === null ? undefined : lt(customerOrder.id, beforeId),
      ),
    )
    .orderBy(desc(customerOrder.id))
    .limit(limit);
  return withLines(db, rows);
};

/** Orders in PostgreSQL. Writes of the same moment share a transaction. */
export const createOrderStore = (options: OrderStoreOptions): OrderStore => {
  const { database, groupCommit, currentRequest, announce } = options;
  const place = groupCommit<PlaceCall, PlaceOutcome>(async (calls) => {
    const outcomes = await database.transaction(async (tx) => {
      const placed = await placeOrders(tx, calls);
      crashPoint("orders.place.before-commit");
      return placed;
    });
    crashPoint("orders.place.after-commit");
    return outcomes;
  });
  const change = groupCommit<ChangeCall, ChangeOutcome>(async (calls) => {
    const outcomes = await database.transaction(async (tx) => {
      const changed = await changeOrders(tx, calls);
      crashPoint("orders.change.before-commit");
      return changed;
    });
    crashPoint("orders.change.after-commit");
    return outcomes;
  });
  return {
    async place(placement) {
      const { idempotency } = placement;
      const request = idempotency === null ? null : hashed(idempotency);
      const outcome = await place({ placement, request, origin: currentRequest() ?? UNKNOWN_ORIGIN });
      if (outcome.kind === "placed") announce(outcome.loaded.order);
      return outcome;
    },
    findReplay: (request) => database.transaction((tx) => findReplay(tx, hashed(request))),
    async change<Result>(orderId: string, decide: (loaded: LoadedOrder) => Decision<Result>) {
      const { result, changed } = await change({ orderId, decide, origin: currentRequest() ?? null });
      if (changed !== null) announce(changed);
      // The batcher knows no types of single calls: this is what this call's own `decide` has answered.
      return result as Result;
    },
    find: (orderId) => findOrder(database, orderId),
    list: (filter) => listOrders(database, filter),
    timeline: (orderId) => readTimelineRows(database.db, orderId),
    claimDue: claimSagas(database),
  };
};
