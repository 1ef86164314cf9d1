import { sql } from "drizzle-orm";
import type { Db } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { Category } from "../domain/category.ts";
import type { Product } from "../domain/product.ts";
import { toRow } from "../store/product-rows.ts";
import {
  category,
  categoryTree,
  product,
  productSales,
  productSearch,
  searchWord,
  stockReplica,
} from "../store/schema.ts";

/** PostgreSQL takes 65,535 parameters a statement, and a product is some twenty of them; and a statement has 3 s, on a busy machine too. */
const ROWS_AT_ONCE = 250;

export interface StockedProduct {
  readonly product: Product;
  /** Units sold so far. */
  readonly sold: number;
  /** Units that can be bought; null where inventory has never spoken of it. */
  readonly available: number | null;
}

const chunks = function* <Row>(rows: Iterable<Row>): Generator<Row[]> {
  let chunk: Row[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < ROWS_AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
};

const insertChunk = async (db: Db, chunk: readonly StockedProduct[]): Promise<void> => {
  await db.insert(product).values(chunk.map((one) => toRow(one.product)));
  await db.execute(sql`
    insert into ${productSales} (product_id, units)
    select * from unnest(
      ${column(chunk, "uuid", (one) => one.product.id)}, ${column(chunk, "bigint", ({ sold }) => sold)})`);
  const stocked = chunk.filter(({ available }) => available !== null);
  await db.execute(sql`
    insert into ${stockReplica} (sku, available, on_hand, reserved, version, exists, occurred_at)
    select sku, available, available, 0, 1, true, now() from unnest(
      ${column(stocked, "text", (one) => one.product.sku)},
      ${column(stocked, "bigint", ({ available }) => available)}) as level(sku, available)`);
};

/**
 * Puts products with their sales and stock straight into the tables, a few hundred rows a statement, and lets the planner know. No event
 * tells of them: for a database that nobody reads yet.
 */
export const insertProducts = async (db: Db, products: Iterable<StockedProduct>): Promise<void> => {
  for (const chunk of chunks(products)) await insertChunk(db, chunk);
  // Vacuum as well: what a GIN index has not sorted in yet would be read through by every search until then.
  for (const table of [product, productSearch, searchWord, productSales, stockReplica])
    await db.execute(sql`vacuum (analyze) ${table}`);
};

/** The same for categories, parents first. */
export const insertCategories = async (db: Db, categories: readonly Category[]): Promise<void> => {
  await db.insert(category).values([...categories]);
  await db.insert(categoryTree).values({ version: 1 }).onConflictDoNothing();
};
