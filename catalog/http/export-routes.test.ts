import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { newProduct, type ProductFields, productStatuses } from "../domain/product.ts";
import { tidyText } from "../domain/tidy-text.ts";
import { createProductStore } from "../store/product-store.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { readExport, sendImport } from "../testing/import-call.ts";

let shop: CatalogUnderTest;
let empty: CatalogUnderTest;
beforeAll(async () => {
  [shop, empty] = await Promise.all([catalogUnderTest(), catalogUnderTest()]);
}, SET_UP_TIMEOUT_MS);
afterAll(() => Promise.all([shop.close(), empty.close()]));

/** What makes trouble in files: quotes, separators, line breaks, formulas, blanks at the ends, other scripts. */
const piece = fc.constantFrom(
  ...['"', "'", ",", ";", "\n", "\r\n", "\r", "\t", "=", "+", "-", "@", ">", "\\", " ", "a", "1", "0", "."],
  ...["é", "e\u0301", "ß", "ش", "\u200f", "中", "😀", "\uFFFD", "\uFEFF", "true", '"x"', "{}", "=1+1", "'=1"],
);
const text = (maxLength: number) =>
  fc
    .oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "grapheme" }),
    )
    .map((value) => tidyText(value.replaceAll("\0", "").slice(0, maxLength)));
const line = (maxLength: number) =>
  text(maxLength)
    .map((value) => tidyText(value.replaceAll(/\p{Cc}/gu, " ")))
    .map((value) => (/[^\s]/.test(value) ? value : `x${value}`.trim()));
const sku = fc
  .array(fc.constantFrom(..."=+-@'\",;A1 #"), { maxLength: 8 })
  .map((signs) => `${signs.join("")}x`.trim());
const fields: fc.Arbitrary<Omit<ProductFields, "sku" | "categoryId">> = fc.record({
  name: line(200),
  description: text(10_000),
  barcode: fc.option(fc.constantFrom("4006381333931", "-5", "=A1", '"', "'x", ",;")),
  price: fc.record({
    amountMinor: fc.integer({ min: 0, max: 100_000_000_000 }),
    currency: fc.constant("USD"),
  }),
  images: fc.array(fc.constantFrom("https://x.test/a,b.png", "/b;c", '/d"e'), { maxLength: 3 }),
  attributes: fc.dictionary(
    line(64).filter((name) => name.length <= 64),
    fc.oneof(
      text(500),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
  status: fc.constantFrom(...productStatuses),
});

let numbers = 0;
/** Stores products as they are, past the routes, whose rules they keep. */
const store = async (
  found: readonly (typeof fields extends fc.Arbitrary<infer Value> ? Value : never)[],
  skus: readonly string[],
  categoryIds: readonly (string | null)[],
) => {
  const products = createProductStore({ database: shop.database, origin: () => undefined });
  for (const [i, each] of found.entries()) {
    numbers += 1;
    const whole = {
      ...each,
      sku: `${skus[i]}${numbers}`,
      categoryId: categoryIds[i % categoryIds.length] ?? null,
    };
    const id = Bun.randomUUIDv7();
    await products.insert(`p-${numbers}`, (slug) => newProduct(whole, { id, slug, now: new Date() }));
  }
};

const rowsOf = async (of: CatalogUnderTest) => {
  const { rows } = await of.database.db.execute<Record<string, unknown>>(
    `select sku, name, description, barcode, price_minor, currency, images, attributes, status, version
     from product where deleted_at is null order by sku collate "C"`,
  );
  return rows;
};

describe("an export", () => {
  test("imported again changes nothing, and into an empty shop it makes the same, whatever the products are called", async () => {
    const odd = await shop.category('A > B, "C" \\ D');
    const below = await shop.category("=Mugs", odd.id);
    const twin = await shop.category("=mugs", odd.id);
    const categories = [null, odd.id, below.id, twin.id];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fields, sku), { minLength: 1, maxLength: 8 }), async (found) => {
        await store(
          found.map(([each]) => each),
          found.map(([, each]) => each),
          categories,
        );
        const before = await rowsOf(shop);
        const file = await readExport(shop);
        const { body } = await sendImport(shop, file);
        expect(body).toMatchObject({ bad: 0, created: 0, changed: 0, errors: [], categoriesCreated: 0 });
        expect(body.unchanged).toBe(before.length);
        expect(await rowsOf(shop)).toEqual(before);
      }),
      { numRuns: 15 },
    );
    const file = await readExport(shop);
    expect((await sendImport(empty, file)).body).toMatchObject({ bad: 0, created: numbers });
    expect(await rowsOf(empty)).toEqual(await rowsOf(shop));
    // Of twins one is enough: their names are told apart by case alone.
    const lines = (of: string) => of.replaceAll("=mugs", "=Mugs").split("\r\n").toSorted();
    expect(lines(await readExport(empty))).toEqual(lines(file));
  }, 120_000);

  test("has every product once, over its pages, of the status that is asked for, and no deleted one", async () => {
    const many = await catalogUnderTest();
    try {
      const rows = Array.from(
        { length: 1_203 },
        (_, i) => `X-${i},X ${i},1,${i % 3 === 0 ? "draft" : "active"}`,
      );
      await sendImport(many, `sku,name,price,status\n${rows.join("\n")}`);
      const { body } = await many.get("/v1/products/X-1", { as: "staff" });
      await many.call("DELETE", `/v1/products/${body.id}`, { as: "staff" });
      const skusOf = (file: string) =>
        file
          .trim()
          .split("\r\n")
          .slice(1)
          .map((row) => row.split(",")[0]);
      const all = skusOf(await readExport(many));
      expect([all.length, new Set(all).size, all.includes("X-1")]).toEqual([1_202, 1_202, false]);
      expect(skusOf(await readExport(many, "?status=draft")).length).toBe(401);
      expect(skusOf(await readExport(many, "?status=archived"))).toEqual([]);
    } finally {
      await many.close();
    }
  }, 60_000);

  test("puts attributes that find no column into one as JSON", async () => {
    const wide = await catalogUnderTest();
    try {
      for (let part = 0; part < 5; part += 1) {
        const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${part}-${i}`, i]));
        await wide.product({ sku: `WIDE-${part}`, attributes });
      }
      const file = await readExport(wide);
      expect(file.split("\r\n")[0]?.split(",").length).toBe(10 + 200);
      expect((await sendImport(wide, file)).body).toMatchObject({ unchanged: 5, changed: 0, bad: 0 });
      expect((await sendImport(empty, file)).body).toMatchObject({ created: 5 });
      const { body } = await empty.get("/v1/products/WIDE-4", { as: "staff" });
      expect(Object.keys(body.attributes)).toHaveLength(50);
    } finally {
      await wide.close();
    }
  }, 60_000);

  test("is no formula in a spreadsheet", async () => {
    await shop.product({ sku: "=cmd|'/C calc'!A0", name: "=HYPERLINK(1)", description: "-1+1" });
    const file = await readExport(shop);
    const row = file.split("\r\n").find((each) => each.includes("cmd|")) ?? "";
    expect(row).toStartWith("'=cmd|'/C calc'!A0,'=HYPERLINK(1),'-1+1,");
  });
});
