import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { productOf, query, type SearchUnderTest, searchUnderTest } from "../testing/search-under-test.ts";
import type { ProductQuery, ProductSearch } from "../usecases/ports.ts";
import { createProductSearch } from "./product-search.ts";

let shop: SearchUnderTest;
beforeAll(async () => {
  shop = await searchUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

/** All pages. */
const walk = async (by: ProductSearch, wanted: ProductQuery) => {
  const ids: string[] = [];
  const orders = new Set<string | undefined>();
  let { after } = wanted;
  do {
    const page: Awaited<ReturnType<ProductSearch["page"]>> = await by.page({ ...wanted, after });
    ids.push(...page.items.map(({ product }) => product.id));
    orders.add(page.reading?.order);
    after = page.next;
  } while (after !== null && ids.length < 200);
  return { ids, orders: [...orders] };
};

test("by relevance: the code itself, the name itself, names that begin so, SKUs that do, names, and then the rest by its weight", async () => {
  const wanted = await shop.put(
    [
      productOf({ name: "Quillo of another", sku: "x1", description: "", barcode: "Quillobar" }),
      productOf({ name: "Quillobar" }),
      productOf({ name: "Quillobar in blue" }),
      productOf({ name: "Quillobars" }),
      productOf({ name: "Thing", sku: "QUILLOBAR-7" }),
      productOf({ name: "A quillobar for two" }),
      productOf({ name: "Some quillobarium" }),
      productOf({ name: "By attribute", attributes: { kind: "quillobar" } }),
      productOf({ name: "By description", description: "Goes with a quillobar." }),
    ],
    (nth) => nth,
  );
  expect(await shop.idsOf("QUILLOBAR")).toEqual(wanted.map(({ id }) => id));
});

test("among equals what has sold more comes first, then the newer id", async () => {
  const [a, b, c] = await shop.put(
    ["Blorpo one", "Blorpo two", "Blorpo six"].map((name) => productOf({ name })),
    (nth) => (nth === 0 ? 7 : 0),
  );
  expect(await shop.idsOf("blorpo")).toEqual([a?.id ?? "", c?.id ?? "", b?.id ?? ""]);
});

describe("where more is found than is sorted", () => {
  const FEW = 6;
  const few = () => createProductSearch(shop.database, { rankedMax: FEW });

  const shelf = (word: string, named: number, described: number) =>
    shop.put(
      [
        productOf({ name: "Exactly", sku: word }),
        ...Array.from({ length: named }, (_, nth) => productOf({ name: `Model ${nth} ${word}` })),
        ...Array.from({ length: described }, (_, nth) =>
          productOf({ name: `Other ${nth}`, description: `with ${word}` }),
        ),
      ],
      (nth) => (nth * 7) % 5,
    );

  test("few names are still sorted, and the others come as they sold", async () => {
    const products = await shelf("snorfa", 4, 12);
    const { ids, orders } = await walk(few(), query("snorfa", { limit: 3 }));
    expect(orders).toEqual(["names"]);
    expect(ids.toSorted()).toEqual(products.map(({ id }) => id).toSorted());
    expect(ids[0]).toBe(products[0]?.id ?? "");
    expect(ids.slice(1, 5).toSorted()).toEqual(
      products
        .slice(1, 5)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test("many names come as they sold, before the others", async () => {
    const products = await shelf("gribla", 9, 9);
    const { ids, orders } = await walk(few(), query("gribla", { limit: 4 }));
    expect(orders).toEqual(["popular"]);
    expect(ids.toSorted()).toEqual(products.map(({ id }) => id).toSorted());
    expect(ids[0]).toBe(products[0]?.id ?? "");
    expect(ids.slice(1, 10).toSorted()).toEqual(
      products
        .slice(1, 10)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test.each(["newest", "name", "price", "-price", "popular"] as const)(
    "by %s nothing changes",
    async (sort) => {
      const products = await shelf(`vex${sort.replace("-", "m")}`, 5, 5);
      const wanted = query(`vex${sort.replace("-", "m")}`, { sort, limit: 4 });
      const [some, all] = [await walk(few(), wanted), await walk(shop.search, wanted)];
      expect([some.orders, all.orders]).toEqual([["popular"], ["ranked"]]);
      expect(some.ids).toEqual(all.ids);
      expect(some.ids).toHaveLength(products.length);
    },
  );

  test("a walk through the pages goes on as it began, though others come and go", async () => {
    const products = await shelf("drindle", 8, 8);
    const by = few();
    const first = await by.page(query("drindle", { limit: 5 }));
    await shop.database.db.execute(
      sql`update product set deleted_at = now() where name like 'Other%' and description = 'with drindle'`,
    );
    const rest = await walk(by, query("drindle", { limit: 5, after: first.next }));
    const seen = [...first.items.map(({ product }) => product.id), ...rest.ids];
    expect(seen).toHaveLength(new Set(seen).size);
    expect(seen.toSorted()).toEqual(
      products
        .slice(0, 9)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});

test("no text fails, whatever it holds", async () => {
  await shop.put([productOf({ name: "Harmless" })]);
  const signs = fc.constantFrom(
    ..."'\"\\:*&|!()<>%_@=-. \t\u200c\u200f\u{1F388}é日كл",
    "<->",
    ":*A",
    "' | '",
    "--",
    "or 1=1",
  );
  const hostile = fc
    .array(fc.oneof(signs, fc.string({ maxLength: 5 })), { maxLength: 40 })
    .map((all) => all.join(""));
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom("relevance", "price"), async (text, sort) => {
      const wanted = query(text.replaceAll("\0", "").slice(0, 200), { sort });
      const page = await shop.search.page(wanted);
      await shop.search.facets(wanted, page.reading?.loosely ?? false);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("a text of many long words is answered", async () => {
  const page = await shop.search.page(query("qwertyuiopasdfghjkl ".repeat(10)));
  expect(page.items).toEqual([]);
});

test("a narrower choice never makes a text be read more loosely than it is written", async () => {
  await shop.put([productOf({ name: "Plimsolle" }), productOf({ name: "Plimsolla" })]);
  const page = await shop.search.page(query("plimsolle", { minPriceMinor: 1_000_000 }));
  expect([page.items, page.reading?.loosely]).toEqual([[], false]);
});
