import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { createLevelPages, LEVELS_PAGE_MAX } from "./level-pages.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

test("the pages hold every level once in the order of its bytes, deleted ones too, those that never were not", async () => {
  await shop.database.db.execute(sql`
    insert into stock_level (sku, on_hand, reserved, version, low_stock_threshold, updated_at)
    select 'S-' || n, n, 0, 1, 0, now() from generate_series(1, ${LEVELS_PAGE_MAX + 500}) as n`);
  await shop.database.db.execute(sql`
    update stock_level set deleted = true, on_hand = 0, version = 2 where sku = 'S-7'`);
  await shop.database.db.execute(sql`
    insert into stock_level (sku, on_hand, reserved, version, low_stock_threshold, deleted, updated_at)
    values ('NEVER', 0, 0, 0, 0, true, now())`);
  for (const sku of ["a-small", "A-LARGE", "a B"]) await shop.stock(sku, 3);
  const pages = createLevelPages(shop.database);
  const first = await pages(null);
  const second = await pages(first.next);
  const skus = [...first.items, ...second.items].map(({ sku }) => sku);
  expect([first.items.length, second.next, skus.length]).toEqual([
    LEVELS_PAGE_MAX,
    null,
    LEVELS_PAGE_MAX + 503,
  ]);
  expect(skus).toEqual([...skus].sort());
  expect([...first.items, ...second.items].find(({ sku }) => sku === "S-7")).toMatchObject({
    ...{ exists: false, available: 0, version: 2 },
  });
});
