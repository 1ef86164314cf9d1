import { noticesToBuyer, noticeToAdmins, type OrderNews } from "../domain/order-news.ts";
import type { AlertStatus } from "../domain/order-notice.ts";
import { type AnnounceDeps, type Announced, announceAll } from "./announce.ts";
import type { ChatStore } from "./ports.ts";
import type { StaffCardStore } from "./staff-order-ports.ts";

export interface OrderAnnouncement {
  readonly eventId: string;
  readonly buyerId: string;
  readonly news: OrderNews;
  readonly alert: AlertStatus | null;
}

export interface AnnounceOrdersDeps extends AnnounceDeps {
  readonly staffCards: StaffCardStore;
  readonly chats: Pick<ChatStore, "hearerIds" | "goneAmong">;
}

/** The news without the words of buyers who have been erased since: an event may come as late as it likes. */
const withoutErased = async (
  { chats }: AnnounceOrdersDeps,
  orders: readonly OrderAnnouncement[],
): Promise<readonly OrderAnnouncement[]> => {
  const worded = orders.filter(({ news }) => news.reason !== null);
  if (worded.length === 0) return orders;
  const gone = await chats.goneAmong(worded.map(({ buyerId }) => buyerId));
  return orders.map((order) =>
    gone.has(order.buyerId) ? { ...order, news: { ...order.news, reason: null } } : order,
  );
};

/** The shop's people have the card of an order below its first alert: until then nobody is looked for. */
const mayHaveStaffCards = ({ news: { previousStatus } }: OrderAnnouncement): boolean =>
  previousStatus !== null && previousStatus !== "pending";

/** News for the cards of an order that the shop's people have. */
const staffCardsOf = async ({ staffCards }: AnnounceOrdersDeps, orders: readonly OrderAnnouncement[]) => {
  const known = orders.filter(mayHaveStaffCards).map(({ news }) => news.orderId);
  const holders = known.length === 0 ? [] : await staffCards.holders([...new Set(known)]);
  return ({ news: { orderId, number, version } }: OrderAnnouncement) =>
    holders
      .filter((holder) => holder.orderId === orderId)
      .map(({ holderId: userId }) => ({
        userId,
        notice: { template: "staff-card", orderId, number, version } as const,
      }));
};

/** Orders have changed: puts messages to the buyers, alerts to the shop's people and what their cards show into the queue. */
export const announceOrders =
  (deps: AnnounceOrdersDeps) =>
  async (given: readonly OrderAnnouncement[]): Promise<Announced> => {
    const orders = await withoutErased(deps, given);
    const cardsOf = await staffCardsOf(deps, orders);
    return announceAll(
      deps,
      orders.map((order) => {
        const { eventId, buyerId, news, alert } = order;
        const own = noticesToBuyer(news).map((notice) => ({ userId: buyerId, notice }));
        return {
          ...{ eventId, messages: [...own, ...cardsOf(order)] },
          alert: alert === null ? null : noticeToAdmins(news, alert),
        };
      }),
    );
  };
