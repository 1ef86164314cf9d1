import { and, count, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { notFound } from "../../shared/kernel/errors.ts";
import type { Database, Queryable, Tx } from "../../shared/ports/database.ts";
import { type Category, growTree } from "../domain/category.ts";
import type { CategoryReader, CategoryWriter } from "../usecases/ports.ts";
import { category, categoryTree, product } from "./schema.ts";

/** Bumps the tree's version and thereby waits for, and keeps off, every other change of the tree. */
const lockTree = async (tx: Tx): Promise<void> => {
  await tx
    .insert(categoryTree)
    .values({ version: 1 })
    .onConflictDoUpdate({ target: categoryTree.id, set: { version: sql`${categoryTree.version} + 1` } });
};

const readAll = (db: Queryable): Promise<Category[]> => db.select().from(category);

const oneOf = (all: readonly Category[], id: string): Category => {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw notFound("category");
  return found;
};

/**
 * Keeps products from coming in until the end of the transaction: who inserts one locks its category by the foreign
 * key. Then counts those that are there.
 */
const lockAndCount = async (tx: Tx, id: string): Promise<number> => {
  await tx.select({ id: category.id }).from(category).where(eq(category.id, id)).for("update");
  return tx.$count(product, and(eq(product.categoryId, id), isNull(product.deletedAt)));
};

/** The category tree in PostgreSQL. */
export const createCategoryStore = (database: Database): CategoryReader & CategoryWriter => ({
  async tree() {
    // One statement, so that the version belongs to the categories.
    const rows = await database.db
      .select({ version: categoryTree.version, category })
      .from(categoryTree)
      .leftJoin(category, sql`true`);
    const categories = rows.flatMap((row) => (row.category === null ? [] : [row.category]));
    return growTree(categories, rows[0]?.version ?? 0);
  },

  async countProducts() {
    const rows = await database.db
      .select({ id: product.categoryId, products: count() })
      .from(product)
      .where(and(isNull(product.deletedAt), eq(product.status, "active"), isNotNull(product.categoryId)))
      .groupBy(product.categoryId);
    return new Map(rows.map(({ id, products }) => [id ?? "", products]));
  },

  insert: (make) =>
    database.transaction(async (tx) => {
      await lockTree(tx);
      const made = make(await readAll(tx));
      await tx.insert(category).values(made);
      return made;
    }),

  change: (id, decide) =>
    database.transaction(async (tx) => {
      await lockTree(tx);
      const all = await readAll(tx);
      const before = oneOf(all, id);
      const after = decide(before, all);
      if (after !== before) await tx.update(category).set(after).where(eq(category.id, id));
      return after;
    }),

  delete: (id, check) =>
    database.transaction(async (tx) => {
      await lockTree(tx);
      const all = await readAll(tx);
      check(oneOf(all, id), all, await lockAndCount(tx, id));
      await tx.delete(category).where(eq(category.id, id));
    }),
});
