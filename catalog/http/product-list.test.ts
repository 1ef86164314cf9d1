import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { createStockReplicaStore } from "../store/stock-replica-store.ts";
import { type CatalogUnderTest, catalogUnderTest, stockChange } from "../testing/catalog-under-test.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => catalog.close());

const staff = { as: "staff" } as const;
let shelves = 0;

/** A category of its own, so that a test sees its products and no others. */
const shelf = async () => {
  shelves += 1;
  const { id } = await catalog.category(`Shelf ${shelves}`);
  return {
    id,
    put: (fields: Record<string, unknown>) => catalog.product({ categoryId: id, ...fields }),
    list: async (query = "", as?: "staff") =>
      (await catalog.get(`/v1/products?category=${id}${query}`, as ? { as } : {})).body,
  };
};

const priced = (amountMinor: number) => ({ price: { amountMinor, currency: "USD" } });

/** All pages, by following the cursors. */
const walk = async (path: string, between: (page: number) => Promise<unknown> = async () => undefined) => {
  const ids: string[] = [];
  let cursor: string | null = "";
  for (let page = 0; cursor !== null && page < 50; page += 1) {
    const { status, body } = await catalog.get(`${path}&cursor=${cursor}`);
    expect(status).toBe(200);
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
    await between(page);
  }
  return ids;
};

describe("the order of a list", () => {
  test("newest, name, price and its opposite are what they say", async () => {
    const { put, list } = await shelf();
    for (const [name, amount] of [
      ["banana", 300],
      ["Apple", 100],
      ["cherry", 200],
    ] as const) {
      catalog.clock.advance(1_000);
      await put({ name, ...priced(amount) });
    }
    const names = async (sort: string) => (await list(sort)).items.map(({ name }) => name);
    expect(await names("")).toEqual(["cherry", "Apple", "banana"]);
    expect(await names("&sort=newest")).toEqual(["cherry", "Apple", "banana"]);
    expect(await names("&sort=name")).toEqual(["Apple", "banana", "cherry"]);
    expect(await names("&sort=price")).toEqual(["Apple", "cherry", "banana"]);
    expect(await names("&sort=-price")).toEqual(["banana", "cherry", "Apple"]);
    expect(await names("&sort=relevance")).toEqual(["cherry", "Apple", "banana"]);
  });

  test("with a text the SKU itself comes first, then the name itself, then names that begin so", async () => {
    const { put, list } = await shelf();
    await put({ name: "A box for a lamp" });
    await put({ name: "Lamp shade" });
    await put({ name: "Lamp" });
    await put({ name: "Bulb", sku: "LAMP" });
    const { items } = await list("&q=lamp");
    expect(items.map(({ name }) => name)).toEqual(["Bulb", "Lamp", "Lamp shade", "A box for a lamp"]);
  });
});

describe("paging", () => {
  test.each(["newest", "name", "price", "-price", "popular", "relevance"])(
    "by %s neither skips nor repeats what was there, while products are inserted",
    async (sort) => {
      const { id, put } = await shelf();
      const product = fc.record({
        amount: fc.integer({ min: 0, max: 3 }),
        name: fc.constantFrom("Cup", "cup", "Cup \u{1F600}".repeat(20), "Ünder cup", 'cup "\\', "Z cup"),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(product, { minLength: 1, maxLength: 9 }),
          fc.array(product, { maxLength: 4 }),
          fc.integer({ min: 1, max: 4 }),
          async (first, later, limit) => {
            const add = async ({ amount, name }: { amount: number; name: string }) => {
              catalog.clock.advance(amount);
              return (await put({ name, ...priced(amount) })).id;
            };
            const there = (await catalog.get(`/v1/products?category=${id}&limit=100`)).body.items.map(
              (item) => item.id,
            );
            for (const one of first) there.push(await add(one));
            const seen = await walk(
              `/v1/products?category=${id}&sort=${sort}&limit=${limit + 2}&q=${sort === "relevance" ? "cup" : ""}`,
              async (page) => {
                const one = later[page];
                if (one) await add(one);
              },
            );
            expect(new Set(seen).size).toBe(seen.length);
            expect(there.filter((one) => !seen.includes(one))).toEqual([]);
          },
        ),
        { numRuns: 6 },
      );
    },
  );

  test("the last page has no cursor, also when it is full", async () => {
    const { put, list } = await shelf();
    await put({});
    await put({});
    const first = await list("&limit=1");
    const last = await list(`&limit=1&cursor=${first.nextCursor}`);
    expect([first.items.length, last.items.length, last.nextCursor]).toEqual([1, 1, null]);
  });

  test("a cursor that is not ours, or of another order, is refused", async () => {
    const { put, list, id } = await shelf();
    await put({});
    await put({});
    const { nextCursor } = await list("&limit=1&sort=price");
    const cursor = (sort: string, key: string) =>
      Buffer.from(JSON.stringify({ sort, key, id })).toString("base64url");
    for (const query of [
      "&cursor=nonsense",
      `&sort=name&cursor=${nextCursor}`,
      `&sort=name&cursor=${cursor("name", "\0")}`,
      `&cursor=${cursor("newest", "0000-01-01T00:00:00Z")}`,
      `&cursor=${cursor("newest", "2024-01-01T00:00:00+23:59")}`,
      `&cursor=${"x".repeat(600)}`,
      "&limit=0",
      "&limit=101",
      "&limit=1.5",
      "&limit=many",
      "&sort=random",
      "&inStock=maybe",
      "&minPrice=-1",
      "&minPrice=1.5",
      "&minPrice=5&maxPrice=4",
      `&q=cup&sort=relevance&cursor=${cursor("relevance", "7")}`,
      "&attributes=colour",
      "&attributes=",
      "&attributes=:blue",
      "&attributes=a:b:c",
      `&attributes=${Array.from({ length: 21 }, (_, at) => `a:${at}`).join(",")}`,
      "&facets=some",
      "&unknown=1",
    ]) {
      expect([query, (await catalog.get(`/v1/products?category=${id}${query}`)).status]).toEqual([
        query,
        422,
      ]);
    }
  });
});

describe("filters", () => {
  test("prices include their bounds, and the facets tell of the whole result", async () => {
    const { put, list } = await shelf();
    for (const amount of [100, 200, 300, 400]) await put(priced(amount));
    const { items, facets } = await list("&minPrice=200&maxPrice=300&limit=1&sort=price");
    expect(items.map(({ price }) => price.amountMinor)).toEqual([200]);
    expect(facets).toMatchObject({
      total: 2,
      inStock: 0,
      outOfStock: 2,
      price: {
        min: { amountMinor: 200, currency: "USD" },
        max: { amountMinor: 300, currency: "USD" },
      },
    });
    expect((await list("&minPrice=500")).facets).toMatchObject({ total: 0, outOfStock: 0, price: null });
  });

  test("in stock is what can be bought now, and not after the last sale", async () => {
    const { put, list } = await shelf();
    const [full, empty, unknown] = [await put({}), await put({}), await put({})];
    const replica = createStockReplicaStore(catalog.database);
    await replica.apply([stockChange(full.sku, 1, 1), stockChange(empty.sku, 0, 1)], null);
    const ids = async (query: string) =>
      (await list(`&sort=newest${query}`)).items.map(({ id }) => id).sort();
    expect(await ids("&inStock=true")).toEqual([full.id]);
    expect(await ids("&inStock=false")).toEqual([empty.id, unknown.id].sort());
    expect((await list()).facets).toMatchObject({ inStock: 1, outOfStock: 2 });
    await replica.apply([stockChange(full.sku, 0, 2)], null);
    expect(await ids("&inStock=true")).toEqual([]);
    const [shown] = (await list()).items.filter(({ id }) => id === full.id);
    expect(shown?.stock).toEqual({ available: 0, inStock: false, version: 2 });
  });

  test("a category brings all below it, by id and by slug; an unknown one has no products", async () => {
    const top = await catalog.category("Garden");
    const middle = await catalog.category("Tools", top.id);
    const bottom = await catalog.category("Spades", middle.id);
    const other = await catalog.category("Garden house");
    const deep = await catalog.product({ categoryId: bottom.id });
    const high = await catalog.product({ categoryId: top.id });
    await catalog.product({ categoryId: other.id });
    const ids = async (path: string) => (await catalog.get(path)).body.items.map(({ id }) => id).sort();
    expect(await ids("/v1/products?category=garden")).toEqual([deep.id, high.id].sort());
    expect(await ids(`/v1/products?category=${middle.id}`)).toEqual([deep.id]);
    expect(await ids(`/v1/categories/${top.id}/products`)).toEqual([deep.id, high.id].sort());
    expect(await ids("/v1/categories/spades/products?sort=price")).toEqual([deep.id]);
    expect(await ids("/v1/products?category=nowhere")).toEqual([]);
    expect((await catalog.get("/v1/categories/nowhere/products")).status).toBe(404);
    expect((await catalog.get(`/v1/products?category=${bottom.id}`)).body.items[0]?.categoryPath).toEqual([
      { id: top.id, name: "Garden", slug: "garden" },
      { id: middle.id, name: "Tools", slug: "tools" },
      { id: bottom.id, name: "Spades", slug: "spades" },
    ]);
  });

  test("drafts and archived products are in the lists of staff only", async () => {
    const { put, list } = await shelf();
    await put({ name: "Active" });
    await put({ name: "Draft", status: "draft" });
    await put({ name: "Archived", status: "archived" });
    const names = async (query: string, as?: "staff") =>
      (await list(`&sort=name${query}`, as)).items.map(({ name }) => name);
    expect(await names("")).toEqual(["Active"]);
    expect(await names("&status=draft")).toEqual([]);
    expect(await names("", "staff")).toEqual(["Active", "Archived", "Draft"]);
    expect(await names("&status=draft", "staff")).toEqual(["Draft"]);
  });

  test("deleted products are in no list", async () => {
    const { put, list } = await shelf();
    const { id } = await put({});
    await catalog.call("DELETE", `/v1/products/${id}`, staff);
    expect((await list("", "staff")).items).toEqual([]);
  });
});

describe("search", () => {
  test("finds words in any order, parts of words and of SKUs, in any case", async () => {
    const { put, list } = await shelf();
    await put({ name: "Blue enamel teapot", sku: "POT-77-X" });
    for (const q of ["teapot blue", "TEAPOT", "eapo", "pot-77", "enamel%20tea"]) {
      expect([q, (await list(`&q=${q}`)).items.length]).toEqual([q, 1]);
    }
    expect((await list("&q=kettle")).items).toEqual([]);
  });

  test("wildcards, quotes and operators are text like any other", async () => {
    const { put, list } = await shelf();
    await put({ name: "100% wool" });
    await put({ name: "snake_case" });
    await put({ name: "back\\slash" });
    await put({ name: 'it\'s "quoted"' });
    const names = async (q: string) =>
      (await list(`&q=${encodeURIComponent(q)}`)).items.map(({ name }) => name);
    expect(await names("100%")).toEqual(["100% wool"]);
    expect(await names("snake_case")).toEqual(["snake_case"]);
    expect(await names("back\\slash")).toEqual(["back\\slash"]);
    expect(await names("'s \"q")).toEqual(['it\'s "quoted"']);
    for (const sign of ["%", "_", "\\", "'", "*"]) expect([sign, await names(sign)]).toEqual([sign, []]);
    for (const hostile of [
      "'; drop table product; --",
      "a & | ! b",
      "(((",
      ":*",
      "-",
      '"',
      "\ud800",
      "%_%",
      "<->",
    ]) {
      const answer = await catalog.get(`/v1/products?q=${encodeURIComponent(hostile.toWellFormed())}`);
      expect([hostile, answer.status]).toEqual([hostile, 200]);
    }
  });

  test("a text of 1000 characters, or with a NUL, is refused", async () => {
    expect((await catalog.get(`/v1/products?q=${"x".repeat(1_000)}`)).status).toBe(422);
    expect((await catalog.get("/v1/products?q=a%00b")).status).toBe(422);
  });

  test("an empty text is no text", async () => {
    const { put, list } = await shelf();
    await put({});
    expect((await list("&q=%20")).items.length).toBe(1);
  });
});
