import type { EventHandlers } from "../../shared/outbox/inbox.ts";
import { announceStock } from "../usecases/announce.ts";
import { type AnnouncingDeps, afterAnnouncing, announceDeps } from "./announcing.ts";

/** inventory.events: alerts to the admins. */
export const onStockEvents = (deps: AnnouncingDeps): EventHandlers => ({
  async "stock.low"(event, tx) {
    const { sku, available, threshold } = event.data;
    const notice = { template: "stock-low", sku, available, threshold } as const;
    return afterAnnouncing(deps, event, await announceStock(announceDeps(deps, tx))(event.id, notice));
  },
  async "stock.restocked"(event, tx) {
    const { sku, available } = event.data;
    const notice = { template: "stock-restocked", sku, available } as const;
    return afterAnnouncing(deps, event, await announceStock(announceDeps(deps, tx))(event.id, notice));
  },
});
