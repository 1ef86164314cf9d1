import { describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import type { OrderNews } from "../domain/order-news.ts";
import { announceOrders, type OrderAnnouncement } from "./announce-orders.ts";
import { announceStock } from "./announce-stock.ts";
import type { NewDelivery } from "./delivery-ports.ts";

const setUp = () => {
  const asked = { hearers: 0, holdersOf: [] as string[], enqueued: [] as (readonly NewDelivery[])[] };
  const deps = {
    clock: fakeClock(),
    newId,
    chats: {
      async goneAmong() {
        return new Set<string>();
      },
      async hearerIds() {
        asked.hearers++;
        return ["boss", "chief"];
      },
    },
    staffCards: {
      async holders(orderIds: readonly string[]) {
        asked.holdersOf.push(...orderIds);
        return orderIds.map((orderId) => ({ orderId, holderId: "packer" }));
      },
    },
    deliveries: {
      async enqueue(rows: readonly NewDelivery[]) {
        asked.enqueued.push(rows);
        return [];
      },
    },
  };
  return { deps, asked };
};

const news = (number: string, status: OrderNews["status"], previousStatus: OrderNews["previousStatus"]) => ({
  orderId: newId(),
  number,
  version: 2,
  status,
  previousStatus,
  lines: [],
  total: { amountMinor: 100, currency: "EUR" },
  reason: null,
});

const orders: readonly OrderAnnouncement[] = [
  { eventId: "e1", buyerId: "ann", news: news("K-1", "confirmed", "pending"), alert: "confirmed" },
  { eventId: "e2", buyerId: "bob", news: news("K-2", "shipped", "packed"), alert: null },
  { eventId: "e3", buyerId: "ann", news: news("K-3", "cancelled", "confirmed"), alert: "cancelled" },
];

/** What was told of the stock before. */
const toldBefore = (versions: Readonly<Record<string, number>>) => ({
  async tell() {
    return new Map(Object.entries(versions));
  },
});

const nobodyWaits = {
  async take() {
    return [];
  },
};

describe("many events at once", () => {
  test("ask for the admins once and put all messages into the queue at once, one event after the other", async () => {
    const { deps, asked } = setUp();
    const { alerts } = await announceOrders(deps)(orders);
    expect(asked.hearers).toBe(1);
    expect(asked.holdersOf).toEqual(orders.slice(1).map(({ news: { orderId } }) => orderId));
    expect(asked.enqueued).toHaveLength(1);
    expect(asked.enqueued[0]?.map(({ dedupeKey }) => dedupeKey)).toEqual([
      "transactional:e1:ann:order-card",
      "admin_alert:e1:boss:order-alert",
      "admin_alert:e1:chief:order-alert",
      "transactional:e2:bob:order-card",
      "transactional:e2:bob:order-headline",
      "transactional:e2:packer:staff-card",
      "transactional:e3:ann:order-card",
      "transactional:e3:ann:order-headline",
      "transactional:e3:packer:staff-card",
      "admin_alert:e3:boss:order-alert",
      "admin_alert:e3:chief:order-alert",
    ]);
    expect(alerts).toMatchObject([{ status: "confirmed" }, null, { status: "cancelled" }]);
  });

  test("that are no news for the admins do not ask for them", async () => {
    const { deps, asked } = setUp();
    await announceOrders(deps)(orders.filter(({ alert }) => alert === null));
    expect(asked.hearers).toBe(0);
    expect(asked.enqueued[0]).toHaveLength(3);
  });

  test("of stock go to every admin", async () => {
    const { deps, asked } = setUp();
    const low = { template: "stock-low", sku: "A", available: 1, threshold: 5, version: 2 } as const;
    const back = { template: "stock-restocked", sku: "B", available: 9, version: 7 } as const;
    const { alerts } = await announceStock({ ...deps, backInStock: nobodyWaits, stockTold: toldBefore({}) })([
      { eventId: "e1", quiet: false, notice: low },
      { eventId: "e2", quiet: false, notice: back },
      { eventId: "e3", quiet: true, notice: { ...back, sku: "C" } },
    ]);
    expect(alerts).toEqual([low, back, null]);
    expect(asked.enqueued.flat().map(({ userId, notice }) => [userId, notice.template])).toEqual([
      ["boss", "stock-low"],
      ["chief", "stock-low"],
      ["boss", "stock-restocked"],
      ["chief", "stock-restocked"],
    ]);
  });

  test("of one product tell those who waited for it as the last of them leaves it", async () => {
    const { deps, asked } = setUp();
    const asks: ReadonlyMap<string, number>[] = [];
    const backInStock = {
      async take(limits: ReadonlyMap<string, number>) {
        asks.push(limits);
        return [{ userId: "ann", sku: "A" }];
      },
    };
    const back = (sku: string, available: number, version: number) => ({
      ...{ eventId: `${sku}${version}`, quiet: true },
      notice: { template: "stock-restocked", sku, available, version } as const,
    });
    const gone = {
      ...{ eventId: "B4", quiet: true },
      notice: { template: "stock-low", sku: "B", available: 0, threshold: 5, version: 4 } as const,
    };
    const changes = [back("A", 9, 2), back("B", 9, 3), back("A", 2, 5), gone, back("C", 1_000_000, 1)];
    await announceStock({ ...deps, backInStock, stockTold: toldBefore({}) })(changes);
    expect(asks.map((limits) => Object.fromEntries(limits))).toEqual([{ A: 10, B: 0, C: 5_000 }]);
    expect(asked.enqueued.flat().map(({ dedupeKey }) => dedupeKey)).toEqual([
      "transactional:A5:ann:back-in-stock",
    ]);
  });

  test("of stock are no news where something newer was told, before or among them", async () => {
    const { deps, asked } = setUp();
    const low = (sku: string, version: number) => ({
      eventId: `${sku}${version}`,
      quiet: false,
      notice: { template: "stock-low", sku, available: 1, threshold: 5, version } as const,
    });
    const changes = [low("A", 4), low("B", 3), low("A", 6), low("A", 5), low("C", 1)];
    const stockTold = toldBefore({ A: 4, B: 2 });
    const { alerts } = await announceStock({ ...deps, backInStock: nobodyWaits, stockTold })(changes);
    expect(alerts.map((alert) => alert !== null)).toEqual([false, true, true, false, true]);
    expect(asked.enqueued.flat()).toHaveLength(6);
  });
});
