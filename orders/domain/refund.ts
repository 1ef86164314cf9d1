import { changedLines } from "./change-lines.ts";
import { type Order, type OrderStatus, totalOf } from "./order.ts";
import type { LinesChange } from "./saga-state.ts";

/** True for an order that is paid before it stands: by every provider that is asked, which the one on delivery is not. */
const isPrepaid = ({ payment }: Order): boolean => payment.provider !== "manual";

/** True where the buyer has money to come back when the order enters the status: what was authorised is voided, or owed. */
export const isPaidBackAs = (order: Order, status: OrderStatus): boolean =>
  isPrepaid(order) && (status === "cancelled" || status === "returned");

/** True where the lines come to less than was authorised for them. */
export const isPaidBackBy = (order: Order, change: LinesChange): boolean =>
  isPrepaid(order) &&
  totalOf(changedLines(order, change), order.total.currency).amountMinor < order.total.amountMinor;
