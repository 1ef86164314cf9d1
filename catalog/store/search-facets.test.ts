import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { growTree } from "../domain/category.ts";
import { insertProducts } from "../testing/insert-products.ts";
import { productOf, query, type SearchUnderTest, searchUnderTest } from "../testing/search-under-test.ts";
import { countFacets } from "../usecases/count-facets.ts";
import { listProducts } from "../usecases/list-products.ts";

let shop: SearchUnderTest;
beforeAll(async () => {
  shop = await searchUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("a result that fits into one page", () => {
  const kinds = fc.record({
    colour: fc.constantFrom("blue", "Blue", "été", "ß", "10", "9", "Ａ", "🟦"),
    size: fc.constantFrom<string | number | boolean>(1, 0.5, -3, 1e-7, 1.5e30, true, "1"),
    price: fc.constantFrom(0, 1, 99, 100, 199, 5_000_000_000),
    available: fc.constantFrom(null, 0, 2),
  });
  let shelves = 0;

  test("is counted from it as the database counts it", async () => {
    const counted = fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 12 }), async (wanted) => {
      shelves += 1;
      const word = `zimbel${String(shelves).padStart(4, "q")}`;
      await insertProducts(
        shop.database.db,
        wanted.map(({ colour, size, price, available }, nth) => ({
          product: productOf({
            name: `Thing ${word}`,
            price: { amountMinor: price, currency: "USD" },
            // More values than are told, and a name that only some have.
            attributes: { colour, size, nth, ...(nth % 2 === 0 ? { odd: `${nth}` } : {}) },
          }),
          sold: 0,
          available,
        })),
      );
      const asked = query(word);
      const page = await shop.search.page(asked);
      expect(page.items).toHaveLength(wanted.length);
      expect(countFacets(page.items)).toEqual(
        await shop.search.facets(asked, page.reading?.loosely ?? false),
      );
    });
    // By their bytes the first comes last; in JavaScript's order it does not.
    const equals = (["🟦", "Ａ"] as const).map(
      (colour) => ({ colour, size: 1, price: 1, available: null }) as const,
    );
    await fc.assert(counted, { numRuns: 15, examples: [[equals]] });
  }, 30_000);

  test("tells of no more attributes and values than the database does, and of none that is no choice", async () => {
    const names = Array.from({ length: 11 }, (_, name) => `few${name}`);
    const attributesOf = (nth: number) => Object.fromEntries(names.map((name) => [name, nth % 11]));
    await shop.put(
      Array.from({ length: 51 }, (_, nth) =>
        productOf({ name: "Vrandle", attributes: { ...attributesOf(nth), aSerial: nth } }),
      ),
    );
    const asked = query("vrandle", { limit: 100 });
    const counted = countFacets((await shop.search.page(asked)).items);
    expect(counted).toEqual(await shop.search.facets(asked, false));
    const told = names.toSorted().slice(0, 10);
    expect(counted.attributes.map(({ name, values }) => [name, values.length])).toEqual(
      told.map((name) => [name, 10]),
    );
  });

  test("costs one statement, and a second one only where there is more or something narrows it", async () => {
    await shop.put(Array.from({ length: 4 }, () => productOf({ name: "Krumbel" })));
    let asked = 0;
    const list = listProducts({
      products: {
        page: shop.search.page,
        facets(...given) {
          asked += 1;
          return shop.search.facets(...given);
        },
      },
      categories: { tree: async () => growTree([], 1) },
    });
    const listed = { text: "krumbel", category: null, seesDrafts: false, facets: true };
    const { search: _, categoryIds: __, ...wanted } = query("");
    const ask = (more: Partial<typeof wanted>) => list({ ...wanted, ...listed, ...more });
    expect([(await ask({})).facets?.total, asked]).toEqual([4, 0]);
    expect([(await ask({ limit: 3 })).facets?.total, asked]).toEqual([4, 1]);
    expect([(await ask({ minPriceMinor: 1 })).facets?.total, asked]).toEqual([4, 2]);
  });
});
