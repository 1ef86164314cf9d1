import type { EventOf } from "../../shared/contracts/events.ts";
import type { EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";

export const ORDERS_EXCHANGE = "orders.events";
export const ORDERS_QUEUE = "catalog.orders-events";

type OrderEvent = EventOf<"order.confirmed" | "order.status-changed" | "order.cancelled">;

/** Counts sold units, for the order by popularity. Each event carries the whole order, so any of them will do. */
export const onOrderEvents = (
  countSales: (tx: Tx, order: OrderEvent["data"]["order"]) => Promise<void>,
): EventHandlers => {
  const count = (event: OrderEvent, tx: Tx) => countSales(tx, event.data.order);
  return { "order.confirmed": count, "order.status-changed": count, "order.cancelled": count };
};
