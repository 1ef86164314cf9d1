import { afterEach, describe, expect, test } from "bun:test";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { demoCatalogue } from "./demo-catalogue.ts";
import { type CatalogUnderTest, catalogUnderTest } from "./testing/catalog-under-test.ts";

const opened: CatalogUnderTest[] = [];
afterEach(async () => {
  for (const catalog of opened.splice(0)) await catalog.close();
});

const open = async (overrides: Parameters<typeof catalogUnderTest>[0] = {}) => {
  const catalog = await catalogUnderTest(overrides);
  opened.push(catalog);
  return catalog;
};

describe("the demo catalogue", () => {
  test("fills an empty shop and answers the stock that belongs to it", async () => {
    const catalog = await open({ config: { CURRENCY: "EUR", CATALOG_CACHE_TTL_SECONDS: 300 } });
    const stock = await catalog.service.seedDemo();
    expect(stock).toEqual(demoCatalogue.map(({ sku, quantity }) => ({ sku, quantity })));
    const { items, facets } = (await catalog.get("/v1/products?limit=100")).body;
    expect(items).toHaveLength(demoCatalogue.length);
    expect(facets?.price?.min.currency).toBe("EUR");
    const tree = (await catalog.get("/v1/categories")).body.items;
    expect(tree.map(({ name, productCount }) => [name, productCount])).toEqual([
      ["Kitchen", 4],
      ["Desk", 4],
      ["Home", 4],
    ]);
  });

  test("leaves a shop alone that has, or has had, a product", async () => {
    const catalog = await open();
    const { id } = await catalog.product();
    expect(await catalog.service.seedDemo()).toEqual([]);
    await catalog.call("DELETE", `/v1/products/${id}`, { as: "staff" });
    expect(await catalog.service.seedDemo()).toEqual([]);
    expect((await catalog.get("/v1/categories")).body.items).toEqual([]);
  });
});

describe("the life of the service", () => {
  test("what is committed reaches the event bus, and what is left goes out at the stop", async () => {
    const catalog = await open();
    const heard: EventEnvelope[] = [];
    await catalog.bus.subscribe({
      exchange: "catalog.events",
      queue: "orders.catalog-events",
      prefetch: 1,
      handle: async (event) => void heard.push(event),
      handleMalformed: async () => undefined,
    });
    await catalog.service.start();
    await catalog.service.start();
    const { id } = await catalog.product();
    await waitFor(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ type: "product.created", subject: id, sequence: 1 });
    const last = await catalog.product();
    await catalog.service.stop();
    await catalog.service.stop();
    expect(heard[1]).toMatchObject({ type: "product.created", subject: last.id });
  });

  test("stop before start does nothing", async () => {
    const catalog = await open();
    await catalog.service.stop();
  });

  test("health and readiness answer, and every route is in the API document", async () => {
    const catalog = await open();
    expect((await catalog.get("/health")).status).toBe(200);
    expect((await catalog.get("/ready")).status).toBe(200);
    const document = (await catalog.get("/openapi.json")).body as unknown as {
      paths: Record<string, unknown>;
    };
    expect(Object.keys(document.paths).sort()).toEqual([
      "/internal/people/{userId}/erasure",
      "/internal/people/{userId}/export",
      "/internal/products",
      "/internal/products/lookup",
      "/v1/categories",
      "/v1/categories/{id}",
      "/v1/categories/{id}/products",
      "/v1/ops/outbox",
      "/v1/ops/parked",
      "/v1/ops/parked/replay",
      "/v1/ops/parked/{id}/drop",
      "/v1/ops/parked/{id}/replay",
      "/v1/products",
      "/v1/products/export",
      "/v1/products/import",
      "/v1/products/imports",
      "/v1/products/imports/{id}",
      "/v1/products/imports/{id}/stream",
      "/v1/products/{id}",
    ]);
  });
});
