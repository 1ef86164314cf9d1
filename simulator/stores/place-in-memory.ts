import type { Order } from "../../orders/domain/order.ts";
import { createdEvent } from "../../orders/store/place-orders.ts";
import type { Placement, PlaceOutcome } from "../../orders/usecases/ports.ts";
import { KioskError } from "../../shared/kernel/errors.ts";
import { refused, type Settled, settled } from "../../shared/kernel/settled.ts";
import type { Life } from "../world/life.ts";
import type { Write } from "../world/parts.ts";
import type { World } from "../world/world.ts";
import type { MemoryTx } from "./memory-database.ts";
import { divideTold, type OrderRow, type OrderTables } from "./order-tables.ts";

const rowOf = ({ draft, saga, leaseMs, idempotency }: Placement, number: string, tx: MemoryTx): OrderRow => ({
  order: { ...draft, number },
  saga,
  requestId: `request-${draft.id}`,
  keptAs: idempotency,
  dueAtMs: tx.now.getTime() + leaseMs,
  timeline: [{ at: draft.createdAt, actor: { kind: "user", id: draft.userId }, what: "placed", cause: null }],
});

/** New orders in one transaction, each with its saga, event and idempotency record, as `orders/store/place-orders.ts` stores them. */
export const placeInMemory =
  (world: World, tables: OrderTables, life: Life) =>
  (placements: readonly Placement[]): Promise<Settled<PlaceOutcome>[]> =>
    tables.database.divided(life, async (tx) => {
      const writes: Write[] = [];
      const placed: Order[] = [];
      const taken = new Set<string>();
      const placeOne = (placement: Placement): Settled<PlaceOutcome> => {
        const { idempotency } = placement;
        const known = idempotency && tables.kept.find(tx, idempotency, taken);
        if (known instanceof KioskError) return refused(known);
        if (known !== null) return settled({ kind: "replay", answer: known });
        const row = rowOf(placement, tables.nextNumber(), tx);
        writes.push(
          () => void tables.orders.set(row.order.id, row),
          ...(idempotency === null ? [] : [tables.kept.record(idempotency, null)]),
        );
        placed.push(row.order);
        return settled({ kind: "placed", loaded: row });
      };
      const result = placements.map(placeOne);
      await tx.statement();
      return { result, division: divideTold(world, tables, writes, { events: placed.map(createdEvent) }) };
    });
