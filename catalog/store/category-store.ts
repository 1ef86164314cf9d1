import { and, count, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { notFound } from "../../shared/kernel/errors.ts";
import type { Database, Queryable, Tx } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { type Category, growTree } from "../domain/category.ts";
import { arranged, numbered } from "../domain/category-order.ts";
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

/** Stores the positions that differ from those that are stored. `after` is how all of them stand now. */
const storePositions = async (
  tx: Tx,
  stored: readonly Category[],
  after: readonly Category[],
): Promise<void> => {
  const before = new Map(stored.map(({ id, position }) => [id, position]));
  const moved = after.filter(({ id, position }) => before.get(id) !== position);
  if (moved.length === 0) return;
  await tx.execute(sql`
    update ${category} c set position = moved.position
    from unnest(
      ${column(moved, "uuid", ({ id }) => id)}, ${column(moved, "integer", ({ position }) => position)}
    ) as moved(id, position)
    where c.id = moved.id`);
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
      const stored = await readAll(tx);
      const made = make(numbered(stored));
      await tx.insert(category).values(made);
      await storePositions(tx, [...stored, made], arranged(stored, made));
      return made;
    }),

  change: (id, decide) =>
    database.transaction(async (tx) => {
      await lockTree(tx);
      const stored = await readAll(tx);
      const all = numbered(stored);
      const before = oneOf(all, id);
      const after = decide(before, all);
      if (after === before) return before;
      await tx.update(category).set(after).where(eq(category.id, id));
      await storePositions(tx, stored, arranged(stored, after));
      return after;
    }),

  delete: (id, check) =>
    database.transaction(async (tx) => {
      await lockTree(tx);
      const stored = await readAll(tx);
      const all = numbered(stored);
      check(oneOf(all, id), all, await lockAndCount(tx, id));
      await tx.delete(category).where(eq(category.id, id));
      await storePositions(tx, stored, numbered(stored.filter((one) => one.id !== id)));
    }),
});
