import { and, asc, isNull, lte, sql } from "drizzle-orm";
import type { Database, Tx } from "../../shared/ports/database.ts";
import type { SagaState } from "../domain/saga.ts";
import type { LoadedOrder, OrderStore } from "../usecases/ports.ts";
import { type SagaRow, sagaFrom, withLines } from "./order-rows.ts";
import { customerOrder, saga } from "./schema.ts";

/** What others hold is passed over, so that several instances share the work. */
const takeDue = (tx: Tx, limit: number): Promise<SagaRow[]> =>
  tx
    .select()
    .from(saga)
    .where(and(isNull(saga.finishedAt), lte(saga.nextAt, sql`now()`)))
    .orderBy(asc(saga.nextAt))
    .limit(limit)
    .for("update", { skipLocked: true });

interface Claimed {
  readonly row: SagaRow;
  readonly state: SagaState;
}

const storeClaims = async (tx: Tx, claims: readonly Claimed[], leaseMs: number): Promise<void> => {
  const column = <Value>(pick: (claim: Claimed) => Value) => sql.param(claims.map(pick));
  await tx.execute(sql`
    update ${saga} s set version = n.version, attempts = n.attempts, updated_at = now(),
      next_at = now() + ${leaseMs}::float8 * interval '1 millisecond'
    from unnest(
      ${column(({ row }) => row.orderId)}::uuid[],
      ${column(({ state }) => state.version)}::int[],
      ${column(({ state }) => state.attempts)}::int[]
    ) as n(order_id, version, attempts)
    where s.order_id = n.order_id`);
};

const load = async (tx: Tx, claims: readonly Claimed[]): Promise<LoadedOrder[]> => {
  const ids = sql.param(claims.map(({ row }) => row.orderId));
  const rows = await tx.select().from(customerOrder).where(sql`${customerOrder.id} = any(${ids}::uuid[])`);
  const orders = new Map((await withLines(tx, rows)).map((order) => [order.id, order]));
  return claims.flatMap(({ row, state }) => {
    const order = orders.get(row.orderId);
    return order === undefined ? [] : [{ order, saga: state, requestId: row.origin.requestId }];
  });
};

/** Takes sagas that are due by the database's clock, and moves their time on by the lease. */
export const claimSagas =
  (database: Database): OrderStore["claimDue"] =>
  ({ limit, leaseMs, claim }) =>
    database.transaction(async (tx) => {
      const rows = await takeDue(tx, limit);
      if (rows.length === 0) return [];
      const claims = rows.map((row): Claimed => ({ row, state: claim(sagaFrom(row)) }));
      await storeClaims(tx, claims, leaseMs);
      return load(tx, claims);
    });

/** Sagas that somebody works on, or that wait for the sweeper. */
export const countUnfinished = ({ db }: Database): Promise<number> =>
  db.$count(saga, isNull(saga.finishedAt));
