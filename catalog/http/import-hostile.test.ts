import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { encodeCursor } from "../../shared/http/cursor.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { sendImport } from "../testing/import-call.ts";

let shop: CatalogUnderTest;
beforeAll(async () => {
  shop = await catalogUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("a NUL in a cell", () => {
  const files = {
    Vendor: ["Handle,Title,Variant SKU,Variant Price,Vendor", "a,One,NUL-S,1,x\0", "b,Two,OK-S1,1,x"],
    Tags: ["Handle,Title,Variant SKU,Variant Price,Tags", "a,One,NUL-T,1,x\0", "b,Two,OK-S2,1,x"],
    "Option1 Name": [
      "Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value",
      "a,One,NUL-O,1,x\0,y",
      "b,Two,OK-S3,1,x,y",
    ],
    name: ["sku,name,price", "NUL-K,One\0,1", "OK-K,Two,1"],
  };

  test("is one bad row, and no reason to refuse the others", async () => {
    for (const [column, lines] of Object.entries(files)) {
      const { status, body } = await sendImport(shop, lines.join("\n"));
      expect([status, body.created, body.bad]).toEqual([200, 1, 1]);
      expect(body.errors).toMatchObject([{ line: 2, column, message: expect.stringContaining("NUL") }]);
    }
  });
});

test("an option's name of several lines is no name of an attribute", async () => {
  const file =
    'Handle,Title,Variant SKU,Variant Price,Option1 Name,Option1 Value\na,One,LINES,1,"Size\nof it",S';
  const { body } = await sendImport(shop, file);
  expect(body.errors).toMatchObject([
    { column: "Option1 Name", message: expect.stringContaining("one line") },
  ]);
});

test("a path that is too deep makes none of its categories", async () => {
  const run = newId().slice(-8);
  const file = `sku,name,price,category\n${run},One,1,${Array(65).fill(run).join(">")}`;
  const { body } = await sendImport(shop, file);
  expect(body).toMatchObject({ created: 0, bad: 1, categoriesCreated: 0 });
  expect(body.errors).toMatchObject([{ column: "category", message: expect.stringContaining("64 levels") }]);
});

test("an attribute of minus zero is zero: said again it changes nothing", async () => {
  const file = 'sku,name,price,attributes\nZERO,One,1,"{""a"":-0}"';
  await sendImport(shop, file);
  expect((await sendImport(shop, file)).body).toMatchObject({ changed: 0, unchanged: 1 });
  const { id, version } = (await shop.get("/v1/products/ZERO", { as: "staff" })).body;
  // Not by JSON.stringify, which would write 0.
  const patched = await shop.service.fetch(
    new Request(`http://catalog/v1/products/${id}`, {
      method: "PATCH",
      headers: { authorization: "Bearer staff", "content-type": "application/json" },
      body: '{"attributes":{"a":-0}}',
    }),
  );
  expect(await patched.json()).toMatchObject({ version });
});

test("a forged cursor of imports is refused, whatever time it names", async () => {
  const at = (startedAtMs: number) =>
    shop.get(`/v1/products/imports?cursor=${encodeCursor({ startedAtMs, id: newId() })}`, { as: "staff" });
  for (const ms of [-1, Date.UTC(10_000, 0), 8_640_000_000_000_000, Number.MAX_SAFE_INTEGER])
    expect(await at(ms)).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  for (const ms of [0, Date.UTC(10_000, 0) - 1]) expect((await at(ms)).status).toBe(200);
});
