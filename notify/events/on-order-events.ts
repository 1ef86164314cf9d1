import type { EventData, EventOf } from "../../shared/contracts/events.ts";
import type { BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import type { OrderNews } from "../domain/order-news.ts";
import type { AlertStatus } from "../domain/order-notice.ts";
import { announceOrders } from "../usecases/announce-orders.ts";
import { type AnnouncingDeps, afterAnnouncing, announceDeps } from "./announcing.ts";

type OrderEvent = EventOf<
  | "order.confirmed"
  | "order.rejected"
  | "order.status-changed"
  | "order.cancelled"
  | "order.lines-changed"
  | "order.claim-changed"
>;

const newsOf = ({ order, previousStatus, reason }: EventData<"order.confirmed">): OrderNews => ({
  orderId: order.id,
  number: order.number,
  version: order.version,
  status: order.status,
  previousStatus,
  lines: order.lines.map(({ name, quantity, lineTotal }) => ({ name, quantity, lineTotal })),
  total: order.total,
  reason,
});

const alertOf = (type: OrderEvent["type"]): AlertStatus | null => {
  switch (type) {
    case "order.confirmed":
      return "confirmed";
    case "order.cancelled":
      return "cancelled";
    case "order.lines-changed":
      return "changed";
    case "order.rejected":
    case "order.status-changed":
    case "order.claim-changed":
      return null;
    default:
      return type satisfies never;
  }
};

/** orders.events: the buyer's card and headlines, the cards and alerts of the shop's people. `order.created` is silent: more follows at once. */
export const onOrderEvents = (deps: AnnouncingDeps): EventHandlers => {
  const announce: BatchHandler<OrderEvent> = {
    async batch(events, tx) {
      const orders = events.map(({ id, type, data }) => ({
        eventId: id,
        buyerId: data.order.userId,
        news: newsOf(data),
        alert: alertOf(type),
      }));
      return afterAnnouncing(deps, events, await announceOrders(announceDeps(deps, tx, events))(orders));
    },
  };
  return {
    "order.confirmed": announce,
    "order.rejected": announce,
    "order.status-changed": announce,
    "order.cancelled": announce,
    "order.lines-changed": announce,
    "order.claim-changed": announce,
  };
};
