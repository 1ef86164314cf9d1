import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
});
afterAll(() => catalog.close());

const staff = { as: "staff" } as const;
const patch = (id: string, body: unknown, headers = {}) =>
  catalog.call("PATCH", `/v1/categories/${id}`, { ...staff, body, headers });

describe("the category tree", () => {
  test("is told depth first with level, path and the products in each and below", async () => {
    const home = await catalog.category("Home");
    const textiles = await catalog.category("Textiles", home.id);
    const blankets = await catalog.category("Blankets", textiles.id);
    await catalog.category("Art", home.id);
    await catalog.product({ categoryId: blankets.id });
    await catalog.product({ categoryId: home.id });
    await catalog.product({ categoryId: home.id, status: "draft" });
    const { body } = await catalog.get("/v1/categories");
    expect(body.nextCursor).toBeNull();
    const own = body.items.filter(({ path }) => path.split("/")[0] === "home");
    expect(own.map(({ name, level, path, productCount }) => ({ name, level, path, productCount }))).toEqual([
      { name: "Home", level: 0, path: "home", productCount: 2 },
      { name: "Textiles", level: 1, path: "home/textiles", productCount: 1 },
      { name: "Blankets", level: 2, path: "home/textiles/blankets", productCount: 1 },
      { name: "Art", level: 1, path: "home/art", productCount: 0 },
    ]);
    expect(own[1]).toEqual((await catalog.get(`/v1/categories/${textiles.id}`)).body);
  });

  test("a category is created with its address and entity tag, and found by id and slug", async () => {
    const answer = await catalog.call("POST", "/v1/categories", {
      ...staff,
      body: { name: "Bücher & Hefte" },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/v1/categories/${answer.body.id}`);
    expect(answer.headers.get("etag")).toBe('"1"');
    expect(answer.body).toMatchObject({ slug: "bucher-hefte", parentId: null, level: 0, version: 1 });
    expect((await catalog.get("/v1/categories/bucher-hefte")).body).toEqual(answer.body);
    expect((await catalog.get("/v1/categories/nothing")).status).toBe(404);
  });

  test("one name ten times at once makes ten slugs", async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => catalog.category("Same")));
    expect(made.map(({ slug }) => slug).sort()).toEqual(
      ["same", ...Array.from({ length: 9 }, (_, n) => `same-${n + 2}`)].sort(),
    );
  });

  test("an unknown parent, an empty name and an unknown field are refused", async () => {
    for (const body of [
      { name: "x", parentId: "0190a0a0-0000-7000-8000-000000000000" },
      { name: "" },
      { name: "x", slug: "y" },
      {},
    ]) {
      expect((await catalog.call("POST", "/v1/categories", { ...staff, body })).status).toBe(422);
    }
  });
});

describe("changing a category", () => {
  test("it is renamed and moved with all below it; an old entity tag answers 412", async () => {
    const [from, to] = [await catalog.category("From"), await catalog.category("To")];
    const moved = await catalog.category("Moved", from.id);
    const child = await catalog.category("Child of moved", moved.id);
    const answer = await patch(moved.id, { name: "Renamed", parentId: to.id }, { "if-match": '"1"' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("etag")).toBe('"2"');
    expect(answer.body).toMatchObject({
      name: "Renamed",
      slug: "moved",
      path: "to/moved",
      level: 1,
      version: 2,
    });
    expect((await catalog.get(`/v1/categories/${child.id}`)).body.path).toBe("to/moved/child-of-moved");
    expect((await patch(moved.id, { name: "Late" }, { "if-match": '"1"' })).status).toBe(412);
    expect((await patch(moved.id, { parentId: null })).body).toMatchObject({ level: 0, version: 3 });
  });

  test("a cycle is a conflict", async () => {
    const top = await catalog.category("Top");
    const middle = await catalog.category("Middle", top.id);
    const bottom = await catalog.category("Bottom", middle.id);
    for (const parentId of [top.id, middle.id, bottom.id]) {
      const answer = await patch(top.id, { parentId });
      expect([answer.status, answer.body.code]).toEqual([409, "CONFLICT"]);
    }
    expect((await patch(bottom.id, { parentId: top.id })).status).toBe(200);
  });

  test("two moves at once that would close a circle: exactly one wins", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await catalog.category(`A${round}`), await catalog.category(`B${round}`)];
      const answers = await Promise.all([patch(a.id, { parentId: b.id }), patch(b.id, { parentId: a.id })]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  test("an unknown category is not found, an unknown parent is refused", async () => {
    const { id } = await catalog.category("Here");
    const unknown = "0190a0a0-0000-7000-8000-000000000000";
    expect((await patch(unknown, { name: "x" })).status).toBe(404);
    expect((await patch(id, { parentId: unknown })).status).toBe(422);
  });
});

describe("deleting a category", () => {
  const remove = (id: string, headers = {}) =>
    catalog.call("DELETE", `/v1/categories/${id}`, { ...staff, headers });

  test("only an empty one goes; deleted products do not keep it", async () => {
    const parent = await catalog.category("Parent");
    const child = await catalog.category("Child", parent.id);
    const product = await catalog.product({ categoryId: child.id, status: "draft" });
    expect((await remove(parent.id)).status).toBe(409);
    expect((await remove(child.id)).status).toBe(409);
    await catalog.call("DELETE", `/v1/products/${product.id}`, staff);
    expect((await remove(child.id, { "if-match": '"7"' })).status).toBe(412);
    expect(await remove(child.id)).toMatchObject({ status: 204, body: null });
    expect((await remove(child.id)).status).toBe(404);
    expect((await remove(parent.id)).status).toBe(204);
  });

  test("against products that come in at the same time, nothing living loses its category", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await catalog.category(`Busy ${round}`);
      const [removed, ...created] = await Promise.all([
        remove(id),
        ...Array.from({ length: 4 }, (_, n) =>
          catalog.call("POST", "/v1/products", {
            ...staff,
            body: {
              sku: `BUSY-${round}-${n}`,
              name: "Busy",
              categoryId: id,
              price: { amountMinor: 1, currency: "USD" },
            },
          }),
        ),
      ]);
      if (removed.status === 204) expect(created.map(({ status }) => status)).toEqual(Array(4).fill(422));
      else {
        expect(removed.status).toBe(409);
        for (const { status, body } of created) {
          expect(status).toBe(201);
          expect((await catalog.get(`/v1/products/${body.id}`)).body.categoryId).toBe(id);
        }
      }
    }
  });
});
