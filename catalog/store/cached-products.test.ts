import { afterEach, describe, expect, test } from "bun:test";
import { notFound } from "../../shared/kernel/errors.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { newProduct, type Product } from "../domain/product.ts";
import { inThisProcess } from "../stores.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { fakeNews } from "../testing/fake-news.ts";
import type { ProductReader, ProductWriter } from "../usecases/ports.ts";
import { cachedProducts } from "./cached-products.ts";
import type { CacheCounts } from "./copies.ts";
import { productCopies } from "./product-copies.ts";

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
      barcode: null,
      price: { amountMinor: 1, currency: "USD" },
      categoryId: null,
      images: [],
      attributes: { colour: "blue", grams: 3, fragile: true },
      status: "active",
    },
    { id, slug: `slug-${id}`, now: new Date(0) },
  ),
  ...fields,
});

/** Products in a map, whose writes are told of as a database does; counts the reads, and lets a test hold one up. */
const shop = (...products: Product[]) => {
  const fake = fakeNews();
  const byId = new Map(products.map((one) => [one.id, one]));
  const put = (one: Product, isHeard = true) => {
    byId.set(one.id, one);
    fake.commit({ product: { id: one.id, slug: one.slug, sku: one.sku } }, { isHeard });
    return one;
  };
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
    insert: async (slug: string, make: (slug: string) => Product) => put(make(slug)),
    async change(id: string, decide: (one: Product) => Product) {
      const before = byId.get(id);
      if (before === undefined) throw notFound("product");
      return put(decide(before));
    },
    putAll: () => Promise.reject(new Error("not here")),
  } satisfies ProductReader & ProductWriter & Record<string, unknown>;
  return { ...fake, store, put };
};

/** A store that several instances share; counts what is asked of it. */
const sharedStore = () => {
  const values = new Map<string, string>();
  const store = {
    values,
    isAway: false,
    get: async (key: string) => (store.isAway ? null : (values.get(key) ?? null)),
    put: (key: string, value: string) => void (store.isAway || values.set(key, value)),
  };
  return store;
};

const instanceOf = async (
  { store, news }: ReturnType<typeof shop>,
  shared: ReturnType<typeof sharedStore> | null = null,
) => {
  const counts: CacheCounts = { memory: 0, redis: 0, database: 0, joined: 0 };
  const cache = cachedProducts({
    store,
    news,
    makers: inThisProcess,
    shared: shared === null ? null : productCopies(shared),
    counts,
  });
  await news.start();
  return { cache, counts };
};

describe("products in memory", () => {
  test("a product is read once for its id, its slug and its SKU; unknown keys are asked for every time", async () => {
    const one = shop(product("a"));
    const { cache, counts } = await instanceOf(one);
    for (const key of ["slug-a", "slug-a", "a", "A", "slug-a"]) expect((await cache.find(key))?.id).toBe("a");
    expect(counts).toEqual({ memory: 4, redis: 0, database: 1, joined: 0 });
    await cache.find("SKU-a");
    await cache.find("SKU-a");
    expect(one.store.reads).toBe(2);
    await cache.find("nobody");
    await cache.find("nobody");
    expect(one.store.reads).toBe(4);
  });

  test("before news is heard, and after, nothing is kept", async () => {
    const { store, news } = shop(product("a"));
    const counts: CacheCounts = { memory: 0, redis: 0, database: 0, joined: 0 };
    const cache = cachedProducts({ store, news, makers: inThisProcess, shared: null, counts });
    await cache.find("a");
    await cache.find("a");
    await news.start();
    await cache.find("a");
    await news.stop();
    await cache.find("a");
    expect(store.reads).toBe(4);
  });

  test("a crowd that asks for the same product causes one load", async () => {
    const one = shop(product("a"));
    const { cache, counts } = await instanceOf(one);
    const held = Promise.withResolvers<void>();
    one.store.beforeAnswer = () => held.promise;
    const crowd = Array.from({ length: 50 }, () => cache.find("a"));
    await waitFor(() => counts.joined === 49, { what: "the crowd to wait" });
    held.resolve();
    expect(new Set((await Promise.all(crowd)).map((found) => found?.id))).toEqual(new Set(["a"]));
    expect(counts).toEqual({ memory: 0, redis: 0, database: 1, joined: 49 });
  });

  test("a load that fails is not remembered", async () => {
    const one = shop(product("a"));
    const { cache } = await instanceOf(one);
    one.store.beforeAnswer = () => Promise.reject(new Error("the database is away"));
    await expect(cache.find("a")).rejects.toThrow("the database is away");
    one.store.beforeAnswer = () => Promise.resolve();
    expect((await cache.find("a"))?.id).toBe("a");
  });

  test("what is being read while it changes is neither kept nor waited for by who asks after the change", async () => {
    const one = shop(product("a"));
    const { cache } = await instanceOf(one);
    const held = Promise.withResolvers<void>();
    one.store.beforeAnswer = () => held.promise;
    const old = cache.find("a");
    await waitFor(() => one.store.reads === 1, { what: "the load" });
    await cache.change("a", (before) => ({ ...before, name: "new", version: 2 }));
    one.store.beforeAnswer = () => Promise.resolve();
    expect((await cache.find("a"))?.version).toBe(2);
    held.resolve();
    expect((await old)?.version).toBe(1);
    expect((await cache.find("a"))?.version).toBe(2);
  });

  test("a SKU that moves to another product, and a slug that outranks a SKU, are found where they are", async () => {
    const { cache } = await instanceOf(shop(product("a", { sku: "X" })));
    expect((await cache.find("X"))?.id).toBe("a");
    await cache.change("a", (one) => ({ ...one, sku: "Y", version: 2 }));
    expect(await cache.find("X")).toBeNull();
    await cache.insert("slug-b", (slug) => product("b", { slug, sku: "X" }));
    expect((await cache.find("X"))?.id).toBe("b");
    await cache.insert("X", (slug) => product("c", { slug }));
    expect((await cache.find("X"))?.id).toBe("c");
  });

  test("a write whose end is unknown makes the instance ask what has become of it", async () => {
    const one = shop(product("a"));
    const { cache } = await instanceOf(one);
    await cache.find("a");
    one.store.change = async (_, decide) => {
      one.put(decide(product("a")), false);
      throw new Error("connection lost at the commit");
    };
    const attempt = cache.change("a", (before) => ({ ...before, version: 2 }));
    await expect(attempt).rejects.toThrow("connection lost");
    expect((await cache.find("a"))?.version).toBe(2);
  });

  test("a write that nobody tells of, of the instance itself, is seen at once", async () => {
    const one = shop(product("a"));
    const { cache } = await instanceOf(one);
    await cache.find("a");
    one.store.change = async (_, decide) => one.put(decide(product("a")), false);
    await cache.change("a", (before) => ({ ...before, version: 2 }));
    expect((await cache.find("a"))?.version).toBe(2);
  });
});

describe("products that instances share", () => {
  test("one loads and the other takes it from there, by every key that was asked for", async () => {
    const shared = sharedStore();
    const [one, two] = [shop(product("a")), shop(product("a"))];
    const loader = await instanceOf(one, shared);
    const taker = await instanceOf(two, shared);
    for (const key of ["a", "slug-a", "SKU-a"]) await loader.cache.find(key);
    expect(await taker.cache.find("slug-a")).toEqual(product("a"));
    expect(taker.counts).toEqual({ memory: 0, redis: 1, database: 0, joined: 0 });
    expect(await taker.cache.find("a")).toEqual(product("a"));
    expect(taker.counts).toEqual({ memory: 1, redis: 1, database: 0, joined: 0 });
  });

  test("an instance that starts after a change of which nobody has heard does not take what was before", async () => {
    const shared = sharedStore();
    const one = shop(product("a"));
    await (await instanceOf(one, shared)).cache.find("a");
    await one.news.stop();
    one.put(product("a", { version: 2 }), false);
    const late = await instanceOf(one, shared);
    expect((await late.cache.find("a"))?.version).toBe(2);
  });

  test("a slow load that ends after a change harms nobody who knows of the change", async () => {
    const shared = sharedStore();
    const one = shop(product("a"));
    const slow = await instanceOf(one, shared);
    const held = Promise.withResolvers<void>();
    one.store.beforeAnswer = () => held.promise;
    const old = slow.cache.find("a");
    await waitFor(() => one.store.reads === 1, { what: "the load" });
    one.put(product("a", { version: 2 }));
    one.store.beforeAnswer = () => Promise.resolve();
    expect((await slow.cache.find("a"))?.version).toBe(2);
    held.resolve();
    expect((await old)?.version).toBe(1);
    expect([...shared.values.values()].map((text) => JSON.parse(text).version)).toEqual([2, 1]);
    // The memory of a process that begins now is empty; what it takes from the others is of the state that it knows.
    const next = await instanceOf(one, shared);
    expect((await next.cache.find("a"))?.version).toBe(2);
    expect(next.counts).toMatchObject({ redis: 1, database: 0 });
  });

  test("what is there and is no product, or one of another version of Kiosk, is as good as nothing", async () => {
    const shared = sharedStore();
    const one = shop(product("a"));
    const first = await instanceOf(one, shared);
    await first.cache.find("a");
    const [key = "", text = ""] = [...shared.values.entries()][0] ?? [];
    const { barcode: _, ...older } = JSON.parse(text);
    for (const wrong of [
      "nonsense",
      "null",
      JSON.stringify(older),
      JSON.stringify({ ...older, barcode: 7 }),
    ]) {
      shared.values.set(key, wrong);
      const { cache, counts } = await instanceOf(one, shared);
      expect(await cache.find("a")).toEqual(product("a"));
      expect([wrong, counts.database]).toEqual([wrong, 1]);
    }
  });

  test("a store that is away is passed over", async () => {
    const shared = sharedStore();
    const { cache, counts } = await instanceOf(shop(product("a")), shared);
    shared.isAway = true;
    expect((await cache.find("a"))?.id).toBe("a");
    expect(counts.database).toBe(1);
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

  test("a category that one renames is renamed in the paths of the other, and counted in both", async () => {
    const [one, two] = await pair();
    const category = await one.category("Before");
    const { id } = await one.product({ categoryId: category.id });
    await two.get(`/v1/products/${id}`);
    await one.call("PATCH", `/v1/categories/${category.id}`, { as: "staff", body: { name: "After" } });
    await waitFor(async () => (await two.get(`/v1/products/${id}`)).body.categoryPath[0]?.name === "After");
    const countAt = async (catalog: CatalogUnderTest) =>
      (await catalog.get("/v1/categories")).body.items[0]?.productCount;
    expect(await countAt(two)).toBe(1);
    await one.call("DELETE", `/v1/products/${id}`, { as: "staff" });
    expect(await countAt(one)).toBe(0);
    await waitFor(async () => (await countAt(two)) === 0);
  });

  test("whoever changes something reads the change at once, alone and in a list", async () => {
    const [one] = await pair();
    const { id } = await one.product();
    for (let n = 0; n < 20; n += 1) {
      await one.get(`/v1/products/${id}`);
      await one.get("/v1/products?limit=5");
      await one.call("PATCH", `/v1/products/${id}`, { as: "staff", body: { name: `Name ${n}` } });
      expect((await one.get(`/v1/products/${id}`)).body.name).toBe(`Name ${n}`);
      expect((await one.get("/v1/products?limit=5")).body.items[0]?.name).toBe(`Name ${n}`);
    }
  });
});
