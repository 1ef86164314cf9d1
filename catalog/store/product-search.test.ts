import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { growTree } from "../domain/category.ts";
import { newProduct, type Product } from "../domain/product.ts";
import { readSearch } from "../domain/search-query.ts";
import { catalogMigrations } from "../service.ts";
import { insertProducts } from "../testing/insert-products.ts";
import { countFacets } from "../usecases/count-facets.ts";
import { listProducts } from "../usecases/list-products.ts";
import type { ProductQuery, ProductSearch } from "../usecases/ports.ts";
import { toRow } from "./product-rows.ts";
import { createProductSearch } from "./product-search.ts";
import { product } from "./schema.ts";

let database: TestDatabase;
let search: ProductSearch;
beforeAll(async () => {
  database = await testDatabase({ name: "catalog", migrations: catalogMigrations });
  search = createProductSearch(database);
}, SET_UP_TIMEOUT_MS);
afterAll(() => database.close());

const productOf = (fields: Partial<Product>): Product => {
  const id = newId();
  const price = { amountMinor: 100, currency: "USD" };
  const all = {
    sku: id,
    name: id,
    description: "",
    barcode: null,
    price,
    categoryId: null,
    images: [],
    attributes: {},
  };
  const made = newProduct({ ...all, status: "active" }, { id, slug: id, now: new Date(0) });
  return { ...made, ...fields };
};

/** Puts products in; `sold` is by their place. */
const put = async (products: readonly Product[], sold: (nth: number) => number = () => 0) => {
  await insertProducts(
    database.db,
    products.map((product, nth) => ({ product, sold: sold(nth), available: null })),
  );
  return products;
};

const query = (text: string, more: Partial<ProductQuery> = {}): ProductQuery => ({
  search: readSearch(text),
  categoryIds: null,
  minPriceMinor: null,
  maxPriceMinor: null,
  inStock: null,
  attributes: [],
  status: "active",
  sort: "relevance",
  limit: 20,
  after: null,
  ...more,
});

const idsOf = async (text: string, more: Partial<ProductQuery> = {}, by = search): Promise<string[]> =>
  (await by.page(query(text, more))).items.map(({ product }) => product.id);

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
  const wanted = await put(
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
  expect(await idsOf("QUILLOBAR")).toEqual(wanted.map(({ id }) => id));
});

test("among equals what has sold more comes first, then the newer id", async () => {
  const [a, b, c] = await put(
    ["Blorpo one", "Blorpo two", "Blorpo six"].map((name) => productOf({ name })),
    (nth) => (nth === 0 ? 7 : 0),
  );
  expect(await idsOf("blorpo")).toEqual([a?.id ?? "", c?.id ?? "", b?.id ?? ""]);
});

describe("where more is found than is sorted", () => {
  const FEW = 6;
  const few = () => createProductSearch(database, { rankedMax: FEW });

  const shelf = (word: string, named: number, described: number) =>
    put(
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
      const [some, all] = [await walk(few(), wanted), await walk(search, wanted)];
      expect([some.orders, all.orders]).toEqual([["popular"], ["ranked"]]);
      expect(some.ids).toEqual(all.ids);
      expect(some.ids).toHaveLength(products.length);
    },
  );

  test("a walk through the pages goes on as it began, though others come and go", async () => {
    const products = await shelf("drindle", 8, 8);
    const by = few();
    const first = await by.page(query("drindle", { limit: 5 }));
    await database.db.execute(
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

describe("what is searched follows the products, whoever writes them", () => {
  test("a name, a barcode, a status, a deletion", async () => {
    const [one] = await put([productOf({ name: "Wumpel" })]);
    const id = one?.id ?? "";
    expect(await idsOf("wumpel")).toEqual([id]);
    await database.db.execute(sql`update product set name = 'Zargo', barcode = '0001zar' where id = ${id}`);
    expect([await idsOf("wumpel"), await idsOf("zargo"), await idsOf("0001ZAR")]).toEqual([[], [id], [id]]);
    await database.db.execute(sql`update product set status = 'draft' where id = ${id}`);
    expect([await idsOf("zargo"), await idsOf("zargo", { status: null })]).toEqual([[], [id]]);
    await database.db.execute(sql`update product set deleted_at = now() where id = ${id}`);
    expect(await idsOf("zargo", { status: null })).toEqual([]);
  });

  test("a transaction that is taken back leaves nothing", async () => {
    const made = productOf({ name: "Nevermore" });
    const broken = database.transaction(async (tx) => {
      await tx.insert(product).values(toRow(made));
      throw new Error("changed my mind");
    });
    await expect(broken).rejects.toThrow("changed my mind");
    expect(await idsOf("nevermore")).toEqual([]);
  });

  test("twenty who bring the same new words at once do not wait for each other in a circle", async () => {
    const names = ["Alfa brava carla", "Carla alfa brava"];
    const products = Array.from({ length: 20 }, (_, nth) => productOf({ name: `${names[nth % 2]} kwisp` }));
    await Promise.all(products.map((product) => put([product])));
    expect((await idsOf("brava kwisp")).toSorted()).toEqual(products.map(({ id }) => id).toSorted());
    expect(await idsOf("kwsip alfa")).toHaveLength(20);
  });
});

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
        database.db,
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
      const page = await search.page(asked);
      expect(page.items).toHaveLength(wanted.length);
      expect(countFacets(page.items)).toEqual(await search.facets(asked, page.reading?.loosely ?? false));
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
    await put(
      Array.from({ length: 51 }, (_, nth) =>
        productOf({ name: "Vrandle", attributes: { ...attributesOf(nth), aSerial: nth } }),
      ),
    );
    const asked = query("vrandle", { limit: 100 });
    const counted = countFacets((await search.page(asked)).items);
    expect(counted).toEqual(await search.facets(asked, false));
    const told = names.toSorted().slice(0, 10);
    expect(counted.attributes.map(({ name, values }) => [name, values.length])).toEqual(
      told.map((name) => [name, 10]),
    );
  });

  test("costs one statement, and a second one only where there is more or something narrows it", async () => {
    await put(Array.from({ length: 4 }, () => productOf({ name: "Krumbel" })));
    let asked = 0;
    const list = listProducts({
      products: {
        page: search.page,
        facets(...given) {
          asked += 1;
          return search.facets(...given);
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

test("no text fails, whatever it holds", async () => {
  await put([productOf({ name: "Harmless" })]);
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
      const page = await search.page(wanted);
      await search.facets(wanted, page.reading?.loosely ?? false);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("a text of many long words is answered", async () => {
  const page = await search.page(query("qwertyuiopasdfghjkl ".repeat(10)));
  expect(page.items).toEqual([]);
});

test("a narrower choice never makes a text be read more loosely than it is written", async () => {
  await put([productOf({ name: "Plimsolle" }), productOf({ name: "Plimsolla" })]);
  const page = await search.page(query("plimsolle", { minPriceMinor: 1_000_000 }));
  expect([page.items, page.reading?.loosely]).toEqual([[], false]);
});
