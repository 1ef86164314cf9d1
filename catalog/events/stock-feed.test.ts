import { afterEach, describe, expect, test } from "bun:test";
import { STOCK_CHANNEL, type StockChangesPage } from "../../shared/contracts/stock-stream.ts";
import type { PubSub, PubSubHandlers } from "../../shared/ports/pub-sub.ts";
import { internalHeaders, readAnswer, requestTo } from "../../shared/testing/service-under-test.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { createStockReplicaStore } from "../store/stock-replica-store.ts";
import { type CatalogUnderTest, catalogUnderTest, stockChange } from "../testing/catalog-under-test.ts";
import { catchUpStock } from "../usecases/catch-up-stock.ts";
import type { StockSource } from "../usecases/ports.ts";
import { createStockFeed, type StockFeed } from "./stock-feed.ts";

const opened: CatalogUnderTest[] = [];
const feeds: StockFeed[] = [];
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
  for (const catalog of opened.splice(0)) await catalog.close();
});

const open = async () => {
  const catalog = await catalogUnderTest();
  opened.push(catalog);
  return catalog;
};

const shown = async (catalog: CatalogUnderTest, sku: string) =>
  (await catalog.get(`/v1/products/${sku}`)).body.stock;

const untilShown = (catalog: CatalogUnderTest, sku: string, available: number) =>
  waitFor(async () => (await shown(catalog, sku)).available === available, {
    what: `${available} of ${sku}`,
  });

describe("stock in front of the client", () => {
  test("what inventory says over the channel is shown, and changes the entity tag", async () => {
    const catalog = await open();
    const { sku } = await catalog.product();
    const before = (await catalog.get(`/v1/products/${sku}`)).headers.get("etag") ?? "";
    await catalog.service.start();
    await catalog.say(stockChange(sku, 5, 3));
    await untilShown(catalog, sku, 5);
    expect(await shown(catalog, sku)).toEqual({ available: 5, inStock: true, version: 3 });
    const answer = await catalog.get(`/v1/products/${sku}`, { headers: { "if-none-match": before } });
    expect(answer.status).toBe(200);
  });

  test("the version that was read passes If-Match although stock has moved since", async () => {
    const catalog = await open();
    const { id, sku } = await catalog.product();
    const etag = (await catalog.get(`/v1/products/${id}`)).headers.get("etag") ?? "";
    await catalog.service.start();
    await catalog.say(stockChange(sku, 5, 3));
    await untilShown(catalog, sku, 5);
    const body = { name: "Other" };
    const options = { as: "staff", body, headers: { "if-match": etag } } as const;
    expect((await catalog.call("PATCH", `/v1/products/${id}`, options)).status).toBe(200);
  });

  test("older news is ignored, whichever way it comes", async () => {
    const catalog = await open();
    const { sku } = await catalog.product();
    const { sku: last } = await catalog.product();
    catalog.inventory.record(stockChange(sku, 1, 1));
    await catalog.service.start();
    await catalog.say(stockChange(sku, 7, 4), stockChange(sku, 9, 2));
    await catalog.say(stockChange(sku, 8, 3));
    await catalog.say(stockChange(last, 1, 1));
    await untilShown(catalog, last, 1);
    await waitFor(() => catalog.inventory.asked.length > 0);
    expect(await shown(catalog, sku)).toEqual({ available: 7, inStock: true, version: 4 });
  });

  test("a stock level that was deleted leaves nothing to buy, and its older news stays old", async () => {
    const catalog = await open();
    const { sku } = await catalog.product();
    await catalog.service.start();
    await catalog.say(stockChange(sku, 5, 1));
    await untilShown(catalog, sku, 5);
    await catalog.say(stockChange(sku, 5, 2, false));
    await untilShown(catalog, sku, 0);
    expect(await shown(catalog, sku)).toEqual({ available: 0, inStock: false, version: 2 });
    expect((await catalog.get("/v1/products?inStock=true")).body.items).toEqual([]);
  });

  test("a message that breaks its contract is ignored and said", async () => {
    const catalog = await open();
    const { sku } = await catalog.product();
    await catalog.service.start();
    for (const bad of [
      "nonsense",
      "{}",
      JSON.stringify({ changes: [{ ...stockChange(sku, 1, 1), available: -1 }] }),
    ])
      await catalog.pubSub.publish(STOCK_CHANNEL, bad);
    await catalog.say(stockChange(sku, 5, 3));
    await untilShown(catalog, sku, 5);
    expect(catalog.log.lines.filter(({ message }) => message.includes("breaks its contract"))).toHaveLength(
      3,
    );
  });
});

/** A channel whose reconnects the test decides. */
const channelInHand = () => {
  let listener: PubSubHandlers | undefined;
  const pubSub: Pick<PubSub, "subscribe"> = {
    async subscribe(_, handlers) {
      listener = handlers;
      return { close: async () => undefined };
    },
  };
  return { pubSub: pubSub as PubSub, reconnect: () => listener?.onResync?.() };
};

/** A source of which the test decides whether it answers. */
const sourceOf = (catalog: CatalogUnderTest): StockSource => ({
  async changesAfter(cursor) {
    const query = cursor === null ? "" : `?after=${cursor}`;
    const request = requestTo(`http://inventory/internal/stock/changes${query}`, "GET", {
      headers: internalHeaders,
    });
    return (await readAnswer<StockChangesPage>(await catalog.inventory.fetch(request))).body;
  },
});

const feedOf = (catalog: CatalogUnderTest, times: { catchUpMs?: number; retryMs?: number } = {}) => {
  const replica = createStockReplicaStore(catalog.database);
  const log = silentLogger();
  const { pubSub, reconnect } = channelInHand();
  const catchUp = catchUpStock({ source: sourceOf(catalog), replica });
  const feed = createStockFeed({ pubSub, replica, catchUp, log, ...times });
  feeds.push(feed);
  const available = async (sku: string) => (await replica.level(sku)).available;
  return { feed, log, reconnect, available, replica };
};

describe("catching up", () => {
  test("at the start everything is pulled, page by page, and the cursor is kept for the next start", async () => {
    const catalog = await open();
    catalog.inventory.record(...[1, 2, 3, 4, 5].map((n) => stockChange(`S${n}`, n, 1)));
    const first = feedOf(catalog);
    await first.feed.start();
    await waitFor(async () => (await first.available("S5")) === 5);
    await first.feed.stop();
    expect(catalog.inventory.asked).toEqual(["", "2", "4"]);
    catalog.inventory.record(stockChange("S1", 0, 2));
    const second = feedOf(catalog);
    await second.feed.start();
    await waitFor(async () => (await second.replica.level("S1")).version === 2);
    expect(catalog.inventory.asked.slice(3)).toEqual(["5"]);
  });

  test("what was lost on the channel comes after a reconnect", async () => {
    const catalog = await open();
    const { feed, reconnect, available } = feedOf(catalog, { catchUpMs: 600_000 });
    await feed.start();
    await waitFor(() => catalog.inventory.asked.length === 1);
    catalog.inventory.record(stockChange("LOST", 3, 1));
    reconnect();
    await waitFor(async () => (await available("LOST")) === 3);
  });

  test("what was lost on the channel comes by itself after a while", async () => {
    const catalog = await open();
    const { feed, available } = feedOf(catalog, { catchUpMs: 20 });
    await feed.start();
    await waitFor(() => catalog.inventory.asked.length > 0);
    catalog.inventory.record(stockChange("LOST", 3, 1));
    await waitFor(async () => (await available("LOST")) === 3);
  });

  test("inventory away at the start: the feed starts, says it once, and catches up when inventory is back", async () => {
    const catalog = await open();
    catalog.inventory.record(stockChange("LATE", 4, 1));
    catalog.inventory.away = true;
    let refused = 0;
    const { replica } = feedOf(catalog);
    const log = silentLogger();
    const source: StockSource = {
      changesAfter: (cursor) => {
        if (catalog.inventory.away) refused += 1;
        return sourceOf(catalog).changesAfter(cursor);
      },
    };
    const catchUp = catchUpStock({ source, replica });
    const feed = createStockFeed({ pubSub: channelInHand().pubSub, replica, catchUp, log, retryMs: 5 });
    feeds.push(feed);
    await feed.start();
    await waitFor(() => refused >= 3);
    catalog.inventory.away = false;
    await waitFor(async () => (await replica.level("LATE")).available === 4);
    await waitFor(() => log.lines.length === 2);
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ["warn", "Stock cannot be caught up: the last known stays"],
      ["info", "Stock is being caught up again"],
    ]);
  });

  test("the service starts and answers while inventory is away", async () => {
    const catalog = await open();
    catalog.inventory.away = true;
    const { sku } = await catalog.product();
    await catalog.service.start();
    await catalog.say(stockChange(sku, 2, 1));
    await untilShown(catalog, sku, 2);
    await catalog.service.stop();
  });

  test("two feeds over one database, told in opposite orders, end with the same newest levels", async () => {
    const catalog = await open();
    const [one, two] = [feedOf(catalog), feedOf(catalog)];
    const changes = Array.from({ length: 200 }, (_, n) =>
      stockChange(`S${n % 20}`, n, 1 + Math.floor(n / 20)),
    );
    await Promise.all(
      Array.from({ length: 10 }, (_, part) => {
        const mine = changes.slice(part * 20, part * 20 + 20);
        return [one.replica.apply(mine, null), two.replica.apply(mine.toReversed(), String(part))];
      }).flat(),
    );
    for (let n = 0; n < 20; n += 1) expect(await one.available(`S${n}`)).toBe(180 + n);
  });
});
