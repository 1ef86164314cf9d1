import { type SQL, sql } from "drizzle-orm";
import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import { traceIdOf } from "../../shared/kernel/trace-id.ts";
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
import { type ColumnOf, statement } from "../../shared/sql/statement.ts";
import type { Actor, DraftOrder, Order } from "../domain/order.ts";
import type { OrderEvent } from "../domain/react.ts";
import type { IdempotentRequest, Placement, PlaceOutcome } from "../usecases/ports.ts";
import { type InsertedLine, insertLines, lineRows } from "./line-rows.ts";
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

const insertOrders = (draft: ColumnOf<DraftOrder>): SQL => sql`
  insert into ${customerOrder} (id, user_id, status, version, currency, total_minor, note, address, payment,
    created_at, updated_at)
  select * from unnest(
    ${draft("uuid", ({ id }) => id)},
    ${draft("uuid", ({ userId }) => userId)},
    ${draft("text", ({ status }) => status)},
    ${draft("int", ({ version }) => version)},
    ${draft("text", ({ total }) => total.currency)},
    ${draft("bigint", ({ total }) => total.amountMinor)},
    ${draft("text", ({ note }) => note)},
    ${draft("jsonb", ({ address }) => (address === null ? null : JSON.stringify(address)))},
    ${draft("jsonb", ({ payment }) => JSON.stringify(payment))},
    ${draft("timestamptz", ({ createdAt }) => createdAt.toISOString())},
    ${draft("timestamptz", ({ updatedAt }) => updatedAt.toISOString())})
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

const insertSagas = (call: ColumnOf<PlaceCall>): SQL => sql`
  insert into ${saga} (order_id, step, version, attempts, next_at, payload, origin, updated_at)
  select n.order_id, n.step, n.version, n.attempts, now() + n.lease_ms * interval '1 millisecond', n.payload, n.origin,
    n.updated_at
  from unnest(
    ${call("uuid", ({ placement }) => placement.draft.id)},
    ${call("text", ({ placement }) => placement.saga.step)},
    ${call("int", ({ placement }) => placement.saga.version)},
    ${call("int", ({ placement }) => placement.saga.attempts)},
    ${call("float8", ({ placement }) => placement.leaseMs)},
    ${call("jsonb", ({ placement }) => JSON.stringify(sagaPayload(placement.saga)))},
    ${call("jsonb", (each) => JSON.stringify(originOf(each)))},
    ${call("timestamptz", ({ placement }) => placement.draft.createdAt.toISOString())}
  ) as n(order_id, step, version, attempts, lease_ms, payload, origin, updated_at)`;

const placedEntry = ({ placement: { draft }, origin }: PlaceCall): OrderTimelineEntry => ({
  orderId: draft.id,
  at: draft.createdAt,
  actor: { kind: "user", id: draft.userId },
  what: "placed",
  cause: null,
  traceId: traceIdOf(origin.traceparent),
});

interface Placed {
  readonly calls: readonly PlaceCall[];
  readonly drafts: readonly DraftOrder[];
  readonly lines: readonly InsertedLine[];
  readonly entries: readonly OrderTimelineEntry[];
}

/** The orders with lines, sagas and first entries, in one statement: what refers to a new order is checked at its end. */
const insertPlaced = statement<Placed>(
  ({ rows }) => sql`
    with lines as (${insertLines(rows("lines"))}),
      sagas as (${insertSagas(rows("calls"))}),
      entries as (${insertEntries(rows("entries"))})
    ${insertOrders(rows("drafts"))}`,
);

const storePlaced = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Order[]> => {
  const drafts = calls.map(({ placement }) => placement.draft);
  const placed = { calls, drafts, lines: lineRows(drafts), entries: calls.map(placedEntry) };
  const { rows } = await tx.execute<{ id: string; number: string }>(insertPlaced(placed));
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  return drafts.map((draft) => ({ ...draft, number: numbers.get(draft.id) ?? "" }));
};

/** What is told of a new order. */
export const createdEvent = (order: Order): OrderEvent => {
  const actor: Actor = { kind: "user", id: order.userId };
  return { type: "order.created", order, previousStatus: null, actor, reason: null };
};

const insertAll = async (tx: Tx, calls: readonly PlaceCall[]): Promise<Order[]> => {
  if (calls.length === 0) return [];
  const orders = await storePlaced(tx, calls);
  const created = orders.map(createdEvent);
  const events = created.map((event, i) => toNewEvent(event, calls[i]?.origin ?? { requestId: "unknown" }));
  const records = calls.flatMap(({ request }) =>
    request === null ? [] : [{ ...request, status: null, body: null }],
  );
  await Promise.all([append(tx, events), rememberAll(tx, records)]);
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
