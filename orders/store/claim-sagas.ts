import { and, asc, inArray, isNull, lte, sql } from "drizzle-orm";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { crashPoint } from "../../shared/runtime/crash-point.ts";
import type { OrderStore } from "../usecases/ports.ts";
import { type SagaRow, sagaFrom } from "./order-rows.ts";
import { saga } from "./schema.ts";

/** What others hold is passed over, so that several instances share the work. */
const takeDue = (tx: Tx, limit: number): Promise<SagaRow[]> =>
  tx
    .select()
    .from(saga)
    .where(and(isNull(saga.finishedAt), lte(saga.nextAt, sql`now()`)))
    .orderBy(asc(saga.nextAt))
    .limit(limit)
    .for("update", { skipLocked: true });

/** Takes sagas that are due by the database's clock, and moves their time on by the lease. */
export const claimSagas =
  (database: Database): OrderStore["claimDue"] =>
  async ({ limit, leaseMs }) => {
    const rows = await database.transaction(async (tx) => {
      const due = await takeDue(tx, limit);
      const ids = due.map(({ orderId }) => orderId);
      const nextAt = sql`now() + ${leaseMs}::float8 * interval '1 millisecond'`;
      if (ids.length > 0) await tx.update(saga).set({ nextAt }).where(inArray(saga.orderId, ids));
      return due;
    });
    if (rows.length > 0) crashPoint("orders.sweep.after-claim");
    return rows.map((row) => ({ orderId: row.orderId, saga: sagaFrom(row), origin: row.origin }));
  };
