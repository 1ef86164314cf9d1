import { conflict, invalid, notFound } from "../../shared/kernel/errors.ts";
import { type Actor, ORDER_TOTAL_MAX_MINOR, type Order, type OrderLine, totalOf } from "./order.ts";
import type { LinesChange, SagaState, Shortage } from "./saga-state.ts";
import { stillBusy } from "./status.ts";

/** The lines as the change wants them: those that come to 0 are gone, name and price stay. */
export const changedLines = ({ lines }: Order, change: LinesChange): OrderLine[] => {
  const wanted = new Map(change.lines.map(({ lineId, quantity }) => [lineId, quantity]));
  return lines
    .map((line) => ({ ...line, quantity: wanted.get(line.id) ?? line.quantity }))
    .filter(({ quantity }) => quantity > 0);
};

/** The order with other lines, its total and its next version. */
export const withLinesChanged = (order: Order, change: LinesChange, at: Date): Order => {
  const lines = changedLines(order, change);
  const total = totalOf(lines, order.total.currency);
  return { ...order, lines, total, version: order.version + 1, updatedAt: at };
};

/** For people: `MUG-BLUE: 2 → 5`. */
export const changeText = ({ lines }: Order, change: LinesChange): string =>
  change.lines
    .map(({ lineId, quantity }) => {
      const line = lines.find(({ id }) => id === lineId);
      return `${line?.sku}: ${line?.quantity} → ${quantity}`;
    })
    .join(", ");

/** For people, why a change could not be had. */
export const refusalText = (shortages: readonly Shortage[]): string =>
  shortages.length === 0
    ? "its stock is no longer held"
    : shortages.map(({ sku, available }) => `only ${available} of ${sku} can be had`).join(", ");

export interface LineQuantity {
  readonly lineId: string;
  /** 0 takes the line away. */
  readonly quantity: number;
}

/** Fails with `CONFLICT`, one that passes where the order is still on its way there. */
const assertOpenForChange = ({ status }: Order, saga: SagaState): void => {
  if (status === "pending") throw stillBusy("This order is still being placed");
  if (status !== "confirmed") throw conflict(`The lines of an order that is ${status} cannot be changed.`);
  if (saga.step !== "confirmed") throw stillBusy("Another change of this order is under way");
};

/**
 * The change of one line that an actor may ask for; null where the line has that quantity already. Fails with
 * `NOT_FOUND` (line), `CONFLICT` (not in this status, the last line, a dearer order that was paid before) and
 * `VALIDATION` (beyond what an order may cost).
 */
export const changeOfLine = (
  order: Order,
  saga: SagaState,
  { lineId, quantity }: LineQuantity,
  actor: Actor,
): LinesChange | null => {
  const line = order.lines.find(({ id }) => id === lineId);
  if (line === undefined) throw notFound("line of this order");
  assertOpenForChange(order, saga);
  if (line.quantity === quantity) return null;
  const change: LinesChange = { lines: [{ lineId, quantity }], actor };
  const lines = changedLines(order, change);
  if (lines.length === 0) throw conflict("This is the last line of the order: cancel the order instead.");
  const total = totalOf(lines, order.total.currency);
  if (total.amountMinor > ORDER_TOTAL_MAX_MINOR)
    throw invalid("/body/quantity", "makes the order cost more than one order may: choose less");
  const prepaid = saga.step === "confirmed" && saga.prepaid;
  if (prepaid && total.amountMinor > order.total.amountMinor)
    throw conflict("The payment of this order was authorised for its present total: place another order.");
  return change;
};
