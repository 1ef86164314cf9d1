import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Listening, Queryable } from "../../shared/ports/database.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { catalogMigrations } from "../service.ts";
import { generateView } from "../testing/generate-view.ts";
import { CATALOGUE_CHANNEL } from "./cache-news.ts";
import { toRow } from "./product-rows.ts";
import { category, categoryTree, product } from "./schema.ts";

const ASK_MS = 5_000;
const WRITERS = 10;

let database: TestDatabase;
let listening: Listening;
const heard: { revision: number; product?: { id: string; sku: string }; categories?: true }[] = [];
beforeAll(async () => {
  database = await testDatabase({ name: "catalog", migrations: catalogMigrations });
  listening = await database.listen(CATALOGUE_CHANNEL, (payload) => heard.push(JSON.parse(payload)));
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await listening?.close();
  await database?.close();
});

/** The revision as it is now, and what was told since the last time; asked where all of that has been heard. */
const now = async () => {
  const row = await listening.ask("select revision from catalogue_revision", ASK_MS);
  return { revision: Number(row?.revision), told: heard.splice(0) };
};

const insert = (db: Queryable, ...skus: string[]) =>
  db
    .insert(product)
    .values(
      skus.map((sku) => toRow({ ...generateView({ sku }).product, id: crypto.randomUUID(), slug: sku })),
    );

test("a transaction raises it once, however many rows it changes, and tells of each", async () => {
  const before = await now();
  await database.transaction(async (tx) => {
    await insert(tx, "A", "B");
    await insert(tx, "C");
    await tx.execute(sql`update product set name = 'changed' where sku = 'A'`);
  });
  const { revision, told } = await now();
  expect(revision).toBe(before.revision + 1);
  expect(new Set(told.map((one) => one.product?.sku))).toEqual(new Set(["A", "B", "C"]));
  expect(new Set(told.map((one) => one.revision))).toEqual(new Set([revision]));
});

test("whoever changes products or the tree, by whatever statement, is told of; who changes nothing, or takes it back, is not", async () => {
  const before = await now();
  await database.db.execute(sql`update product set price_minor = price_minor + 1`);
  await database.db.execute(sql`delete from product where sku = 'C'`);
  await database.db.insert(categoryTree).values({ version: 1 });
  await database.db.execute(sql`update category_tree set version = 2`);
  const id = crypto.randomUUID();
  const at = new Date();
  await database.db
    .insert(category)
    .values({ id, name: "Shelf", slug: "shelf", version: 1, createdAt: at, updatedAt: at });
  const { revision, told } = await now();
  expect(revision).toBe(before.revision + 5);
  expect(told.filter(({ categories }) => categories)).toHaveLength(3);

  await database.db.execute(sql`update product set name = 'nobody' where sku = 'none'`);
  const takenBack = database.transaction(async (tx) => {
    await insert(tx, "D");
    throw new Error("taken back");
  });
  await expect(takenBack).rejects.toThrow("taken back");
  expect(await now()).toEqual({ revision, told: [] });
});

test(`of ${WRITERS} writers at once each makes a revision of its own, told of in their order`, async () => {
  const before = await now();
  await Promise.all(
    Array.from({ length: WRITERS }, (_, n) =>
      database.transaction(async (tx) => {
        await insert(tx, `race-${n}`);
        await insert(tx, `race-${n}-again`);
      }),
    ),
  );
  const { revision, told } = await now();
  expect(revision).toBe(before.revision + WRITERS);
  const order = told.map((one) => one.revision);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBe(WRITERS);
});
