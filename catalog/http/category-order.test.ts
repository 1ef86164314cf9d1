import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import { migrate } from "../../shared/runtime/migrate.ts";
import { migrationsFolder, writeMigrations } from "../../shared/testing/migrations-folder.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { catalogMigrations } from "../service.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";

let catalog: CatalogUnderTest;
beforeAll(async () => {
  catalog = await catalogUnderTest();
});
afterAll(() => catalog.close());

const staff = { as: "staff" } as const;
const create = (body: unknown) => catalog.call("POST", "/v1/categories", { ...staff, body });
const patch = (id: string, body: unknown, headers = {}) =>
  catalog.call("PATCH", `/v1/categories/${id}`, { ...staff, body, headers });
const remove = (id: string) => catalog.call("DELETE", `/v1/categories/${id}`, staff);

/** What stands below a category: name and answered position, in the answered order. */
const below = async (parentId: string | null) => {
  const { body } = await catalog.get("/v1/categories");
  return body.items.filter((one) => one.parentId === parentId).map(({ name, position }) => [name, position]);
};
const namesBelow = async (parentId: string) => (await below(parentId)).map(([name]) => name);

/** The positions in the table, of each list of siblings. */
const storedLists = async (): Promise<number[][]> => {
  const { rows } = await catalog.database.db.execute<{ positions: number[] }>(
    sql`select array_agg(position order by position) as positions from category group by parent_id`,
  );
  return rows.map(({ positions }) => positions);
};

/** A parent with children of these names, in this order. */
const family = async (name: string, ...children: string[]) => {
  const parent = await catalog.category(name);
  const made = [];
  for (const child of children) made.push(await catalog.category(child, parent.id));
  return { id: parent.id, children: made };
};
const upTo = (count: number) => [...Array(count).keys()];

describe("the order of siblings", () => {
  test("is that of their creation, and a position puts a new one between others", async () => {
    const { id } = await family("Drinks", "Tea", "Coffee");
    const { status, body } = await create({ name: "Cocoa", parentId: id, position: 1 });
    expect([status, body.position]).toEqual([201, 1]);
    expect((await create({ name: "Milk", parentId: id, position: 1_999 })).body.position).toBe(3);
    expect(await below(id)).toEqual([
      ["Tea", 0],
      ["Cocoa", 1],
      ["Coffee", 2],
      ["Milk", 3],
    ]);
  });

  test("changes by a position; only the one that was moved gets a new version", async () => {
    const { id, children } = await family("Colours", "Red", "Green", "Blue");
    const [red, green, blue] = children.map((child) => child.id);
    const moved = await patch(blue ?? "", { position: 0 }, { "if-match": '"1"' });
    expect([moved.status, moved.headers.get("etag"), moved.body.position]).toEqual([200, '"2"', 0]);
    expect(await namesBelow(id)).toEqual(["Blue", "Red", "Green"]);
    expect((await patch(blue ?? "", { position: 0 })).body.version).toBe(2);
    expect((await patch(red ?? "", { position: 100 }, { "if-match": '"1"' })).body.position).toBe(2);
    expect((await patch(green ?? "", { name: "Moss" })).body).toMatchObject({ position: 1, version: 2 });
    expect(await namesBelow(id)).toEqual(["Blue", "Moss", "Red"]);
    expect((await patch(red ?? "", { position: 0 }, { "if-match": '"1"' })).status).toBe(412);
  });

  test("a move closes the gap behind it and puts the subtree last, or where it is told", async () => {
    const [from, to] = [await family("Shelf", "a", "b", "c"), await family("Table", "x", "y")];
    const [a, b] = from.children.map((child) => child.id);
    const deep = await catalog.category("deep", a);
    expect((await patch(a ?? "", { parentId: to.id })).body).toMatchObject({ position: 2, path: "table/a" });
    expect((await patch(b ?? "", { parentId: to.id, position: 1 })).body.position).toBe(1);
    expect(await below(from.id)).toEqual([["c", 0]]);
    expect(await namesBelow(to.id)).toEqual(["x", "b", "y", "a"]);
    expect((await catalog.get(`/v1/categories/${deep.id}`)).body.path).toBe("table/a/deep");
    expect((await patch(to.id, { parentId: deep.id, position: 0 })).status).toBe(409);
  });

  test("a deletion closes the gap", async () => {
    const { id, children } = await family("Numbers", "one", "two", "three");
    expect((await remove(children[0]?.id ?? "")).status).toBe(204);
    expect(await below(id)).toEqual([
      ["two", 0],
      ["three", 1],
    ]);
    for (const list of await storedLists()) expect(list).toEqual(upTo(list.length));
  });

  test("a position that is no whole number of a list is refused", async () => {
    const { id } = await catalog.category("Here");
    for (const position of [-1, 1.5, 2_000, "first", null]) {
      expect([position, (await patch(id, { position })).status]).toEqual([position, 422]);
      expect((await create({ name: "x", position })).status).toBe(422);
    }
  });

  test("one from an instance that numbers nothing stands last, and is numbered with the next change", async () => {
    const { id } = await family("Mixed", "numbered");
    await catalog.database.db.execute(sql`
      insert into category (id, name, slug, parent_id, version, created_at, updated_at)
      values (${newId()}, 'unnumbered', 'unnumbered', ${id}, 1, now(), now())`);
    const last = await catalog.category("last", id);
    expect(await below(id)).toEqual([
      ["numbered", 0],
      ["unnumbered", 1],
      ["last", 2],
    ]);
    expect(last.position).toBe(2);
    for (const list of await storedLists()) expect(list).toEqual(upTo(list.length));
  });
});

describe("many changes at once", () => {
  test("twenty moves between two lists lose nobody and leave neither gap nor equals", async () => {
    const children = upTo(20).map((n) => `m${n}`);
    const [left, right] = [await family("Left", ...children), await family("Right", "r0", "r1")];
    const answers = await Promise.all(
      left.children.map(({ id }, n) =>
        patch(id, n % 2 === 0 ? { parentId: right.id, position: n % 5 } : { position: (n * 7) % 20 }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const [there, here] = [await below(right.id), await below(left.id)];
    expect([there.length, here.length]).toEqual([12, 10]);
    expect([...there, ...here].map(([name]) => name).sort()).toEqual([...children, "r0", "r1"].sort());
    expect(there.map(([, position]) => position)).toEqual(upTo(12));
    for (const list of await storedLists()) expect(list).toEqual(upTo(list.length));
  });

  test("of twenty moves that have read the same version exactly one wins", async () => {
    const { children } = await family("Contest", "a", "b", "c");
    const id = children[1]?.id ?? "";
    // Each move is one, whichever comes first: the category stands between two others.
    const answers = await Promise.all(
      upTo(20).map((n) => patch(id, { position: n % 2 === 0 ? 0 : 2 }, { "if-match": '"1"' })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(19).fill(412)]);
    expect((await catalog.get(`/v1/categories/${id}`)).body.version).toBe(2);
  });

  test("twenty new ones that all want to be first get a position each", async () => {
    const { id } = await catalog.category("First");
    const made = await Promise.all(upTo(20).map((n) => create({ name: `f${n}`, parentId: id, position: 0 })));
    expect(made.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect((await below(id)).map(([, position]) => position)).toEqual(upTo(20));
  });

  test("twenty that are each to go below the next leave a forest without a circle", async () => {
    const { id, children } = await family("Circle", ...upTo(20).map((n) => `n${n}`));
    const answers = await Promise.all(
      children.map((child, n) => patch(child.id, { parentId: children[(n + 1) % 20]?.id, position: 0 })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(19).fill(200), 409]);
    const { items } = (await catalog.get("/v1/categories")).body;
    expect(items.filter(({ path }) => path.startsWith("circle/"))).toHaveLength(20);
    expect(await below(id)).toHaveLength(1);
  });
});

test("the products in a category and below it are counted right after each change of a product", async () => {
  const { id, children } = await family("Counted", "inner", "other");
  const [inner, other] = children.map((child) => child.id);
  const counts = async () => {
    const { items } = (await catalog.get("/v1/categories")).body;
    return [id, inner, other].map((wanted) => items.find((one) => one.id === wanted)?.productCount);
  };
  const change = (product: string, body: unknown) =>
    catalog.call("PATCH", `/v1/products/${product}`, { ...staff, body });
  const product = await catalog.product({ categoryId: inner });
  expect(await counts()).toEqual([1, 1, 0]);
  await change(product.id, { categoryId: other });
  expect(await counts()).toEqual([1, 0, 1]);
  await patch(other ?? "", { parentId: inner });
  expect(await counts()).toEqual([1, 1, 1]);
  await change(product.id, { status: "archived" });
  expect(await counts()).toEqual([0, 0, 0]);
  await change(product.id, { status: "active" });
  expect(await counts()).toEqual([1, 1, 1]);
  await catalog.call("DELETE", `/v1/products/${product.id}`, staff);
  expect(await counts()).toEqual([0, 0, 0]);
});

test("categories from before they had positions get them by name, among their siblings", async () => {
  const texts = ["0000_init", "0001_inbox_attempt", "0002_erasure", "0003_category_position"].map((name) =>
    readFileSync(join(catalogMigrations, `${name}.sql`), "utf8"),
  );
  const folder = migrationsFolder(...texts.slice(0, -1));
  const database = await testDatabase({ name: "catalog" });
  try {
    await migrate(database.url, folder, silentLogger());
    const root = newId();
    const insert = (id: string, name: string, parentId: string | null) =>
      database.db.execute(sql`
        insert into category (id, name, slug, parent_id, version, created_at, updated_at)
        values (${id}, ${name}, ${id}, ${parentId}, 1, now(), now())`);
    await insert(root, "root", null);
    for (const name of ["pears", "Apples", "cherries"]) await insert(newId(), name, root);
    await insert(newId(), "another root", null);
    writeMigrations(folder, texts);
    await migrate(database.url, folder, silentLogger());
    const { rows } = await database.db.execute<{ name: string; position: number }>(
      sql`select name, position from category order by parent_id nulls first, position`,
    );
    expect(rows.map(({ name, position }) => [name, position])).toEqual([
      ["another root", 0],
      ["root", 1],
      ["Apples", 0],
      ["cherries", 1],
      ["pears", 2],
    ]);
  } finally {
    await database.drop();
    rmSync(folder, { recursive: true });
  }
});
