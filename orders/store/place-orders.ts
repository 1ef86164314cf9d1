import { sql } from "drizzle-orm";
import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import {
  findReplays,
  type IdempotentRequest as HashedRequest,
  outcomeError,
  type ReplayOutcome,
  rememberAll,
  requestHash,
} from "../../shared/outbox/idempotency.ts";
import { append } from "../../shared/outbox/outbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { Actor, Order } from "../domain/order.ts";
import type { OrderEvent } from "../domain/react.ts";
import type { IdempotentRequest, Placement, PlaceOutcome } from "../usecases/ports.ts";
import { type RequestOrigin, toNewEvent } from "./order-events.ts";
import { sagaPayload } from "./order-rows.ts";
import { customerOrder, orderLine, type SagaOrigin, saga } from "./schema.ts";
import { appendTimeline } from "./timeline-rows.ts";

export interface PlaceCall {
  readonly placement: Placement;
  readonly origin: RequestOrigin;
}

export const hashed = ({ principal, route, key, body }: IdempotentRequest): HashedRequest => ({
  principal,
  route,
  key,
  requestHash: requestHash(body),
});

const NEW: ReplayOutcome = { kind: "new" };

/** What each call was answered before, in one look at the records. */
const lookUp = async (tx: Tx, calls: readonly PlaceCall[]): Promise<ReplayOutcome[]> => {
  const keyed = calls.flatMap(({ placement: { idempotency } }) => idempotency ?? []);
  const found = (await findReplays(tx, keyed.map(hashed))).values();
  return calls.map(({ placement: { idempotency } }) =>
    idempotency === null ? NEW : (found.next().value ?? NEW),
  );
};

const insertOrders = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Order[]> => {
  const rows = await tx
    .insert(customerOrder)
    .values(
      calls.map(({ placement: { draft } }) => ({
        id: draft.id,
        userId: draft.userId,
        status: draft.status,
        version: draft.version,
        currency: draft.total.currency,
        totalMinor: draft.total.amountMinor,
        note: draft.note,
        address: draft.address,
        createdAt: draft.createdAt,
        updatedAt: draft.updatedAt,
      })),
    )
    .returning({ id: customerOrder.id, number: customerOrder.number });
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  return calls.map(({ placement: { draft } }) => ({ ...draft, number: numbers.get(draft.id) ?? "" }));
};

/** By `unnest`: the lines of a full batch have more values than a statement may have parameters. */
const insertLines = async (tx: Tx, orders: readonly Order[]): Promise<void> => {
  const lines = orders.flatMap(({ id: orderId, lines }) =>
    lines.map((line, position) => ({ ...line, orderId, position })),
  );
  const column = <Value>(pick: (line: (typeof lines)[number]) => Value) => sql.param(lines.map(pick));
  await tx.execute(sql`
    insert into ${orderLine} (id, order_id, position, sku, product_id, name, quantity, unit_price_minor)
    select * from unnest(
      ${column((line) => line.id)}::uuid[],
      ${column((line) => line.orderId)}::uuid[],
      ${column((line) => line.position)}::int[],
      ${column((line) => line.sku)}::text[],
      ${column((line) => line.productId)}::uuid[],
      ${column((line) => line.name)}::text[],
      ${column((line) => line.quantity)}::int[],
      ${column((line) => line.unitPrice.amountMinor)}::bigint[])`);
};

const originOf = ({ placement: { idempotency }, origin }: PlaceCall): SagaOrigin => ({
  requestId: origin.requestId,
  ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
  ...(idempotency === null
    ? {}
    : {
        idempotency: { principal: idempotency.principal, route: idempotency.route, key: idempotency.key },
      }),
});

const insertSagas = async (tx: Tx, calls: readonly PlaceCall[]): Promise<void> => {
  await tx.insert(saga).values(
    calls.map((call) => {
      const { draft, saga: state, leaseMs } = call.placement;
      return {
        orderId: draft.id,
        step: state.step,
        version: state.version,
        attempts: state.attempts,
        nextAt: sql`now() + ${leaseMs}::float8 * interval '1 millisecond'`,
        payload: sagaPayload(state),
        origin: originOf(call),
        updatedAt: draft.createdAt,
      };
    }),
  );
};

const createdEvent = (order: Order): OrderEvent => {
  const actor: Actor = { kind: "user", id: order.userId };
  return { type: "order.created", order, previousStatus: null, actor, reason: null };
};

const insertAll = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Order[]> => {
  if (calls.length === 0) return [];
  const orders = await insertOrders(tx, calls);
  await insertLines(tx, orders);
  await insertSagas(tx, calls);
  const created = orders.map(createdEvent);
  await appendTimeline(
    tx,
    created.map(({ order, actor }) => ({
      orderId: order.id,
      at: order.createdAt,
      actor,
      what: "placed",
      cause: null,
    })),
  );
  await append(
    tx,
    created.map((event, i) => toNewEvent(event, calls[i]?.origin ?? { requestId: "unknown" })),
  );
  const keyed = calls.flatMap(({ placement: { idempotency } }) => idempotency ?? []);
  await rememberAll(
    tx,
    keyed.map((request) => ({ ...hashed(request), status: null, body: null })),
  );
  return orders;
};

/**
 * Stores new orders, each with lines, saga, timeline, event and idempotency record: a few statements however many
 * they are. A call whose key has been used before is not stored; it gets its replay or its failure.
 */
export const placeOrders = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Settled<PlaceOutcome>[]> => {
  const outcomes = await lookUp(tx, calls);
  const fresh = calls.filter((_, i) => outcomes[i]?.kind === "new");
  const orders = (await insertAll(tx, fresh)).values();
  return calls.map(({ placement, origin }, i): Settled<PlaceOutcome> => {
    const outcome = outcomes[i] ?? NEW;
    if (outcome.kind === "replay") {
      const { status, body } = outcome;
      return settled({ kind: "replay", answer: { status, body } });
    }
    const error = outcomeError(outcome);
    if (error !== null) return refused(error);
    const order = orders.next().value;
    if (order === undefined) return refused(new Error("an order was not stored"));
    const { requestId } = origin;
    return settled({ kind: "placed", loaded: { order, saga: placement.saga, requestId } });
  });
};
