import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { type ImportCallOptions, sendImport } from "../testing/import-call.ts";

let shop: CatalogUnderTest;
beforeAll(async () => {
  shop = await catalogUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const send = (body: string, options: ImportCallOptions = {}) => sendImport(shop, body, options);
const read = async (sku: string) => (await shop.get(`/v1/products/${sku}`, { as: "staff" })).body;

/** `count` products that nobody else has. */
const fileOf = (run: string, count: number, price = "1.00"): string =>
  ["sku,name,price", ...Array.from({ length: count }, (_, i) => `${run}-${i},${run} ${i},${price}`)].join(
    "\n",
  );

const totalOf = async (run: string): Promise<{ products: number; versions: number; sales: number }> => {
  const { rows } = await shop.database.db.execute<{ products: number; versions: number; sales: number }>(
    `select count(*)::int as products, coalesce(sum(version), 0)::int as versions, count(s.product_id)::int as sales
     from product p left join product_sales s on s.product_id = p.id where sku like '${run}-%'`,
  );
  return rows[0] ?? { products: 0, versions: 0, sales: 0 };
};

describe("an import of products by file", () => {
  test("makes products with all that the file says, and tells what it did", async () => {
    const file = [
      "SKU,Name,Description,Price,Currency,Bar_code,Category,Images,Status,attribute.colour,attribute.volumeMl,Attribute.dishwasher,Supplier",
      'IMP-MUG,Blue mug,"Holds 350 ml.\nOf stone.",12.99,USD,4006381333931,Imported > Mugs \\> Cups,https://x.test/a.png /b.png,draft,blue,350,true,ACME',
      "IMP-CUP,Cup,,5,,,Imported,,,,,,",
    ].join("\r\n");
    const { status, body } = await send(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ dryRun: false, format: "kiosk", rows: 2, accepted: 2, corrected: 0, bad: 0 },
      ...{ created: 2, changed: 0, unchanged: 0, errors: [], corrections: [], moreDifferences: false },
      newCategories: ["Imported", "Imported > Mugs \\> Cups"],
      categoriesCreated: 2,
      ignoredColumns: ["Supplier"],
    });
    const mug = await read("IMP-MUG");
    expect(mug).toMatchObject({
      ...{ name: "Blue mug", description: "Holds 350 ml.\nOf stone.", slug: "blue-mug", version: 1 },
      price: { amountMinor: 1299, currency: "USD" },
      ...{ barcode: "4006381333931", status: "draft", images: ["https://x.test/a.png", "/b.png"] },
      attributes: { colour: "blue", volumeMl: 350, dishwasher: true },
    });
    expect(mug.categoryPath.map(({ name }) => name)).toEqual(["Imported", "Mugs > Cups"]);
    expect(await read("IMP-CUP")).toMatchObject({ status: "active", description: "", barcode: null });
    const told = (await shop.events()).filter(({ type }) => type === "product.created");
    expect(told.map(({ subject }) => subject)).toContain(mug.id);
  });

  test("overwrites what a row says, leaves what it leaves empty, and says of each field what it was", async () => {
    await send(
      "sku,name,price,barcode,attribute.a,attribute.b,category\nIMP-1,First,10.00,123,x,1,Here > There",
    );
    const { body } = await send(
      "sku,name,price,barcode,attribute.a,attribute.c,category,status\nIMP-1,,12.5,,y,true,here > THERE,archived",
    );
    expect(body).toMatchObject({ created: 0, changed: 1, categoriesCreated: 0 });
    expect(body.differences).toEqual([
      {
        ...{ line: 2, sku: "IMP-1", change: "changed" },
        fields: [
          { field: "price", from: "10.00 USD", to: "12.50 USD" },
          { field: "status", from: "active", to: "archived" },
          { field: "attribute.a", from: "x", to: "y" },
          { field: "attribute.c", from: null, to: "true" },
        ],
      },
    ]);
    expect(await read("IMP-1")).toMatchObject({
      ...{ name: "First", barcode: "123", version: 2, slug: "first" },
      attributes: { a: "y", b: 1, c: true },
    });
  });

  test("that is sent again changes nothing: no version, no news, not even a category", async () => {
    const run = newId().slice(-8);
    const file = `sku,name,price,category,attribute.a\n${run}-1,One,1.00,Again > ${run},007\n${run}-2,Two,2,,"""5"""\n`;
    expect((await send(file)).body).toMatchObject({ created: 2, categoriesCreated: 2 });
    const [events, before] = [await shop.events(), await totalOf(run)];
    expect((await send(file)).body).toMatchObject({
      ...{ created: 0, changed: 0, unchanged: 2 },
      differences: [],
    });
    expect(await totalOf(run)).toEqual(before);
    expect((await shop.events()).length).toBe(events.length);
    expect((await read(`${run}-1`)).attributes).toEqual({ a: "007" });
    expect((await read(`${run}-2`)).attributes).toEqual({ a: "5" });
  });

  test("keeps its good rows where others are wrong, and says of each where and why", async () => {
    const file = [
      "sku,name,price,currency,barcode,status,images,category,description,attributes",
      "BAD-1,Good,1.50,USD,,,,,,",
      ",No SKU,1,,,,,,,",
      "Ü,No ASCII,1,,,,,,,",
      'BAD-2,Comma,"1,50",,,,,,,',
      "BAD-3,Thousands,1.299.00,,,,,,,",
      "BAD-4,Decimals,1.999,,,,,,,",
      "BAD-5,Sign,$5,,,,,,,",
      "BAD-6,Euro,5,EUR,,,,,,",
      "BAD-7,Barcode,5,,1 2,,,,,",
      "BAD-8,Status,5,,,sold,,,,",
      "BAD-9,Image,5,,,,ftp://x/y.png,,,",
      "BAD-10,Category,5,,,,,A > > B,,",
      "BAD-11,No price,,,,,,,,",
      "BAD-12,,5,,,,,,,",
      "BAD-13,Attributes,5,,,,,,,[1]",
      "BAD-1,Again,2,,,,,,,",
      "BAD-14,Shifted,1,USD,,,,,,,more",
      ",,,,,,,,,",
      'BAD-15,"Open,1,,,,,,,\n',
    ].join("\r\n");
    const { status, body } = await send(file);
    expect(status).toBe(200);
    expect(body).toMatchObject({ rows: 18, accepted: 1, corrected: 0, bad: 17, created: 1 });
    expect(body.errors.map(({ line, column }) => [line, column])).toEqual([
      [3, "sku"],
      [4, "sku"],
      [5, "price"],
      [6, "price"],
      [7, "price"],
      [8, "price"],
      [9, "currency"],
      [10, "barcode"],
      [11, "status"],
      [12, "images"],
      [13, "category"],
      [14, "price"],
      [15, "name"],
      [16, "attributes"],
      [17, null],
      [18, null],
      [20, null],
    ]);
    expect(JSON.stringify(body.errors)).not.toMatch(/Ü|1,50|ftp|sold|EUR/);
    expect(await read("BAD-1")).toMatchObject({ name: "Good", price: { amountMinor: 150 } });
  });

  test("that is only tried changes nothing and tells the same", async () => {
    const run = newId().slice(-8);
    await send(`sku,name,price\n${run}-1,One,1.00\n${run}-2,Two,2.00`);
    const rows = Array.from({ length: 600 }, (_, i) => `${run}-n${i},New ${i},3,Tried > ${run} > ${i % 3}`);
    const file = [
      "sku,name,price,category",
      `${run}-1,Other,1.00,Tried`,
      `${run}-2,Two,2.00,`,
      `${run}-3,,1,`,
      ...rows,
    ].join("\n");
    const [before, events] = [await totalOf(run), await shop.events()];
    const tried = await send(file, { query: "?dryRun=true" });
    expect(tried.body).toMatchObject({ dryRun: true, created: 600, changed: 1, unchanged: 1, bad: 1 });
    expect(tried.body.newCategories).toEqual([
      "Tried",
      ...[`Tried > ${run}`, `Tried > ${run} > 0`, `Tried > ${run} > 1`, `Tried > ${run} > 2`],
    ]);
    expect([await totalOf(run), (await shop.events()).length]).toEqual([before, events.length]);
    const done = await send(file);
    expect({ ...tried.body, id: "", dryRun: false }).toEqual({ ...done.body, id: "" });
    expect((await totalOf(run)).products).toBe(602);
  });

  test("gives every product an address of its own, whatever they are called", async () => {
    const run = newId().slice(-8);
    const rows = Array.from({ length: 120 }, (_, i) => `${run}-${i},${i % 2 === 0 ? "Same name" : "!!!"},1`);
    expect((await send(`sku,name,price\n${rows.join("\n")}`)).body).toMatchObject({ created: 120, bad: 0 });
    expect(await read(`same-name-${run}-2`)).toMatchObject({ sku: `${run}-2` });
    expect(await totalOf(run)).toEqual({ products: 120, versions: 120, sales: 120 });
  });

  test("of thousands of rows is told of in a bounded report", async () => {
    const run = newId().slice(-8);
    const { body } = await send(`${fileOf(run, 2_600)}\n${Array(1_400).fill("X,,0").join("\n")}`);
    expect(body).toMatchObject({
      rows: 4_000,
      accepted: 2_600,
      bad: 1_400,
      created: 2_600,
      moreDifferences: true,
    });
    expect([body.errors.length, body.differences.length]).toEqual([1_000, 1_000]);
    expect(await totalOf(run)).toEqual({ products: 2_600, versions: 2_600, sales: 2_600 });
  });
});

describe("what is no file of products", () => {
  test("is refused with what to do, and nothing is imported", async () => {
    for (const text of ["", "\n\n", "name,price\nA,1\n", "sku,name,SKU\nA,B,C\n", "\xff\xfe"]) {
      const { status, body } = await send(text);
      expect([status, body.code]).toEqual([422, "VALIDATION"]);
    }
    expect((await send("sku", { type: "application/json" })).status).toBe(415);
    expect((await send("sku", { query: "?dryRun=maybe" })).status).toBe(422);
    expect((await send("sku", { query: "?importId=7" })).status).toBe(422);
    expect((await send("sku", { headers: { "content-length": String(21 * 1024 * 1024) } })).status).toBe(413);
  });

  test("has a file that ends before its declared length: its last row may have been cut", async () => {
    const file = "sku,name,price\nCUT-1,One,1.00\nCUT-2,Two,1";
    const { status, body } = await send(file, { headers: { "content-length": String(file.length + 4) } });
    expect([status, body.code]).toEqual([422, "VALIDATION"]);
    expect((await shop.get("/v1/products/CUT-2", { as: "staff" })).status).toBe(404);
  });

  test("is looked at only for staff", async () => {
    expect((await send("sku", { as: null })).status).toBe(401);
    expect((await send("sku", { as: "customer" })).status).toBe(403);
    for (const path of ["export", "imports", `imports/${newId()}`, `imports/${newId()}/stream`]) {
      expect((await shop.get(`/v1/products/${path}`)).status).toBe(401);
      expect((await shop.get(`/v1/products/${path}`, { as: "customer" })).status).toBe(403);
    }
  });

  test("is told on the API page: the body is text/csv", async () => {
    const document = (await shop.get("/openapi.json")).body as unknown as {
      paths: Record<string, { post?: { requestBody: object } }>;
    };
    expect(document.paths["/v1/products/import"]?.post?.requestBody).toMatchObject({
      required: true,
      content: { "text/csv": { schema: { type: "string" } } },
    });
  });

  test("says so where bytes are no UTF-8, and only there", async () => {
    const latin = Buffer.concat([
      Buffer.from("sku,name,price\nLAT-1,"),
      Buffer.from([0xfc]),
      Buffer.from(",1\n"),
    ]);
    const { body } = await sendImport(shop, latin);
    expect(body.errors).toMatchObject([
      { line: 2, column: "name", message: expect.stringContaining("UTF-8") },
    ]);
    expect((await send("sku,name,price\nREP-1,\uFFFD,1\n")).body).toMatchObject({ created: 1, bad: 0 });
  });
});
