import { or, sql } from "drizzle-orm";
import type { EventData, ProductSnapshot } from "../../shared/contracts/events.ts";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { ProductReplica } from "../usecases/ports.ts";
import { productReplica } from "./schema.ts";

type Row = typeof productReplica.$inferInsert;

const upsert = async (db: Queryable, rows: readonly Row[]): Promise<void> => {
  if (rows.length === 0) return;
  await db
    .insert(productReplica)
    .values([...rows])
    .onConflictDoUpdate({
      target: productReplica.id,
      set: {
        sku: sql`excluded.sku`,
        version: sql`excluded.version`,
        name: sql`excluded.name`,
        priceMinor: sql`excluded.price_minor`,
        currency: sql`excluded.currency`,
        status: sql`excluded.status`,
        deleted: sql`excluded.deleted`,
      },
      setWhere: sql`${productReplica.version} < excluded.version`,
    });
};

const rowOf = ({ id, sku, version, name, price, status }: ProductSnapshot): Row => ({
  id,
  sku,
  version,
  name,
  priceMinor: price.amountMinor,
  currency: price.currency,
  status,
  deleted: false,
});

/** Takes products that are newer than what is known; in order of id, so that two writers do not block each other. */
export const saveProducts = (db: Queryable, products: readonly ProductSnapshot[]): Promise<void> => {
  const newest = new Map<string, ProductSnapshot>();
  for (const product of products) {
    if ((newest.get(product.id)?.version ?? 0) < product.version) newest.set(product.id, product);
  }
  const sorted = [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return upsert(db, sorted.map(rowOf));
};

/** Remembers that a product is gone, with the version of that news: also one that was never seen. */
export const deleteProduct = async (db: Queryable, gone: EventData<"product.deleted">): Promise<void> => {
  const { id, sku, version } = gone;
  const tombstone: Row = { id, sku, version, name: sku, priceMinor: 0, currency: "", status: "archived" };
  await db
    .insert(productReplica)
    .values({ ...tombstone, deleted: true })
    .onConflictDoUpdate({
      target: productReplica.id,
      set: { version, deleted: true },
      setWhere: sql`${productReplica.version} < ${version}`,
    });
};

export const createProductReplica = ({ db }: Database): ProductReplica => ({
  find: ({ skus, ids }) =>
    db
      .select()
      .from(productReplica)
      .where(
        or(
          sql`${productReplica.sku} = any(${sql.param(skus)}::text[])`,
          sql`${productReplica.id} = any(${sql.param(ids)}::uuid[])`,
        ),
      ),
  save: (products) => saveProducts(db, products),
});
