import { asc, type SQL, sql } from "drizzle-orm";
import { notFound } from "../../shared/kernel/errors.ts";
import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import { traceIdOf } from "../../shared/kernel/trace-id.ts";
import type { IdempotencyScope, StoredAnswer } from "../../shared/outbox/idempotency.ts";
import { append } from "../../shared/outbox/outbox.ts";
import { idempotencyKey } from "../../shared/outbox/schema.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { type ColumnOf, statement } from "../../shared/sql/statement.ts";
import type { Order } from "../domain/order.ts";
import { isFinished } from "../domain/saga-state.ts";
import type { Decision, LoadedOrder, OrderChange } from "../usecases/ports.ts";
import { updateLines } from "./line-rows.ts";
import { type RequestOrigin, stuckEvent, toNewEvent } from "./order-events.ts";
import { ordersFrom, readLines, sagaFrom, sagaPayload } from "./order-rows.ts";
import { customerOrder, type SagaOrigin, saga } from "./schema.ts";
import { insertEntries, type OrderTimelineEntry } from "./timeline-rows.ts";

export interface ChangeCall {
  readonly orderId: string;
  readonly decide: (loaded: LoadedOrder) => Decision<unknown>;
  /** The request that asks for the change; null for the sweeper, whose changes belong to the placing request. */
  readonly origin: RequestOrigin | null;
}

interface Locked {
  loaded: LoadedOrder;
  readonly origin: SagaOrigin;
}

interface Change extends OrderChange {
  readonly orderId: string;
  /** Where its events come from. */
  readonly origin: RequestOrigin;
  readonly sagaOrigin: SagaOrigin;
  /** True where the lines are other ones than before. */
  readonly relined: boolean;
}

export interface ChangeOutcome {
  readonly result: unknown;
  /** The order after the change; null where nothing changed. */
  readonly changed: Order | null;
}

/** Locks in order of id, so that two transactions never wait for each other. */
const lockRows = (tx: Tx, orderIds: readonly string[]) =>
  tx
    .select()
    .from(customerOrder)
    .innerJoin(saga, sql`${saga.orderId} = ${customerOrder.id}`)
    .where(sql`${customerOrder.id} = any(${sql.param(orderIds)}::uuid[])`)
    .orderBy(asc(customerOrder.id))
    .for("update");

/** The lines are read by the statement behind the one that locks: as they are while nobody else may change them. */
const lock = async (tx: Tx, orderIds: readonly string[]): Promise<Map<string, Locked>> => {
  const [rows, lines] = await Promise.all([lockRows(tx, orderIds), readLines(tx, orderIds)]);
  const orders = ordersFrom(
    rows.map((row) => row.customer_order),
    lines,
  );
  return new Map(
    rows.flatMap((row, i): [string, Locked][] => {
      const order = orders[i];
      if (order === undefined) return [];
      const { origin } = row.saga;
      const loaded = { order, saga: sagaFrom(row.saga), requestId: origin.requestId };
      return [[order.id, { loaded, origin }]];
    }),
  );
};

const updateOrders = (order: ColumnOf<Order>): SQL => sql`
  update ${customerOrder} o set status = n.status, version = n.version, total_minor = n.total_minor,
    updated_at = n.updated_at, archived_at = n.archived_at, claimed_by = n.claimed_by, claimed_at = n.claimed_at,
    changed_tx = case when o.version = n.version then o.changed_tx else pg_current_xact_id() end
  from unnest(
    ${order("uuid", ({ id }) => id)},
    ${order("text", ({ status }) => status)},
    ${order("int", ({ version }) => version)},
    ${order("bigint", ({ total }) => total.amountMinor)},
    ${order("timestamptz", ({ updatedAt }) => updatedAt.toISOString())},
    ${order("timestamptz", ({ archivedAt }) => archivedAt?.toISOString() ?? null)},
    ${order("uuid", ({ claim }) => claim?.by ?? null)},
    ${order("timestamptz", ({ claim }) => claim?.at.toISOString() ?? null)}
  ) as n(id, status, version, total_minor, updated_at, archived_at, claimed_by, claimed_at)
  where o.id = n.id`;

const updateSagas = (change: ColumnOf<Change>): SQL => sql`
  update ${saga} s set
    step = n.step, version = n.version, attempts = n.attempts, payload = n.payload, updated_at = now(),
    next_at = now() + n.due_in_ms * interval '1 millisecond',
    finished_at = case when n.finished then now() end,
    problem = case when n.problem_told then n.problem else s.problem end
  from unnest(
    ${change("uuid", ({ orderId }) => orderId)},
    ${change("text", ({ reaction }) => reaction.saga.step)},
    ${change("int", ({ reaction }) => reaction.saga.version)},
    ${change("int", ({ reaction }) => reaction.saga.attempts)},
    ${change("jsonb", ({ reaction }) => JSON.stringify(sagaPayload(reaction.saga)))},
    ${change("float8", ({ dueInMs }) => dueInMs)},
    ${change("bool", ({ reaction }) => isFinished(reaction.saga))},
    ${change("bool", ({ problem }) => problem !== undefined)},
    ${change("text", ({ problem }) => problem ?? null)}
  ) as n(order_id, step, version, attempts, payload, due_in_ms, finished, problem_told, problem)
  where s.order_id = n.order_id`;

interface Changed {
  readonly orders: readonly Order[];
  readonly changes: readonly Change[];
  readonly entries: readonly OrderTimelineEntry[];
}

const updateChanged = statement<Changed>(
  ({ rows }) => sql`
    with orders as (${updateOrders(rows("orders"))}),
      sagas as (${updateSagas(rows("changes"))})
    ${insertEntries(rows("entries"))}`,
);

interface Answered extends IdempotencyScope {
  readonly answer: StoredAnswer;
}

const answerAll = statement<{ readonly answered: readonly Answered[] }>(({ rows }) => {
  const answered = rows("answered");
  return sql`
    update ${idempotencyKey} k set status = n.status, body = n.body
    from unnest(
      ${answered("text", ({ principal }) => principal)},
      ${answered("text", ({ route }) => route)},
      ${answered("text", ({ key }) => key)},
      ${answered("int", ({ answer }) => answer.status)},
      ${answered("jsonb", ({ answer }) => JSON.stringify(answer.body))}
    ) as n(principal, route, key, status, body)
    where k.principal = n.principal and k.route = n.route and k.key = n.key and k.status is null`;
});

/** Gives the records that wait for an outcome their answer; one that has an answer keeps it. */
const completeAnswers = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  const answered = changes.flatMap(({ answer, sagaOrigin: { idempotency } }) =>
    answer === null || idempotency === undefined ? [] : [{ ...idempotency, answer }],
  );
  if (answered.length > 0) await tx.execute(answerAll({ answered }));
};

/** Of several answers to one order the first is the one that a client may have got. */
const firstAnswers = (changes: readonly Change[]): Change[] => {
  const answered = changes.filter(({ answer }) => answer !== null).toReversed();
  return [...new Map(answered.map((change) => [change.orderId, change])).values()];
};

/** Several changes of one order in one batch: the last state is stored, every entry and event is told. */
const save = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  if (changes.length === 0) return;
  const last = [...new Map(changes.map((change) => [change.orderId, change])).values()];
  const entries = changes.flatMap(({ orderId, reaction, origin }) =>
    reaction.timeline.map((entry) => ({ orderId, ...entry, traceId: traceIdOf(origin.traceparent) })),
  );
  const orders = last.map(({ reaction }) => reaction.order);
  const relined = new Set(changes.filter((change) => change.relined).map(({ orderId }) => orderId));
  const events = changes.flatMap(({ reaction, origin }) =>
    reaction.events.map((event) => toNewEvent(event, origin)),
  );
  const stuck = changes.flatMap((change) =>
    change.gotStuck === true ? [stuckEvent(change, change.origin)] : [],
  );
  await Promise.all([
    tx.execute(updateChanged({ orders, changes: last, entries })),
    updateLines(
      tx,
      orders.filter(({ id }) => relined.has(id)),
    ),
    append(tx, [...events, ...stuck]),
    completeAnswers(tx, firstAnswers(changes)),
  ]);
};

/** Decides about one order and keeps what it became, for the next call of the batch that is about the same one. */
const decideOn = (
  call: ChangeCall,
  locked: Locked | undefined,
  changes: Change[],
): Settled<ChangeOutcome> => {
  if (locked === undefined) return refused(notFound("order"));
  try {
    const { change, result } = call.decide(locked.loaded);
    if (change === null) return settled({ result, changed: null });
    const { order, saga: state } = change.reaction;
    const { orderId, origin } = call;
    const relined = order.lines !== locked.loaded.order.lines;
    changes.push({ ...change, orderId, origin: origin ?? locked.origin, sagaOrigin: locked.origin, relined });
    const moved = order.version !== locked.loaded.order.version;
    locked.loaded = { ...locked.loaded, order, saga: state };
    return settled({ result, changed: moved ? order : null });
  } catch (error) {
    return refused(error);
  }
};

/**
 * Locks the orders of all calls, has each decided and stores what they became: a few statements however many they
 * are. A call whose decision fails is refused alone.
 */
export const changeOrders = async (
  tx: Tx,
  calls: readonly ChangeCall[],
): Promise<Settled<ChangeOutcome>[]> => {
  const locked = await lock(tx, [...new Set(calls.map(({ orderId }) => orderId))]);
  const changes: Change[] = [];
  const outcomes = calls.map((call) => decideOn(call, locked.get(call.orderId), changes));
  await save(tx, changes);
  return outcomes;
};
