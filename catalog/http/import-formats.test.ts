import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { reportSuite } from "../../shared/testing/suite-report.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { sendImport } from "../testing/import-call.ts";

let shop: CatalogUnderTest;
beforeAll(async () => {
  shop = await catalogUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const read = async (sku: string) => (await shop.get(`/v1/products/${sku}`, { as: "staff" })).body;

describe("Shopify's product CSV", () => {
  const header = [
    ...["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published"],
    ...["Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams"],
    ...["Variant Price", "Variant Barcode", "Image Src", "Image Position", "Variant Image", "Status"],
  ];
  type Cells = Record<string, string>;
  const line = (cells: Cells): string =>
    header.map((name) => `"${(cells[name] ?? "").replaceAll('"', '""')}"`).join(",");
  const fileOf = (rows: readonly Cells[]): string => [header.join(","), ...rows.map(line)].join("\n");

  const shirt = {
    ...{ Handle: "shirt", Title: "Shirt", "Body (HTML)": "<p>Soft &amp; <b>warm</b></p><p>Cotton</p>" },
    ...{ Vendor: "ACME", Type: "Clothing > Tops", Tags: "soft, warm", Published: "TRUE", Status: "active" },
    ...{ "Option1 Name": "Size", "Option1 Value": "S", "Option2 Name": "Colour", "Option2 Value": "Red" },
    ...{
      "Variant SKU": "SH-S",
      "Variant Price": "19.90",
      "Variant Barcode": "'0123",
      "Variant Grams": "200",
    },
    ...{ "Image Src": "https://x.test/2.png", "Image Position": "2" },
  };

  test("makes a product of every variant, with the pictures of its handle and plain text", async () => {
    const { body } = await sendImport(
      shop,
      fileOf([
        shirt,
        {
          ...{ Handle: "shirt", "Option1 Value": "M", "Option2 Value": "Red", "Variant SKU": "'SH-M" },
          ...{ "Variant Price": "21", "Image Src": "https://x.test/1.png", "Image Position": "1" },
          "Variant Image": "https://x.test/m.png",
        },
        { Handle: "shirt", "Image Src": "https://x.test/3.png", "Image Position": "3" },
        {
          ...{ Handle: "card", Title: "Gift card", Published: "FALSE", Status: "active" },
          ...{ "Option1 Name": "Title", "Option1 Value": "Default Title" },
          ...{ "Variant SKU": "CARD", "Variant Price": "10.00" },
        },
      ]),
    );
    expect(body).toMatchObject({
      ...{ format: "shopify", rows: 4, accepted: 4, corrected: 0, bad: 0, created: 3, categoriesCreated: 1 },
      ignoredColumns: ["Variant Grams"],
    });
    const small = await read("SH-S");
    expect(small).toMatchObject({
      ...{ name: "Shirt / S / Red", description: "Soft & warm\n\nCotton", status: "active", barcode: "0123" },
      price: { amountMinor: 1990 },
      images: ["https://x.test/1.png", "https://x.test/2.png", "https://x.test/3.png"],
      attributes: { vendor: "ACME", tags: "soft, warm", Size: "S", Colour: "Red" },
    });
    expect(small.categoryPath.map(({ name }) => name)).toEqual(["Clothing > Tops"]);
    expect(await read("SH-M")).toMatchObject({
      ...{ name: "Shirt / M / Red", price: { amountMinor: 2100 }, barcode: null },
      images: [
        "https://x.test/m.png",
        "https://x.test/1.png",
        "https://x.test/2.png",
        "https://x.test/3.png",
      ],
      attributes: { vendor: "ACME", Size: "M", Colour: "Red" },
    });
    expect(await read("CARD")).toMatchObject({ name: "Gift card", status: "draft", attributes: {} });
  });

  test("is imported again without a change", async () => {
    const file = fileOf([
      shirt,
      { Handle: "shirt", "Image Src": "https://x.test/9.png", "Image Position": "9" },
    ]);
    await sendImport(shop, file);
    expect((await sendImport(shop, file)).body).toMatchObject({ unchanged: 1, changed: 0, created: 0 });
  });

  test("accounts for every row: what cannot be a product is reported, what is too much is cut", async () => {
    const pictures = Array.from({ length: 22 }, (_, i) => ({ Handle: "many", "Image Src": `/p${i}.png` }));
    const { body } = await sendImport(
      shop,
      fileOf([
        { ...shirt, Handle: "nosku", "Variant SKU": "" },
        { Handle: "nosku", "Option1 Value": "L", "Variant SKU": "NS-L", "Variant Price": "5" },
        { Handle: "notitle", "Variant SKU": "NT", "Variant Price": "5" },
        { Handle: "notitle", "Image Src": "https://x.test/n.png" },
        { Title: "No handle", "Variant SKU": "NH", "Variant Price": "5" },
        { ...shirt, Handle: "ftp", "Variant SKU": "FT", "Image Src": "ftp://x.test/1.png" },
        {
          ...shirt,
          Handle: "many",
          "Variant SKU": "MANY",
          Tags: "t".repeat(300).concat(", ", "u".repeat(300)),
        },
        ...pictures,
      ]),
    );
    expect(body).toMatchObject({ rows: 29, accepted: 23, corrected: 1, bad: 5, created: 2 });
    expect(body.errors.map(({ line: at, column }) => [at, column])).toEqual([
      [2, "Variant SKU"],
      [4, "Title"],
      [5, null],
      [6, "Handle"],
      [7, "Image Src"],
    ]);
    expect(body.corrections).toEqual([
      { reason: "tags: those that do not fit are left out", rows: 1 },
      { reason: "images: the first 20", rows: 1 },
    ]);
    expect((await read("MANY")).images).toHaveLength(20);
    expect(await read("NS-L")).toMatchObject({ name: "Shirt / L", attributes: { Size: "L" } });
  });
});

/** Order lines of UCI's Online Retail (D. Chen, CC BY 4.0, doi 10.24432/C5BW33): a piece of it, chosen for its dirt. */
const piece = fileURLToPath(new URL("../testing/retail-lines.csv", import.meta.url));
/** The whole of it is not part of the repository; whoever has it says where. */
const whole = process.env.KIOSK_RETAIL_DATA ?? "";

/** Sums of a file that is imported into an empty shop, and again. */
const importTwice = async (path: string) => {
  const empty = await catalogUnderTest();
  try {
    const bytes = await Bun.file(path).bytes();
    const first = (await sendImport(empty, bytes)).body;
    const again = (await sendImport(empty, bytes)).body;
    const { rows } = await empty.database.db.execute<{ products: number; versions: number; events: number }>(
      `select count(*)::int as products, sum(version)::int as versions,
         (select count(*)::int from outbox) as events from product`,
    );
    const products = await empty.get("/v1/products?limit=100&sort=name");
    return { first, again, stored: rows[0], products: products.body.items };
  } finally {
    await empty.close();
  }
};

describe("order lines", () => {
  test("make one product a stock code, by its most frequent name and price, and every line is accounted for", async () => {
    const { first, again, stored, products } = await importTwice(piece);
    expect(first).toMatchObject({ format: "order-lines", rows: 127, accepted: 91, corrected: 23, bad: 13 });
    expect(first.created).toBe(64);
    expect(Object.fromEntries(first.corrections.map(({ reason, rows }) => [reason, rows]))).toEqual({
      "stock code written in capitals": 4,
      "name: the product's most frequent one": 9,
      "price: the product's most frequent one": 19,
    });
    expect(stored).toEqual({ products: first.created, versions: first.created, events: first.created });
    expect(first.errors.map(({ column }) => column)).toContain("Description");
    expect(new Set(first.errors.map(({ column }) => column))).toEqual(
      new Set(["StockCode", "Description", "UnitPrice"]),
    );
    expect(products.find(({ sku }) => sku === "22914")).toMatchObject({
      ...{ name: "BLUE COAT RACK PARIS FASHION", price: { amountMinor: 495, currency: "USD" } },
    });
    expect(products.some(({ sku }) => sku !== sku.toUpperCase() || sku === "POST")).toBe(false);
    expect(again).toMatchObject({
      ...first,
      created: 0,
      changed: 0,
      unchanged: first.created,
      id: again.id,
      differences: [],
    });
  });

  const title = "a real retailer's file as a file of products";
  if (existsSync(whole)) {
    test(`${title}: 15,364 lines, all accounted for, and a second time nothing changes`, async () => {
      const { first, again, stored } = await importTwice(whole);
      // Counted apart, by a program of its own.
      const lines = { rows: 15_364, accepted: 12_999, corrected: 2_261, bad: 104, created: 2_433 };
      const { rows, accepted, corrected, bad, created } = first;
      expect({ rows, accepted, corrected, bad, created }).toEqual(lines);
      expect(stored).toEqual({ products: first.created, versions: first.created, events: first.created });
      expect(again).toMatchObject({ created: 0, changed: 0, unchanged: first.created, bad: first.bad });
    }, 120_000);
  } else {
    reportSuite({ outcome: "skipped", title, reason: "KIOSK_RETAIL_DATA names no file" });
  }
});
