import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Delivery, type DeliveryClass, dedupeKeyOf, LIFE_MS } from "../domain/delivery.ts";
import type { Notice, StockLowNotice, StockRestockedNotice } from "../domain/notice.ts";
import { noticesToBuyer, noticeToAdmins, type OrderNews } from "../domain/order-news.ts";
import type { ChatStore, DeliveryStore, NewDelivery } from "./ports.ts";

export interface AnnounceDeps {
  readonly deliveries: DeliveryStore;
  readonly chats: ChatStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

interface Address {
  readonly eventId: string;
  readonly userId: string;
  readonly class: DeliveryClass;
}

const deliveryTo = (
  { eventId, userId, class: deliveryClass }: Address,
  notice: Notice,
  { clock, newId }: AnnounceDeps,
): NewDelivery => ({
  id: newId(),
  dedupeKey: `${deliveryClass}:${dedupeKeyOf(eventId, userId, notice)}`,
  class: deliveryClass,
  userId,
  notice,
  expiresAt: new Date(clock.now().getTime() + LIFE_MS[deliveryClass]),
});

const toAdmins = async (deps: AnnounceDeps, eventId: string, notice: Notice): Promise<NewDelivery[]> => {
  const admins = await deps.chats.adminIds();
  return admins.map((userId) => deliveryTo({ eventId, userId, class: "admin_alert" }, notice, deps));
};

export interface Announced {
  /** What was put into the queue: nothing for an event that was announced before. */
  readonly deliveries: readonly Delivery[];
  /** What staff should see, whether or not any of them has a chat. */
  readonly alert: Notice | null;
}

export interface OrderAnnouncement {
  readonly eventId: string;
  readonly buyerId: string;
  readonly news: OrderNews;
  readonly alert: "confirmed" | "cancelled" | null;
}

/** An order has changed: puts messages to the buyer and alerts to the admins into the queue. */
export const announceOrder =
  (deps: AnnounceDeps) =>
  async ({ eventId, buyerId, news, alert }: OrderAnnouncement): Promise<Announced> => {
    const address: Address = { eventId, userId: buyerId, class: "transactional" };
    const own = noticesToBuyer(news).map((notice) => deliveryTo(address, notice, deps));
    const notice = alert === null ? null : noticeToAdmins(news, alert);
    const alerts = notice === null ? [] : await toAdmins(deps, eventId, notice);
    const deliveries = await deps.deliveries.enqueue([...own, ...alerts], deps.clock.now());
    return { deliveries, alert: notice };
  };

/** Stock has run low or come back: puts an alert to every admin into the queue. */
export const announceStock =
  (deps: AnnounceDeps) =>
  async (eventId: string, notice: StockLowNotice | StockRestockedNotice): Promise<Announced> => {
    const alerts = await toAdmins(deps, eventId, notice);
    const deliveries = await deps.deliveries.enqueue(alerts, deps.clock.now());
    return { deliveries, alert: notice };
  };
