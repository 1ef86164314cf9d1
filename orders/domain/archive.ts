import { conflict } from "../../shared/kernel/errors.ts";
import type { Actor, Order, OrderStatus } from "./order.ts";
import { noteOnly, type OrderProcess, type Reaction } from "./react.ts";
import { isFinished } from "./saga-state.ts";

/** Statuses in which an order may be put away: nothing more is expected of it. */
const ends: readonly OrderStatus[] = ["rejected", "cancelled", "delivered", "returned"];

/** Fails with `CONFLICT` while something may still happen to the order, or is being done about it. */
const assertArchivable = ({ order, saga }: OrderProcess): void => {
  if (!ends.includes(order.status)) {
    throw conflict(
      `An order that is ${order.status} cannot be archived: only one that is ${ends.slice(0, -1).join(", ")} or ${ends.at(-1)} can.`,
    );
  }
  if (!isFinished(saga))
    throw conflict("Other services have not yet answered about this order: archive it when they have.");
};

/** Fails with `CONFLICT` where the order has been archived: it stays as it is. */
export const assertNotArchived = ({ archivedAt }: Order): void => {
  if (archivedAt !== null) throw conflict("The order is archived and cannot be changed any more.");
};

/**
 * Puts a finished order away. It tells nobody: to the other services an archived order is what it was before. Fails
 * with `CONFLICT`.
 */
export const archive = (
  current: OrderProcess,
  { actor, at }: { readonly actor: Actor; readonly at: Date },
): Reaction => {
  assertArchivable(current);
  const { order, saga } = current;
  const archived = { ...order, archivedAt: at, version: order.version + 1, updatedAt: at };
  return noteOnly({ order: archived, saga }, { at, actor, what: "archived", cause: null });
};
