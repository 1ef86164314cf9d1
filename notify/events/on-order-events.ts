import type { EventData, EventOf } from "../../shared/contracts/events.ts";
import type { AfterCommit, EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { OrderNews } from "../domain/order-news.ts";
import { announceOrder } from "../usecases/announce.ts";
import { type AnnouncingDeps, afterAnnouncing, announceDeps } from "./announcing.ts";

type OrderEvent = EventOf<"order.confirmed" | "order.rejected" | "order.status-changed" | "order.cancelled">;

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

/** orders.events: the buyer's card and headlines, the admins' alerts. `order.created` is silent: more follows at once. */
export const onOrderEvents = (deps: AnnouncingDeps): EventHandlers => {
  const announce =
    (alert: "confirmed" | "cancelled" | null) =>
    async (event: OrderEvent, tx: Tx): Promise<AfterCommit> => {
      const announced = await announceOrder(announceDeps(deps, tx))({
        eventId: event.id,
        buyerId: event.data.order.userId,
        news: newsOf(event.data),
        alert,
      });
      return afterAnnouncing(deps, event, announced);
    };
  return {
    "order.confirmed": announce("confirmed"),
    "order.rejected": announce(null),
    "order.status-changed": announce(null),
    "order.cancelled": announce("cancelled"),
  };
};
