import type { EventOf } from "../../shared/contracts/events.ts";
import type { BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";

export const ORDERS_EXCHANGE = "orders.events";
export const ORDERS_QUEUE = "catalog.orders-events";

type OrderEvent = EventOf<
  "order.confirmed" | "order.lines-changed" | "order.status-changed" | "order.cancelled"
>;
type Order = OrderEvent["data"]["order"];

/** Counts sold units, for the order by popularity. Each event carries the whole order, so any of them will do. */
export const onOrderEvents = (
  countSales: (tx: Tx, orders: readonly Order[]) => Promise<void>,
): EventHandlers => {
  const count: BatchHandler<OrderEvent> = {
    batch: (events, tx) =>
      countSales(
        tx,
        events.map(({ data }) => data.order),
      ),
  };
  return {
    "order.confirmed": count,
    "order.lines-changed": count,
    "order.status-changed": count,
    "order.cancelled": count,
  };
};
