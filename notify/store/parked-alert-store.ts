import { and, asc, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
import type { Tx } from "../../shared/ports/database.ts";
import type { ParkedAlertStore } from "../usecases/ports.ts";
import { parkedAlert } from "./schema.ts";

/** Within a transaction only: what it answers is locked. */
export const createParkedAlertStore = (tx: Tx): ParkedAlertStore => ({
  async lock(queues) {
    if (queues.length === 0) return [];
    // In the order of their names, here and below: two who lock the same queues never wait for each other.
    const names = queues.toSorted();
    await tx
      .insert(parkedAlert)
      .values(names.map((queue) => ({ queue, untold: 0, types: [] })))
      .onConflictDoNothing();
    return tx
      .select()
      .from(parkedAlert)
      .where(inArray(parkedAlert.queue, names))
      .orderBy(asc(parkedAlert.queue))
      .for("update");
  },

  lockDue: (toldUntil, limit) =>
    tx
      .select()
      .from(parkedAlert)
      .where(
        and(gt(parkedAlert.untold, 0), or(isNull(parkedAlert.toldAt), lte(parkedAlert.toldAt, toldUntil))),
      )
      .orderBy(asc(parkedAlert.queue))
      .limit(limit)
      .for("update", { skipLocked: true }),

  async save({ queue, toldAt, untold, types }) {
    await tx
      .update(parkedAlert)
      .set({ toldAt, untold, types: [...types] })
      .where(eq(parkedAlert.queue, queue));
  },
});
