import { asc, type SQL, sql } from "drizzle-orm";
import { notFound } from "../../shared/kernel/errors.ts";
import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import { append } from "../../shared/outbox/outbox.ts";
import { idempotencyKey } from "../../shared/outbox/schema.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Order } from "../domain/order.ts";
import { isFinished } from "../domain/saga-state.ts";
import type { Decision, LoadedOrder, OrderChange } from "../usecases/ports.ts";
import { updateLines } from "./line-rows.ts";
import { type RequestOrigin, toNewEvent } from "./order-events.ts";
import { sagaFrom, sagaPayload, withLines } from "./order-rows.ts";
import { customerOrder, type SagaOrigin, saga } from "./schema.ts";
import { insertEntries } from "./timeline-rows.ts";

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
const lock = async (tx: Tx, orderIds: readonly string[]): Promise<Map<string, Locked>> => {
  const rows = await tx
    .select()
    .from(customerOrder)
    .innerJoin(saga, sql`${saga.orderId} = ${customerOrder.id}`)
    .where(sql`${customerOrder.id} = any(${sql.param(orderIds)}::uuid[])`)
    .orderBy(asc(customerOrder.id))
    .for("update");
  const orders = await withLines(
    tx,
    rows.map((row) => row.customer_order),
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

const updateOrders = (orders: readonly Order[]): SQL => sql`
  update ${customerOrder} o set status = n.status, version = n.version, total_minor = n.total_minor,
    updated_at = n.updated_at, archived_at = n.archived_at
  from unnest(
    ${column(orders, "uuid", ({ id }) => id)},
    ${column(orders, "text", ({ status }) => status)},
    ${column(orders, "int", ({ version }) => version)},
    ${column(orders, "bigint", ({ total }) => total.amountMinor)},
    ${column(orders, "timestamptz", ({ updatedAt }) => updatedAt.toISOString())},
    ${column(orders, "timestamptz", ({ archivedAt }) => archivedAt?.toISOString() ?? null)}
  ) as n(id, status, version, total_minor, updated_at, archived_at)
  where o.id = n.id`;

const updateSagas = (changes: readonly Change[]): SQL => sql`
  update ${saga} s set
    step = n.step, version = n.version, attempts = n.attempts, payload = n.payload, updated_at = now(),
    next_at = now() + n.due_in_ms * interval '1 millisecond',
    finished_at = case when n.finished then now() end,
    problem = case when n.problem_told then n.problem else s.problem end
  from unnest(
    ${column(changes, "uuid", ({ orderId }) => orderId)},
    ${column(changes, "text", ({ reaction }) => reaction.saga.step)},
    ${column(changes, "int", ({ reaction }) => reaction.saga.version)},
    ${column(changes, "int", ({ reaction }) => reaction.saga.attempts)},
    ${column(changes, "jsonb", ({ reaction }) => JSON.stringify(sagaPayload(reaction.saga)))},
    ${column(changes, "float8", ({ dueInMs }) => dueInMs)},
    ${column(changes, "bool", ({ reaction }) => isFinished(reaction.saga))},
    ${column(changes, "bool", ({ problem }) => problem !== undefined)},
    ${column(changes, "text", ({ problem }) => problem ?? null)}
  ) as n(order_id, step, version, attempts, payload, due_in_ms, finished, problem_told, problem)
  where s.order_id = n.order_id`;

/** Gives the records that wait for an outcome their answer; one that has an answer keeps it. */
const completeAnswers = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  const waiting = changes.flatMap(({ answer, sagaOrigin: { idempotency } }) =>
    answer === null || idempotency === undefined ? [] : [{ ...idempotency, answer }],
  );
  if (waiting.length === 0) return;
  await tx.execute(sql`
    update ${idempotencyKey} k set status = n.status, body = n.body
    from unnest(
      ${column(waiting, "text", ({ principal }) => principal)},
      ${column(waiting, "text", ({ route }) => route)},
      ${column(waiting, "text", ({ key }) => key)},
      ${column(waiting, "int", ({ answer }) => answer.status)},
      ${column(waiting, "jsonb", ({ answer }) => JSON.stringify(answer.body))}
    ) as n(principal, route, key, status, body)
    where k.principal = n.principal and k.route = n.route and k.key = n.key and k.status is null`);
};

/** Several changes of one order in one batch: the last state is stored, every entry and event is told. */
const save = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  if (changes.length === 0) return;
  const last = [...new Map(changes.map((change) => [change.orderId, change])).values()];
  const entries = changes.flatMap(({ orderId, reaction }) =>
    reaction.timeline.map((entry) => ({ orderId, ...entry })),
  );
  await tx.execute(sql`
    with orders as (${updateOrders(last.map(({ reaction }) => reaction.order))}),
      sagas as (${updateSagas(last)})
    ${insertEntries(entries)}`);
  const relined = new Set(changes.filter((change) => change.relined).map(({ orderId }) => orderId));
  await updateLines(
    tx,
    last.filter(({ orderId }) => relined.has(orderId)).map(({ reaction }) => reaction.order),
  );
  await append(
    tx,
    changes.flatMap(({ reaction, origin }) => reaction.events.map((event) => toNewEvent(event, origin))),
  );
  // Of several answers the first is the one that a client may have got: a map keeps the last of what it is given.
  const answered = changes.filter(({ answer }) => answer !== null).toReversed();
  const first = new Map(answered.map((change) => [change.orderId, change]));
  await completeAnswers(tx, [...first.values()]);
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
