import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { readAttributeFilters } from "../domain/attribute-filters.ts";
import { createStockReplicaStore } from "../store/stock-replica-store.ts";
import { type CatalogUnderTest, catalogUnderTest, stockChange } from "../testing/catalog-under-test.ts";
import type { ProductBody } from "./schemas.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => catalog.close());

const read = async (query: string) => {
  const { status, body } = await catalog.get(`/v1/products?limit=100&${query}`);
  expect([query, status]).toEqual([query, 200]);
  return body;
};

const facetsOf = async (query: string) => {
  const { facets } = await read(query);
  if (facets === null) throw new Error("no facets were counted");
  return facets;
};

let shops = 0;

interface Wanted {
  readonly price: number;
  readonly colour: string;
  readonly size: number;
  readonly stocked: boolean;
  readonly below: boolean;
}

/** Products under a word of their own, in two categories of which one is below the other. */
const fill = async (wanted: readonly Wanted[]) => {
  shops += 1;
  const word = `shop${shops}x`;
  const top = await catalog.category(`Top ${shops}`);
  const low = await catalog.category(`Low ${shops}`, top.id);
  const products: ProductBody[] = [];
  for (const { price, colour, size, stocked, below } of wanted) {
    const product = await catalog.product({
      name: `Thing ${word}`,
      price: { amountMinor: price, currency: "USD" },
      categoryId: (below ? low : top).id,
      attributes: { colour, size, "a:b,c": true },
    });
    products.push({ ...product, stock: { available: stocked ? 1 : 0, inStock: stocked, version: 1 } });
  }
  const levels = products.map(({ sku, stock }) => stockChange(sku, stock.available, 1));
  await createStockReplicaStore(catalog.database).apply(levels, null);
  return { word, top, low, products };
};

interface Chosen {
  readonly category: "top" | "low" | null;
  readonly minPrice: number | null;
  readonly inStock: boolean | null;
  readonly attributes: string | null;
}

const wanted: fc.Arbitrary<Wanted> = fc.record({
  price: fc.constantFrom(100, 199, 200, 950, 5_000),
  colour: fc.constantFrom("blue", "red", "Blue"),
  size: fc.constantFrom(1, 2),
  stocked: fc.boolean(),
  below: fc.boolean(),
});
const chosen: fc.Arbitrary<Chosen> = fc.record({
  category: fc.constantFrom("top", "low", null),
  minPrice: fc.constantFrom(null, 150, 951),
  inStock: fc.constantFrom(true, false, null),
  attributes: fc.constantFrom(
    null,
    "colour:blue",
    "colour:blue,colour:red",
    "colour:red,size:2",
    "colour:none",
  ),
});

/** What the facets have to be, counted one product after the other. */
const countHere = (products: readonly ProductBody[], { low }: { low: { id: string } }, choice: Chosen) => {
  const filters = (choice.attributes && readAttributeFilters(choice.attributes)) || [];
  const fits = {
    category: (one: ProductBody) => choice.category !== "low" || one.categoryId === low.id,
    price: (one: ProductBody) => choice.minPrice === null || one.price.amountMinor >= choice.minPrice,
    stock: (one: ProductBody) => choice.inStock === null || one.stock.inStock === choice.inStock,
    attribute: (one: ProductBody, but?: string) =>
      filters.every(({ name, values }) => name === but || values.includes(String(one.attributes[name]))),
  };
  const but = (own: "category" | "price" | "stock") =>
    products.filter(
      (one) =>
        fits.attribute(one) &&
        (["category", "price", "stock"] as const).every((name) => name === own || fits[name](one)),
    );
  const all = but("stock").filter(fits.stock);
  const byValue = (name: string) =>
    Map.groupBy(
      products.filter(
        (one) => fits.category(one) && fits.price(one) && fits.stock(one) && fits.attribute(one, name),
      ),
      ({ attributes }) => String(attributes[name]),
    );
  return {
    total: all.length,
    inStock: but("stock").filter(({ stock }) => stock.inStock).length,
    outOfStock: but("stock").filter(({ stock }) => !stock.inStock).length,
    lowCategory: but("category").filter(({ categoryId }) => categoryId === low.id).length,
    topCategory: but("category").length,
    prices: but("price").length,
    colours: [...byValue("colour")].map(([value, of]) => [value, of.length]).sort(),
    sizes: [...byValue("size")].map(([value, of]) => [value, of.length]).sort(),
  };
};

const queryOf = (word: string, categories: { top: { id: string }; low: { id: string } }, choice: Chosen) => {
  const query = new URLSearchParams({ q: word });
  if (choice.category !== null) query.set("category", categories[choice.category].id);
  if (choice.minPrice !== null) query.set("minPrice", String(choice.minPrice));
  if (choice.inStock !== null) query.set("inStock", String(choice.inStock));
  if (choice.attributes !== null) query.set("attributes", choice.attributes);
  return query.toString();
};

describe("facets", () => {
  test("count each choice as if its own filter were not there", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wanted, { minLength: 1, maxLength: 8 }),
        fc.array(chosen, { minLength: 1, maxLength: 8 }),
        async (wishes, choices) => {
          const { word, top, low, products } = await fill(wishes);
          for (const choice of choices) {
            const { items, facets } = await read(queryOf(word, { top, low }, choice));
            const told = (name: string) =>
              (facets?.attributes.find((attribute) => attribute.name === name)?.values ?? [])
                .map(({ value, count }) => [value, count])
                .sort();
            const countOf = (id: string) => facets?.categories.find((one) => one.id === id)?.count ?? 0;
            expect({
              total: facets?.total,
              inStock: facets?.inStock,
              outOfStock: facets?.outOfStock,
              lowCategory: countOf(low.id),
              topCategory: countOf(top.id),
              prices: facets?.priceRanges.reduce((sum, { count }) => sum + count, 0),
              colours: told("colour"),
              sizes: told("size"),
            }).toEqual(countHere(products, { low }, choice) as never);
            expect(items).toHaveLength(facets?.total ?? 0);
          }
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);

  test("bring what they count: a range, a category and a value can be asked for as they stand", async () => {
    const thing = { colour: "blue", size: 1, stocked: true, below: true };
    const { word } = await fill([100, 150, 2_500, 2_600, 9_900].map((price) => ({ ...thing, price })));
    const facets = await facetsOf(`q=${word}`);
    for (const { min, max, count } of facets.priceRanges) {
      const range = `minPrice=${min.amountMinor}&maxPrice=${max.amountMinor}`;
      expect((await facetsOf(`q=${word}&${range}`)).total).toBe(count);
    }
    for (const { id, count } of facets.categories) {
      expect((await facetsOf(`q=${word}&category=${id}`)).total).toBe(count);
    }
    const values = facets.attributes.flatMap((attribute) => attribute.values);
    expect(values.map(({ filter }) => filter)).toContain("a\\:b\\,c:true");
    for (const { filter, count } of values) {
      expect((await facetsOf(`q=${word}&attributes=${encodeURIComponent(filter)}`)).total).toBe(count);
    }
  });

  test("are counted on a first page, on others only when they are asked for", async () => {
    const thing = { price: 100, colour: "blue", size: 1, stocked: true, below: true };
    const { word } = await fill([thing, thing]);
    const first = (await catalog.get(`/v1/products?q=${word}&limit=1`)).body;
    expect(first.facets?.total).toBe(2);
    const next = `/v1/products?q=${word}&limit=1&cursor=${first.nextCursor}`;
    expect((await catalog.get(next)).body.facets).toBeNull();
    expect((await catalog.get(`${next}&facets=true`)).body.facets?.total).toBe(2);
    expect((await catalog.get(`/v1/products?q=${word}&facets=false`)).body.facets).toBeNull();
  });

  test("name no attribute with very many values, such as a number", async () => {
    const things = Array.from({ length: 55 }, (_, nth) => ({
      ...{ price: 100, colour: nth < 30 ? "blue" : "red", stocked: false, below: false },
      size: nth,
    }));
    const { word } = await fill(things);
    const { attributes } = await facetsOf(`q=${word}`);
    expect(attributes.map(({ name }) => name).sort()).toEqual(["a:b,c", "colour"]);
    expect(attributes.find(({ name }) => name === "colour")?.values).toEqual([
      { value: "blue", count: 30, filter: "colour:blue" },
      { value: "red", count: 25, filter: "colour:red" },
    ]);
  }, 30_000);
});

describe("a barcode", () => {
  test("is stored, shown, found and changed; several products may have the same", async () => {
    const first = await catalog.product({ name: "Coded one", barcode: "4006381333931" });
    const second = await catalog.product({ name: "Coded two", barcode: "4006381333931" });
    expect(first.barcode).toBe("4006381333931");
    const found = await read("q=4006381333931");
    expect(found.items.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    const changed = await catalog.call("PATCH", `/v1/products/${second.id}`, {
      as: "staff",
      body: { barcode: null },
    });
    expect([changed.status, changed.body.barcode, changed.body.version]).toEqual([200, null, 2]);
    expect((await read("q=4006381333931")).items.map(({ id }) => id)).toEqual([first.id]);
    expect((await catalog.product({})).barcode).toBeNull();
  });

  test.each(["", "with blank", "x".repeat(65), "é", 4006381333931])("%p is none", async (barcode) => {
    const { status, body } = await catalog.call("POST", "/v1/products", {
      as: "staff",
      body: { sku: "NO-CODE", name: "No code", price: { amountMinor: 1, currency: "USD" }, barcode },
    });
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, "/body/barcode"]);
  });
});
