import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { subscribersToTell } from "../domain/back-in-stock.ts";
import { type Delivery, type DeliveryClass, dedupeKeyOf, LIFE_MS } from "../domain/delivery.ts";
import type { DeliveryOrigin } from "../domain/delivery-origin.ts";
import type { Notice } from "../domain/notice.ts";
import { noticesToBuyer, noticeToAdmins, type OrderNews } from "../domain/order-news.ts";
import type { AlertStatus } from "../domain/order-notice.ts";
import type { StockLowNotice, StockRestockedNotice } from "../domain/stock-notice.ts";
import type { DeliveryStore, NewDelivery } from "./delivery-ports.ts";
import { hearersOf } from "./hearers.ts";
import type { ChatStore, StockToldStore } from "./ports.ts";
import type { BackInStockStore } from "./preference-ports.ts";
import type { StaffCardStore } from "./staff-order-ports.ts";

export interface AnnounceDeps {
  readonly deliveries: Pick<DeliveryStore, "enqueue">;
  readonly chats: Pick<ChatStore, "hearerIds">;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The request that caused an event; nobody's by default. */
  readonly originOf?: (eventId: string) => DeliveryOrigin | null;
}

interface Address {
  readonly eventId: string;
  readonly userId: string;
  readonly class: DeliveryClass;
}

const deliveryTo = (
  { eventId, userId, class: deliveryClass }: Address,
  notice: Notice,
  { clock, newId, originOf }: AnnounceDeps,
): NewDelivery => ({
  id: newId(),
  dedupeKey: `${deliveryClass}:${dedupeKeyOf(eventId, userId, notice)}`,
  class: deliveryClass,
  userId,
  notice,
  expiresAt: new Date(clock.now().getTime() + LIFE_MS[deliveryClass]),
  origin: originOf?.(eventId) ?? null,
});

/** What one event says. */
interface Announcement {
  readonly eventId: string;
  readonly messages: readonly { readonly userId: string; readonly notice: Notice }[];
  /** To whoever is to hear of it (hearers.ts). */
  readonly alert: Notice | null;
}

export interface Announced {
  /** What was put into the queue: nothing for an event that was announced before. */
  readonly deliveries: readonly Delivery[];
  /** What staff should see, whether or not any of them has a chat: one place an event, null where there is nothing. */
  readonly alerts: readonly (Notice | null)[];
}

const deliveriesOf = (
  { eventId, messages, alert }: Announcement,
  hearers: readonly string[],
  deps: AnnounceDeps,
): NewDelivery[] => {
  const own = messages.map(({ userId, notice }) =>
    deliveryTo({ eventId, userId, class: "transactional" }, notice, deps),
  );
  if (alert === null) return own;
  return [
    ...own,
    ...hearers.map((userId) => deliveryTo({ eventId, userId, class: "admin_alert" }, alert, deps)),
  ];
};

/** Whom each alert goes to. Alerts of a kind have the same hearers, who are read once. */
const readHearers = async (
  { chats }: AnnounceDeps,
  alerts: readonly (Notice | null)[],
): Promise<(alert: Notice | null) => readonly string[]> => {
  const kinds = new Map(
    alerts.flatMap((alert) => (alert === null ? [] : [[alert.template, alert] as const])),
  );
  const read = [...kinds].map(async ([template, alert]) => {
    return [template, await chats.hearerIds(hearersOf(alert))] as const;
  });
  const idsOf = new Map(await Promise.all(read));
  return (alert) => (alert === null ? [] : (idsOf.get(alert.template) ?? []));
};

/** Puts what the events say into the queue, one event after the other: two statements, however many they are. */
const announceAll = async (deps: AnnounceDeps, events: readonly Announcement[]): Promise<Announced> => {
  const alerts = events.map(({ alert }) => alert);
  const hearersOfEach = await readHearers(deps, alerts);
  const rows = events.flatMap((event) => deliveriesOf(event, hearersOfEach(event.alert), deps));
  return { deliveries: await deps.deliveries.enqueue(rows, deps.clock.now()), alerts };
};

/**
 * Something concerns the admins alone: puts an alert to each into the queue, once for `occasion`, whoever says it and however often.
 */
export const announceToAdmins =
  (deps: AnnounceDeps) =>
  (occasion: string, alert: Notice): Promise<Announced> =>
    announceAll(deps, [{ eventId: occasion, messages: [], alert }]);

export interface PersonalAnnouncement {
  readonly eventId: string;
  readonly userId: string;
  readonly notice: Notice;
}

export interface AnnouncePersonsDeps extends AnnounceDeps {
  readonly chats: Pick<ChatStore, "hearerIds" | "goneAmong">;
}

/**
 * Something concerns one person alone: puts a message to each into the queue. To who has been deleted nothing is said, and nothing is
 * kept of where they were: an event may come as late as it likes.
 */
export const announceToPersons =
  (deps: AnnouncePersonsDeps) =>
  async (news: readonly PersonalAnnouncement[]): Promise<Announced> => {
    const gone = news.length === 0 ? new Set() : await deps.chats.goneAmong(news.map(({ userId }) => userId));
    const told = news.filter(({ userId }) => !gone.has(userId));
    return announceAll(
      deps,
      told.map(({ eventId, userId, notice }) => ({
        eventId,
        messages: [{ userId, notice }],
        alert: null,
      })),
    );
  };

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

export interface AnnounceStockDeps extends AnnounceDeps {
  readonly stockTold: StockToldStore;
  readonly backInStock: Pick<BackInStockStore, "take">;
}

export interface StockAnnouncement {
  readonly eventId: string;
  /** True where the shop's people need not hear of it. */
  readonly quiet: boolean;
  readonly notice: (StockLowNotice | StockRestockedNotice) & { readonly version: number };
}

/** Whether each is newer than all that was told of its SKU, before or among these. */
const areNews = (
  notices: readonly StockAnnouncement["notice"][],
  told: ReadonlyMap<string, number>,
): boolean[] => {
  const newest = new Map(told);
  return notices.map(({ sku, version }) => {
    const isNews = version > (newest.get(sku) ?? 0);
    if (isNews) newest.set(sku, version);
    return isNews;
  });
};

/** Who is told of each product that is there again: those who waited longest, as the last of these events leaves it. */
const takeSubscribers = async ({ backInStock }: AnnounceStockDeps, news: readonly StockAnnouncement[]) => {
  const newest = new Map(news.map(({ notice }) => [notice.sku, notice]));
  const limits = new Map(
    [...newest.values()].map(({ sku, template, available }) => [
      sku,
      template === "stock-restocked" ? subscribersToTell(available) : 0,
    ]),
  );
  const served = Map.groupBy(await backInStock.take(limits), ({ sku }) => sku);
  return (notice: StockAnnouncement["notice"]) =>
    newest.get(notice.sku) === notice ? (served.get(notice.sku) ?? []) : [];
};

/**
 * Stock has run low or come back: puts an alert to every admin into the queue, and a message to those who waited for the product,
 * unless something newer was told already.
 */
export const announceStock =
  (deps: AnnounceStockDeps) =>
  async (changes: readonly StockAnnouncement[]): Promise<Announced> => {
    const newest = new Map<string, number>();
    for (const { notice } of changes)
      newest.set(notice.sku, Math.max(notice.version, newest.get(notice.sku) ?? 0));
    const told = await deps.stockTold.tell(newest);
    const isNews = areNews(
      changes.map(({ notice }) => notice),
      told,
    );
    const subscribersOf = await takeSubscribers(
      deps,
      changes.filter((_, i) => isNews[i] === true),
    );
    return announceAll(
      deps,
      changes.map(({ eventId, quiet, notice }, i) => ({
        eventId,
        messages: subscribersOf(notice).map(({ userId, sku }) => ({
          userId,
          notice: { template: "back-in-stock", sku, version: notice.version } as const,
        })),
        alert: isNews[i] && !quiet ? notice : null,
      })),
    );
  };
