import { type SQL, sql } from "drizzle-orm";
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
import { column } from "../../shared/sql/column.ts";
import type { Actor, DraftOrder, Order } from "../domain/order.ts";
import type { OrderEvent } from "../domain/react.ts";
import type { IdempotentRequest, Placement, PlaceOutcome } from "../usecases/ports.ts";
import { insertLines } from "./line-rows.ts";
import { type RequestOrigin, toNewEvent } from "./order-events.ts";
import { sagaPayload } from "./order-rows.ts";
import { customerOrder, type SagaOrigin, saga } from "./schema.ts";
import { insertEntries, type OrderTimelineEntry } from "./timeline-rows.ts";

export interface PlaceCall {
  readonly placement: Placement;
  /** With the hash of its body, which is made once however often the transaction runs; null without a key. */
  readonly request: HashedRequest | null;
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
  const keyed = calls.flatMap(({ request }) => request ?? []);
  const found = (await findReplays(tx, keyed)).values();
  return calls.map(({ request }) => (request === null ? NEW : (found.next().value ?? NEW)));
};

const insertOrders = (drafts: readonly DraftOrder[]): SQL => sql`
  insert into ${customerOrder} (id, user_id, status, version, currency, total_minor, note, address, payment,
    created_at, updated_at)
  select * from unnest(
    ${column(drafts, "uuid", ({ id }) => id)},
    ${column(drafts, "uuid", ({ userId }) => userId)},
    ${column(drafts, "text", ({ status }) => status)},
    ${column(drafts, "int", ({ version }) => version)},
    ${column(drafts, "text", ({ total }) => total.currency)},
    ${column(drafts, "bigint", ({ total }) => total.amountMinor)},
    ${column(drafts, "text", ({ note }) => note)},
    ${column(drafts, "jsonb", ({ address }) => (address === null ? null : JSON.stringify(address)))},
    ${column(drafts, "jsonb", ({ payment }) => JSON.stringify(payment))},
    ${column(drafts, "timestamptz", ({ createdAt }) => createdAt.toISOString())},
    ${column(drafts, "timestamptz", ({ updatedAt }) => updatedAt.toISOString())})
  returning id, number`;

const originOf = ({ placement: { idempotency }, origin }: PlaceCall): SagaOrigin => ({
  requestId: origin.requestId,
  ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
  ...(idempotency === null
    ? {}
    : {
        idempotency: { principal: idempotency.principal, route: idempotency.route, key: idempotency.key },
      }),
});

const insertSagas = (calls: readonly PlaceCall[]): SQL => sql`
  insert into ${saga} (order_id, step, version, attempts, next_at, payload, origin, updated_at)
  select n.order_id, n.step, n.version, n.attempts, now() + n.lease_ms * interval '1 millisecond', n.payload, n.origin,
    n.updated_at
  from unnest(
    ${column(calls, "uuid", ({ placement }) => placement.draft.id)},
    ${column(calls, "text", ({ placement }) => placement.saga.step)},
    ${column(calls, "int", ({ placement }) => placement.saga.version)},
    ${column(calls, "int", ({ placement }) => placement.saga.attempts)},
    ${column(calls, "float8", ({ placement }) => placement.leaseMs)},
    ${column(calls, "jsonb", ({ placement }) => JSON.stringify(sagaPayload(placement.saga)))},
    ${column(calls, "jsonb", (call) => JSON.stringify(originOf(call)))},
    ${column(calls, "timestamptz", ({ placement }) => placement.draft.createdAt.toISOString())}
  ) as n(order_id, step, version, attempts, lease_ms, payload, origin, updated_at)`;

const placedEntry = ({ placement: { draft } }: PlaceCall): OrderTimelineEntry => ({
  orderId: draft.id,
  at: draft.createdAt,
  actor: { kind: "user", id: draft.userId },
  what: "placed",
  cause: null,
});

/** The orders with lines, sagas and first entries, in one statement: what refers to a new order is checked at its end. */
const insertPlaced = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Order[]> => {
  const drafts = calls.map(({ placement }) => placement.draft);
  const { rows } = await tx.execute<{ id: string; number: string }>(sql`
    with lines as (${insertLines(drafts)}),
      sagas as (${insertSagas(calls)}),
      entries as (${insertEntries(calls.map(placedEntry))})
    ${insertOrders(drafts)}`);
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  return drafts.map((draft) => ({ ...draft, number: numbers.get(draft.id) ?? "" }));
};

const createdEvent = (order: Order): OrderEvent => {
  const actor: Actor = { kind: "user", id: order.userId };
  return { type: "order.created", order, previousStatus: null, actor, reason: null };
};

const insertAll = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Order[]> => {
  if (calls.length === 0) return [];
  const orders = await insertPlaced(tx, calls);
  const created = orders.map(createdEvent);
  await append(
    tx,
    created.map((event, i) => toNewEvent(event, calls[i]?.origin ?? { requestId: "unknown" })),
  );
  const keyed = calls.flatMap(({ request }) => request ?? []);
  await rememberAll(
    tx,
    keyed.map((request) => ({ ...request, status: null, body: null })),
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
