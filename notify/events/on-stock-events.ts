import type { EventOf } from "../../shared/contracts/events.ts";
import type { BatchHandler, EventHandlers } from "../../shared/outbox/inbox.ts";
import { announceStock, type StockAnnouncement } from "../usecases/announce-stock.ts";
import { type AnnouncingDeps, afterAnnouncing, announceDeps } from "./announcing.ts";

type StockEvent = EventOf<"stock.low" | "stock.restocked">;

const announcementOf = ({ id: eventId, type, data }: StockEvent): StockAnnouncement => {
  const { sku, available, version } = data;
  const quiet = type === "stock.restocked" && data.quiet === true;
  switch (type) {
    case "stock.low":
      return {
        eventId,
        quiet,
        notice: { template: "stock-low", sku, available, threshold: data.threshold, version },
      };
    case "stock.restocked":
      return { eventId, quiet, notice: { template: "stock-restocked", sku, available, version } };
    default:
      return type satisfies never;
  }
};

/** inventory.events: alerts to the admins. */
export const onStockEvents = (deps: AnnouncingDeps): EventHandlers => {
  const announce: BatchHandler<StockEvent> = {
    async batch(events, tx) {
      const announced = await announceStock(announceDeps(deps, tx, events))(events.map(announcementOf));
      return afterAnnouncing(deps, events, announced);
    },
  };
  return { "stock.low": announce, "stock.restocked": announce };
};
