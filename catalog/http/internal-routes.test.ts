import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { productsFoundSchema, productsPageSchema } from "../../shared/contracts/internal-api.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { SHARED_PAGE } from "../usecases/share-products.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
});
afterAll(() => catalog.close());

const service = { as: "service" } as const;

describe("what other services may ask", () => {
  test("the pages hold every product once, drafts too, and what stays of deleted ones", async () => {
    const wanted: string[] = [];
    for (let n = 0; n < SHARED_PAGE + 3; n += 1) {
      wanted.push((await catalog.product({ status: n % 2 === 0 ? "active" : "draft" })).id);
    }
    const [gone] = wanted.splice(7, 1);
    await catalog.call("DELETE", `/v1/products/${gone}`, { as: "staff" });
    const first = productsPageSchema.parse((await catalog.get("/internal/products", service)).body);
    const second = productsPageSchema.parse(
      (await catalog.get(`/internal/products?cursor=${first.nextCursor}`, service)).body,
    );
    expect(second.nextCursor).toBeNull();
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(wanted.sort());
    expect(first.items.length + first.gone.length).toBe(SHARED_PAGE);
    expect([...first.gone, ...second.gone]).toMatchObject([{ id: gone, version: 2 }]);
  });

  test("a lookup finds by id and by SKU, with commas and blanks in it, and leaves out what is unknown", async () => {
    const [one, two] = [await catalog.product({ sku: "A,B &C" }), await catalog.product()];
    const query = new URLSearchParams([
      ["sku", "A,B &C"],
      ["sku", "A"],
      ["id", two.id],
      ["id", "0190a0a0-0000-7000-8000-000000000000"],
    ]);
    const { status, body } = await catalog.get(`/internal/products/lookup?${query}`, service);
    expect(status).toBe(200);
    const found = productsFoundSchema.parse(body).items.map(({ id, sku }) => [id, sku]);
    expect(found.sort()).toEqual(
      [
        [one.id, one.sku],
        [two.id, two.sku],
      ].sort(),
    );
    expect((await catalog.get("/internal/products/lookup", service)).body.items).toEqual([]);
  });

  test("more than 200 keys, a malformed id, SKU or cursor are refused", async () => {
    const many = Array.from({ length: 201 }, (_, n) => `sku=S${n}`).join("&");
    for (const path of [`lookup?${many}`, "lookup?id=7", "lookup?sku=%00", "lookup?sku="]) {
      expect((await catalog.get(`/internal/products/${path}`, service)).status).toBe(422);
    }
    expect((await catalog.get("/internal/products?cursor=nonsense", service)).status).toBe(422);
  });

  test("nobody without the internal token gets an answer", async () => {
    for (const path of ["/internal/products", "/internal/products/lookup?sku=A"]) {
      expect((await catalog.get(path)).status).toBe(401);
      expect((await catalog.get(path, { as: "admin" })).status).toBe(401);
      expect((await catalog.get(path, { headers: { "x-internal-token": "guess" } })).status).toBe(401);
    }
  });
});
