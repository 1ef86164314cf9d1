import { isFinished } from "../../orders/domain/saga-state.ts";
import { stuckEvent } from "../../orders/store/order-events.ts";
import type { Decision, LoadedOrder, OrderChange } from "../../orders/usecases/ports.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import type { Life } from "../world/life.ts";
import type { Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import type { MemoryTx } from "./memory-database.ts";
import { divideTold, lockOf, type OrderRow, type OrderTables } from "./order-tables.ts";

export interface ChangeCall {
  readonly orderId: string;
  readonly decide: (loaded: LoadedOrder) => Decision<unknown>;
}

const changed = (row: OrderRow, { reaction, dueInMs }: OrderChange, tx: MemoryTx): OrderRow => ({
  ...row,
  order: reaction.order,
  saga: reaction.saga,
  dueAtMs: isFinished(reaction.saga) || dueInMs === null ? null : tx.now.getTime() + dueInMs,
  timeline: [...row.timeline, ...reaction.timeline],
});

/** The changes of one transaction: each decision sees what those before it have made of its order. */
const createChanges = ({ orders, kept }: OrderTables, tx: MemoryTx) => {
  const rows = new Map<string, OrderRow>();
  const changes: OrderChange[] = [];
  const answers = new Map<string, Write>();
  const take = (orderId: string, row: OrderRow, change: OrderChange) => {
    rows.set(orderId, changed(row, change, tx));
    changes.push(change);
    const { keptAs } = row;
    if (change.answer !== null && keptAs !== null && !answers.has(orderId))
      answers.set(orderId, kept.complete(keptAs, change.answer));
  };
  return {
    changes,
    decide({ orderId, decide }: ChangeCall): Settled<unknown> {
      const row = rows.get(orderId) ?? orders.get(orderId);
      if (row === undefined) return refused(notFound("order"));
      try {
        const { change, result } = decide(row);
        if (change !== null) take(orderId, row, change);
        return settled(result);
      } catch (error) {
        return refused(error);
      }
    },
    writes: (): Write[] => [
      ...[...rows].map(
        ([id, row]) =>
          () =>
            void orders.set(id, row),
      ),
      ...answers.values(),
    ],
  };
};

/** Changes of orders in one transaction, as `orders/store/change-orders.ts` stores them. */
export const changeInMemory =
  (world: World, tables: OrderTables, life: Life) =>
  (calls: readonly ChangeCall[]): Promise<Settled<unknown>[]> =>
    tables.database.divided(life, async (tx) => {
      for (const id of [...new Set(calls.map(({ orderId }) => orderId))].toSorted())
        await tx.lock(lockOf(id));
      await tx.statement();
      const done = createChanges(tables, tx);
      const result = calls.map(done.decide);
      if (done.changes.length > 0) await tx.statement();
      const events = done.changes.flatMap(({ reaction }) => reaction.events);
      const stuck = done.changes.filter(({ gotStuck }) => gotStuck === true);
      const others = stuck.map((change) => ({ ...stuckEvent(change, { requestId: "sweep" }), time: tx.now }));
      return { result, division: divideTold(world, tables, done.writes(), { events, others }) };
    });
