import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { type CatalogUnderTest, catalogUnderTest, stockChange } from "../testing/catalog-under-test.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
  // Whoever has heard of no stock at all knows from where on it hears of it only then.
  catalog.inventory.record(stockChange("FIRST", 1, 1));
  await catalog.service.start();
  await waitFor(async () => (await catalog.get("/v1/products?inStock=true")).status === 200);
}, SET_UP_TIMEOUT_MS);
afterAll(() => catalog.close());

const atHand = (path: string, ifNoneMatch: string | null = null) =>
  catalog.service.fetch.atHand?.({ path, ifNoneMatch, requestId: "request-0001", atMs: performance.now() }) ??
  null;

/** Asks until it is at hand: the first who asks makes it so, and a question of freshness may come in between. */
const soonAtHand = (path: string) =>
  waitFor(
    async () => {
      await catalog.get(path);
      return atHand(path);
    },
    { what: `${path} to be at hand` },
  );

const bodyOf = (answer: { body: string | null }) => JSON.parse(answer.body ?? "null");

describe("what is at hand", () => {
  test("is what the route says to staff, by each key, and is told by its tag", async () => {
    const { id, slug, sku } = await catalog.product({ name: "Mug – ß", attributes: { colour: "blue" } });
    for (const key of [id, slug, sku]) {
      const path = `/v1/products/${key}`;
      const answer = await soonAtHand(path);
      const usual = await catalog.get(path, { as: "staff" });
      expect(bodyOf(answer)).toEqual(usual.body);
      expect(answer.etag).toBe(usual.headers.get("etag") ?? "");
      for (const [name, value] of Object.entries(answer.headers))
        expect([name, usual.headers.get(name)]).toEqual([name, value]);
      expect(atHand(path, answer.etag)).toMatchObject({ status: 304, body: null });
    }
  });

  test("are lists that have been asked for before, and no others", async () => {
    await catalog.product();
    const path = "/v1/products?limit=3&sort=name";
    expect(atHand(path)).toBeNull();
    const answer = await soonAtHand(path);
    expect(bodyOf(answer).items.length).toBeGreaterThan(0);
    const usual = await catalog.get(path, { headers: { "if-none-match": answer.etag } });
    expect(usual.status).toBe(304);
    expect(atHand("/v1/products?limit=4&sort=name")).toBeNull();
    expect((await catalog.get("/v1/products?limit=0")).status).toBe(422);
    expect(atHand("/v1/products?limit=0")).toBeNull();
  });

  test("are never drafts, nor what staff have looked at", async () => {
    const { id } = await catalog.product({ status: "draft" });
    for (const path of [`/v1/products/${id}`, "/v1/products?status=draft"]) {
      await catalog.get(path, { as: "staff" });
      await catalog.get(path);
      expect(bodyOf(atHand(path) ?? { body: null })?.items ?? []).toEqual([]);
    }
    expect(atHand(`/v1/products/${id}`)).toBeNull();
  });

  test("are no addresses that have to be read before they are understood", async () => {
    const { id } = await catalog.product({ sku: "A%2FB" });
    await soonAtHand(`/v1/products/${id}`);
    for (const path of [
      "/v1/products/A%2FB",
      `/v1/products/${id}?x=1`,
      `/v1/products/${id}/`,
      "/v1/productsX",
    ])
      expect([path, atHand(path)]).toEqual([path, null]);
  });

  test("a change is there at once", async () => {
    const { id } = await catalog.product({ name: "Before" });
    const path = `/v1/products/${id}`;
    await soonAtHand(path);
    await catalog.call("PATCH", path, { as: "staff", body: { name: "After" } });
    // Nothing is at hand until the news of the write has come; whoever is answered then is told what is new.
    const answer = atHand(path);
    expect(answer === null ? "After" : bodyOf(answer).name).toBe("After");
    expect(bodyOf(await soonAtHand(path)).name).toBe("After");
  });

  test("stock is that of the moment, and after the last sale nothing that is in stock shows the product", async () => {
    const { sku } = await catalog.product();
    const [path, inStock, all] = [
      `/v1/products/${sku}`,
      "/v1/products?inStock=true",
      "/v1/products?limit=100",
    ];
    const say = async (available: number, version: number) => {
      await catalog.say(stockChange(sku, available, version));
      // Asked without a list, so that the lists have to find out for themselves.
      await waitFor(async () => (await catalog.get(path)).body.stock.version === version);
    };
    await say(2, 1);
    for (const asked of [path, inStock, all]) await soonAtHand(asked);
    const skusOf = (answer: { body: string | null }): string[] =>
      bodyOf(answer).items.map((item: { sku: string }) => item.sku);
    expect(skusOf(await soonAtHand(inStock))).toContain(sku);
    await say(1, 2);
    const shown = bodyOf(await soonAtHand(all)).items.find((item: { sku: string }) => item.sku === sku);
    expect(shown.stock).toEqual({ available: 1, inStock: true, version: 2 });
    await say(0, 3);
    expect((await catalog.get(inStock)).body.items.map((item) => item.sku)).not.toContain(sku);
    expect(skusOf(await soonAtHand(inStock))).not.toContain(sku);
    const { facets } = (await catalog.get("/v1/products?limit=1")).body;
    await say(4, 4);
    expect((await catalog.get("/v1/products?limit=1")).body.facets?.inStock).toBe((facets?.inStock ?? 0) + 1);
    expect((await catalog.get(inStock)).body.items.map((item) => item.sku)).toContain(sku);
  });

  test("what is asked of the service over HTTP is answered the same way, counted and tagged", async () => {
    const { id } = await catalog.product();
    const path = `/v1/products/${id}`;
    await soonAtHand(path);
    const metrics = catalog.metrics.registry;
    const before = await metrics.metrics();
    const answer = await catalog.get(path, { headers: { "x-request-id": "request-0002" } });
    expect(answer.headers.get("x-request-id")).toBe("request-0002");
    const counted = (page: string) =>
      Number(
        /http_request_duration_seconds_count\{service="catalog",method="GET",route="\/v1\/products\/:id",status="200"\} (\d+)/.exec(
          page,
        )?.[1],
      );
    expect(counted(await metrics.metrics())).toBe(counted(before) + 1);
  });

  test("hits and misses are counted by layer", async () => {
    const { id } = await catalog.product();
    const read = async (layer: string) => {
      const page = await catalog.metrics.registry.metrics();
      const line = `kiosk_catalog_cache_requests_total\\{cache="product",layer="${layer}"\\} (\\d+)`;
      return Number(new RegExp(line).exec(page)?.[1]);
    };
    const [database, memory] = [await read("database"), await read("memory")];
    await catalog.get(`/v1/products/${id}`);
    expect(await read("database")).toBe(database + 1);
    await soonAtHand(`/v1/products/${id}`);
    expect(await read("memory")).toBeGreaterThan(memory);
    expect(await read("database")).toBe(database + 1);
  });
});

test("the categories have a tag, and 304 for who has them", async () => {
  await catalog.category("Tagged");
  const { headers } = await catalog.get("/v1/categories");
  const etag = headers.get("etag") ?? "";
  expect((await catalog.get("/v1/categories", { headers: { "if-none-match": etag } })).status).toBe(304);
  await catalog.category("Another");
  expect((await catalog.get("/v1/categories", { headers: { "if-none-match": etag } })).status).toBe(200);
});
