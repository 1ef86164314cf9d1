import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { aProduct, type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
});
afterAll(() => catalog.close());

const staff = { as: "staff" } as const;

describe("creating a product", () => {
  test("staff creates one: 201 with its address, its entity tag and everything that was sent", async () => {
    const kitchen = await catalog.category("Kitchen A");
    const body = aProduct({
      name: "Blue mug",
      description: "Holds tea.\nAnd coffee.",
      categoryId: kitchen.id,
      images: ["https://shop.example/mug.jpg"],
      attributes: { colour: "blue", volumeMl: 350, safe: true },
      status: "active",
    });
    const answer = await catalog.call("POST", "/v1/products", { ...staff, body });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/v1/products/${answer.body.id}`);
    expect(answer.headers.get("etag")).toMatch(/^"1-0-\d+"$/);
    expect(answer.body).toMatchObject({
      ...body,
      slug: "blue-mug",
      version: 1,
      categoryPath: [{ id: kitchen.id, name: "Kitchen A", slug: "kitchen-a" }],
      stock: { available: 0, inStock: false, version: 0 },
    });
  });

  test("a SKU that another product has is a conflict", async () => {
    const { sku } = await catalog.product();
    const answer = await catalog.call("POST", "/v1/products", { ...staff, body: aProduct({ sku }) });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe("CONFLICT");
  });

  test("one SKU twenty times at once makes one product", async () => {
    const body = aProduct();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => catalog.call("POST", "/v1/products", { ...staff, body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
  });

  test("one name twenty times at once makes twenty slugs", async () => {
    const slugs = await Promise.all(
      Array.from({ length: 20 }, async () => (await catalog.product({ name: "Crème brûlée" })).slug),
    );
    expect(new Set(slugs).size).toBe(20);
    for (const slug of slugs) expect(slug).toStartWith("creme-brulee");
  });

  test("half a surrogate pair does no harm", async () => {
    const created = await catalog.product({ name: "Odd \ud800 name", attributes: { "a\udc00": "b\ud800" } });
    expect(created.name).toBe("Odd \ufffd name");
  });

  test("attributes may have any name, those of JavaScript's own too", async () => {
    const sku = aProduct().sku;
    const attributes = '{"__proto__":"a","constructor":"b","toString":1}';
    const body = `{"sku":"${sku}","name":"x","price":{"amountMinor":1,"currency":"USD"},"attributes":${attributes}}`;
    expect((await catalog.call("POST", "/v1/products", { ...staff, body })).status).toBe(201);
    expect((await catalog.get(`/v1/products/${sku}`)).body.attributes).toEqual(JSON.parse(attributes));
  });

  test("a body that is no JSON, too deep or no object is refused", async () => {
    for (const body of ["{", "[]", "null", `${"[".repeat(200)}${"]".repeat(200)}`])
      expect([body, (await catalog.call("POST", "/v1/products", { ...staff, body })).status]).toEqual([
        body,
        422,
      ]);
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    ["another currency", { price: { amountMinor: 1, currency: "EUR" } }, "/body/price/currency"],
    ["a price in text", { price: { amountMinor: "1", currency: "USD" } }, "/body/price/amountMinor"],
    ["a fraction of a cent", { price: { amountMinor: 1.5, currency: "USD" } }, "/body/price/amountMinor"],
    ["a negative price", { price: { amountMinor: -1, currency: "USD" } }, "/body/price/amountMinor"],
    ["an empty name", { name: "" }, "/body/name"],
    ["a name of blanks", { name: "   " }, "/body/name"],
    ["a NUL in the description", { description: "a\u0000b" }, "/body/description"],
    ["a NUL in an attribute", { attributes: { a: "\u0000" } }, "/body/attributes/a"],
    ["an address that runs code", { images: ["javascript:alert(1)"] }, "/body/images/0"],
    ["an unknown status", { status: "gone" }, "/body/status"],
    ["an unknown category", { categoryId: "0190a0a0-0000-7000-8000-000000000000" }, "/body/categoryId"],
    ["a field that is not there", { unitsSold: 7 }, "/body/unitsSold"],
  ];
  test.each(wrong)("%s is refused, and the field is named", async (_, fields, pointer) => {
    const answer = await catalog.call("POST", "/v1/products", { ...staff, body: aProduct(fields) });
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body.errors.map((error) => error.pointer)).toContain(pointer);
  });
});

describe("reading a product", () => {
  test("it is found by id, by slug and by SKU", async () => {
    const created = await catalog.product({ sku: "TEA, GREEN/1", name: "Green tea" });
    for (const key of [created.id, created.slug, created.sku]) {
      const { status, body } = await catalog.get(`/v1/products/${encodeURIComponent(key)}`);
      expect(status).toBe(200);
      expect(body).toEqual(created);
    }
  });

  test("the entity tag that it was read with answers 304 without a body until it changes", async () => {
    const { id } = await catalog.product();
    const etag = (await catalog.get(`/v1/products/${id}`)).headers.get("etag") ?? "";
    const again = await catalog.get(`/v1/products/${id}`, { headers: { "if-none-match": etag } });
    expect(again).toMatchObject({ status: 304, body: null });
    expect(again.headers.get("etag")).toBe(etag);
    await catalog.call("PATCH", `/v1/products/${id}`, { ...staff, body: { name: "Other" } });
    const changed = await catalog.get(`/v1/products/${id}`, { headers: { "if-none-match": etag } });
    expect(changed).toMatchObject({ status: 200, body: { name: "Other", version: 2 } });
  });

  test("a category that gets another name changes the entity tag", async () => {
    const category = await catalog.category("Before");
    const { id } = await catalog.product({ categoryId: category.id });
    const etag = (await catalog.get(`/v1/products/${id}`)).headers.get("etag") ?? "";
    await catalog.call("PATCH", `/v1/categories/${category.id}`, { ...staff, body: { name: "After" } });
    const read = await catalog.get(`/v1/products/${id}`, { headers: { "if-none-match": etag } });
    expect(read).toMatchObject({ status: 200, body: { categoryPath: [{ name: "After" }] } });
  });

  test("drafts and archived products are there for staff and for nobody else", async () => {
    for (const status of ["draft", "archived"]) {
      const { id } = await catalog.product({ status });
      expect((await catalog.get(`/v1/products/${id}`)).status).toBe(404);
      expect((await catalog.get(`/v1/products/${id}`, { as: "customer" })).status).toBe(404);
      expect((await catalog.get(`/v1/products/${id}`, staff)).status).toBe(200);
      expect((await catalog.get(`/v1/products/${id}`, { as: "admin" })).status).toBe(200);
    }
  });

  test.each(["no-such-product", "0190a0a0-0000-7000-8000-000000000000", "%F0%9F%90%8C"])(
    "%s is not found",
    async (key) => {
      expect((await catalog.get(`/v1/products/${key}`)).body.code).toBe("NOT_FOUND");
    },
  );

  test("a NUL in the address is refused", async () => {
    expect((await catalog.get("/v1/products/a%00b")).status).toBe(422);
  });
});

describe("changing a product", () => {
  test.each(["PATCH", "PUT"])(
    "%s changes what is sent and nothing else, and keeps the slug",
    async (method) => {
      const before = await catalog.product({ attributes: { a: 1 } });
      const { status, body, headers } = await catalog.call(method, `/v1/products/${before.id}`, {
        ...staff,
        body: { name: "New name", price: { amountMinor: 5, currency: "USD" } },
      });
      expect(status).toBe(200);
      expect(headers.get("etag")).toStartWith('"2-');
      expect(body).toEqual({
        ...before,
        name: "New name",
        price: { amountMinor: 5, currency: "USD" },
        version: 2,
      });
    },
  );

  test("If-Match with the version that was read passes, with an older one answers 412", async () => {
    const { id } = await catalog.product();
    const etag = (await catalog.get(`/v1/products/${id}`)).headers.get("etag") ?? "";
    const change = (ifMatch: string, name: string) =>
      catalog.call("PATCH", `/v1/products/${id}`, {
        ...staff,
        body: { name },
        headers: { "if-match": ifMatch },
      });
    expect((await change(etag, "First")).status).toBe(200);
    const late = await change(etag, "Second");
    expect([late.status, late.body.code]).toEqual([412, "VERSION_MISMATCH"]);
    expect((await change('"2"', "Third")).status).toBe(200);
    expect((await change("*", "Fourth")).status).toBe(200);
    expect((await change("nonsense", "Fifth")).status).toBe(412);
    expect((await catalog.get(`/v1/products/${id}`)).body.name).toBe("Fourth");
  });

  test("of ten changes with one entity tag exactly one wins", async () => {
    const { id } = await catalog.product();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        catalog.call("PATCH", `/v1/products/${id}`, {
          ...staff,
          body: { name: `Name ${n}` },
          headers: { "if-match": '"1"' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
    expect((await catalog.get(`/v1/products/${id}`)).body.version).toBe(2);
  });

  test("a change to what it is already leaves the version and says nothing", async () => {
    const before = await catalog.product();
    const told = (await catalog.events()).length;
    const { body } = await catalog.call("PATCH", `/v1/products/${before.id}`, {
      ...staff,
      body: { name: before.name, price: before.price, attributes: {} },
    });
    expect(body).toEqual(before);
    expect((await catalog.events()).length).toBe(told);
  });

  test("a SKU that another product has is a conflict, an unknown product is not found", async () => {
    const [one, other] = [await catalog.product(), await catalog.product()];
    const change = (id: string, body: unknown) =>
      catalog.call("PATCH", `/v1/products/${id}`, { ...staff, body });
    expect((await change(one.id, { sku: other.sku })).status).toBe(409);
    expect((await change("0190a0a0-0000-7000-8000-000000000000", { name: "x" })).status).toBe(404);
    expect((await change(one.id, { price: { amountMinor: 1, currency: "EUR" } })).status).toBe(422);
    expect((await change(one.id, { slug: "mine" })).status).toBe(422);
  });
});

describe("deleting a product", () => {
  test("it is gone for everybody, and its SKU and slug are free again", async () => {
    const gone = await catalog.product({ name: "Short lived" });
    const stale = await catalog.call("DELETE", `/v1/products/${gone.id}`, {
      ...staff,
      headers: { "if-match": '"9"' },
    });
    expect(stale.status).toBe(412);
    const answer = await catalog.call("DELETE", `/v1/products/${gone.id}`, staff);
    expect(answer).toMatchObject({ status: 204, body: null });
    expect((await catalog.get(`/v1/products/${gone.id}`, staff)).status).toBe(404);
    expect((await catalog.call("DELETE", `/v1/products/${gone.id}`, staff)).status).toBe(404);
    const again = await catalog.product({ sku: gone.sku, name: "Short lived" });
    expect(again).toMatchObject({ sku: gone.sku, slug: gone.slug, version: 1 });
  });
});

describe("events", () => {
  test("every change tells the others, with the version as the sequence", async () => {
    const { id, sku, slug } = await catalog.product({ name: "Talkative" });
    await catalog.call("PATCH", `/v1/products/${id}`, { ...staff, body: { name: "Talks" } });
    await catalog.call("DELETE", `/v1/products/${id}`, {
      ...staff,
      headers: { "x-request-id": "the-last-request" },
    });
    const own = (await catalog.events()).filter(({ subject }) => subject === id);
    expect(own.map(({ type, sequence, source }) => [type, sequence, source])).toEqual([
      ["product.created", 1, "/catalog"],
      ["product.updated", 2, "/catalog"],
      ["product.deleted", 3, "/catalog"],
    ]);
    expect(own[1]?.data).toEqual({
      product: {
        id,
        version: 2,
        sku,
        slug,
        name: "Talks",
        price: { amountMinor: 1299, currency: "USD" },
        status: "active",
        categoryId: null,
      },
    });
    expect(own[2]?.data).toEqual({ id, version: 3, sku });
    expect(own[2]?.requestid).toBe("the-last-request");
  });
});

describe("who may write", () => {
  test.each([
    ["POST", "/v1/products"],
    ["PATCH", "/v1/products/0190a0a0-0000-7000-8000-000000000000"],
    ["PUT", "/v1/products/0190a0a0-0000-7000-8000-000000000000"],
    ["DELETE", "/v1/products/0190a0a0-0000-7000-8000-000000000000"],
    ["POST", "/v1/categories"],
    ["PATCH", "/v1/categories/0190a0a0-0000-7000-8000-000000000000"],
    ["DELETE", "/v1/categories/0190a0a0-0000-7000-8000-000000000000"],
  ])("%s %s is for staff", async (method, path) => {
    const body = method === "DELETE" ? undefined : {};
    expect((await catalog.call(method, path, { body })).status).toBe(401);
    expect((await catalog.call(method, path, { as: "customer", body })).status).toBe(403);
    expect((await catalog.call(method, path, { as: "service", body })).status).toBe(401);
    expect((await catalog.call(method, path, { ...staff, body })).status).not.toBeOneOf([401, 403, 500]);
  });
});
