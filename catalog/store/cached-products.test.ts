import { afterEach, describe, expect, test } from "bun:test";
import { createMemoryPubSub } from "../../shared/drivers/memory-pub-sub.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import type { PubSub } from "../../shared/ports/pub-sub.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { newProduct, type Product } from "../domain/product.ts";
import { copiesInMemory } from "../service.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import type { ProductReader, ProductWriter } from "../usecases/ports.ts";
import { CACHE_CHANNEL, createCacheNews } from "./cache-news.ts";
import { cachedProducts } from "./cached-products.ts";

const opened: CatalogUnderTest[] = [];
afterEach(async () => {
  for (const catalog of opened.splice(0)) await catalog.close();
});

const product = (id: string, fields: Partial<Product> = {}): Product => ({
  ...newProduct(
    {
      sku: `SKU-${id}`,
      name: id,
      description: "",
      price: { amountMinor: 1, currency: "USD" },
      categoryId: null,
      images: [],
      attributes: {},
      status: "active",
    },
    { id, slug: `slug-${id}`, now: new Date(0) },
  ),
  ...fields,
});

/** Products in a map; counts the reads, and lets a test hold one up. */
const countedStore = (...products: Product[]) => {
  const byId = new Map(products.map((one) => [one.id, one]));
  const store = {
    reads: 0,
    beforeAnswer: (): Promise<void> => Promise.resolve(),
    async find(key: string) {
      store.reads += 1;
      const all = [...byId.values()];
      const found =
        byId.get(key) ?? all.find(({ slug }) => slug === key) ?? all.find(({ sku }) => sku === key);
      await store.beforeAnswer();
      return found ?? null;
    },
    async insert(slug: string, make: (slug: string) => Product) {
      const made = make(slug);
      byId.set(made.id, made);
      return made;
    },
    async change(id: string, decide: (one: Product) => Product) {
      const before = byId.get(id);
      if (before === undefined) throw notFound("product");
      const after = decide(before);
      byId.set(id, after);
      return after;
    },
  } satisfies ProductReader & ProductWriter & Record<string, unknown>;
  return store;
};

const cacheOver = async (store: ProductReader & ProductWriter, pubSub: PubSub = createMemoryPubSub()) => {
  const news = createCacheNews({ pubSub, log: silentLogger() });
  const cache = cachedProducts(store, news, copiesInMemory);
  await news.start();
  return { cache, news };
};

describe("products in memory", () => {
  test("a product is read once for its id, its slug and its SKU; unknown keys are asked for every time", async () => {
    const store = countedStore(product("a"));
    const { cache } = await cacheOver(store);
    for (const key of ["slug-a", "slug-a", "a", "A", "slug-a"]) expect((await cache.find(key))?.id).toBe("a");
    expect(store.reads).toBe(1);
    await cache.find("SKU-a");
    await cache.find("SKU-a");
    expect(store.reads).toBe(2);
    await cache.find("nobody");
    await cache.find("nobody");
    expect(store.reads).toBe(4);
  });

  test("before news is heard, and after, nothing is kept", async () => {
    const store = countedStore(product("a"));
    const news = createCacheNews({ pubSub: createMemoryPubSub(), log: silentLogger() });
    const cache = cachedProducts(store, news, copiesInMemory);
    await cache.find("a");
    await cache.find("a");
    expect(store.reads).toBe(2);
    await news.start();
    await cache.find("a");
    await news.stop();
    await cache.find("a");
    expect(store.reads).toBe(4);
  });

  test("what is being read while it changes is not kept", async () => {
    const store = countedStore(product("a"));
    const { cache } = await cacheOver(store);
    const held = Promise.withResolvers<void>();
    store.beforeAnswer = () => held.promise;
    const old = cache.find("a");
    await cache.change("a", (one) => ({ ...one, name: "new", version: 2 }));
    held.resolve();
    expect((await old)?.version).toBe(1);
    expect((await cache.find("a"))?.version).toBe(2);
  });

  test("a SKU that moves to another product, and a slug that outranks a SKU, are found where they are", async () => {
    const store = countedStore(product("a", { sku: "X" }));
    const { cache } = await cacheOver(store);
    expect((await cache.find("X"))?.id).toBe("a");
    await cache.change("a", (one) => ({ ...one, sku: "Y", version: 2 }));
    expect(await cache.find("X")).toBeNull();
    await cache.insert("slug-b", (slug) => product("b", { slug, sku: "X" }));
    expect((await cache.find("X"))?.id).toBe("b");
    await cache.insert("X", (slug) => product("c", { slug }));
    expect((await cache.find("X"))?.id).toBe("c");
  });

  test("a write whose end is unknown makes the copy go", async () => {
    const store = countedStore(product("a"));
    const { cache } = await cacheOver(store);
    await cache.find("a");
    const change = store.change;
    store.change = async (id, decide) => {
      await change(id, decide);
      throw new Error("connection lost at the commit");
    };
    const attempt = cache.change("a", (one) => ({ ...one, version: 2 }));
    await expect(attempt).rejects.toThrow("connection lost");
    expect((await cache.find("a"))?.version).toBe(2);
  });

  test("news that nobody understands makes every copy go", async () => {
    const store = countedStore(product("a"));
    const pubSub = createMemoryPubSub();
    const { cache } = await cacheOver(store, pubSub);
    await cache.find("a");
    await pubSub.publish(CACHE_CHANNEL, "nonsense");
    await waitFor(async () => {
      await cache.find("a");
      return store.reads === 2;
    });
  });

  test("a reconnect, during which news may have been lost, makes every copy go", async () => {
    const store = countedStore(product("a"));
    let reconnected: (() => void) | undefined;
    const pubSub: PubSub = {
      ...createMemoryPubSub(),
      async subscribe(_, { onResync }) {
        reconnected = onResync;
        return { close: async () => undefined };
      },
    };
    const { cache } = await cacheOver(store, pubSub);
    await cache.find("a");
    reconnected?.();
    await cache.find("a");
    expect(store.reads).toBe(2);
  });

  test("a channel that is away keeps nobody from writing", async () => {
    const store = countedStore(product("a"));
    const pubSub: PubSub = {
      ...createMemoryPubSub(),
      publish: () => Promise.reject(new Error("connection refused")),
    };
    const { cache } = await cacheOver(store, pubSub);
    await cache.find("a");
    await cache.change("a", (one) => ({ ...one, version: 2 }));
    expect((await cache.find("a"))?.version).toBe(2);
  });
});

describe("two instances over one database", () => {
  const pair = async () => {
    const one = await catalogUnderTest();
    const two = await catalogUnderTest({ database: one.database, pubSub: one.pubSub, bus: one.bus });
    opened.push(two, one);
    await Promise.all([one.service.start(), two.service.start()]);
    return [one, two] as const;
  };

  test("what one changes the other shows, by every key, and what one deletes is gone at the other", async () => {
    const [one, two] = await pair();
    const { id, slug, sku } = await one.product();
    for (const key of [id, slug, sku]) await two.get(`/v1/products/${key}`);
    await one.call("PATCH", `/v1/products/${id}`, { as: "staff", body: { name: "Changed" } });
    for (const key of [id, slug, sku])
      await waitFor(async () => (await two.get(`/v1/products/${key}`)).body.name === "Changed");
    await one.call("DELETE", `/v1/products/${id}`, { as: "staff" });
    for (const key of [id, slug, sku])
      await waitFor(async () => (await two.get(`/v1/products/${key}`)).status === 404);
  });

  test("a category that one renames is renamed in the paths of the other", async () => {
    const [one, two] = await pair();
    const category = await one.category("Before");
    const { id } = await one.product({ categoryId: category.id });
    await two.get(`/v1/products/${id}`);
    await one.call("PATCH", `/v1/categories/${category.id}`, { as: "staff", body: { name: "After" } });
    await waitFor(async () => (await two.get(`/v1/products/${id}`)).body.categoryPath[0]?.name === "After");
  });

  test("whoever changes something reads the change at once", async () => {
    const [one] = await pair();
    const { id } = await one.product();
    for (let n = 0; n < 20; n += 1) {
      await one.get(`/v1/products/${id}`);
      await one.call("PATCH", `/v1/products/${id}`, { as: "staff", body: { name: `Name ${n}` } });
      expect((await one.get(`/v1/products/${id}`)).body.name).toBe(`Name ${n}`);
    }
  });
});
