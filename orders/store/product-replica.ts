import { or, sql } from "drizzle-orm";
import type { EventData, ProductSnapshot } from "../../shared/contracts/events.ts";
import { settled } from "../../shared/kernel/settled.ts";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import type { Product, ProductKeys, ProductReplica } from "../usecases/ports.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { ProductFields } from "./product-copies.ts";
import { productReplica } from "./schema.ts";

type Row = typeof productReplica.$inferInsert;

/** Writes rows that are newer than what is there, and answers the ids of these. */
const upsert = async (db: Queryable, rows: readonly Row[]): Promise<string[]> => {
  if (rows.length === 0) return [];
  const written = await db
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
    })
    .returning({ id: productReplica.id });
  return written.map(({ id }) => id);
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
export const saveProducts = async (db: Queryable, products: readonly ProductSnapshot[]): Promise<void> => {
  const newest = new Map<string, ProductSnapshot>();
  for (const product of products) {
    if ((newest.get(product.id)?.version ?? 0) < product.version) newest.set(product.id, product);
  }
  const sorted = [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  await upsert(db, sorted.map(rowOf));
};

const tombstoneOf = ({ id, sku, version }: EventData<"product.deleted">): Row => ({
  ...{ id, sku, version, name: sku, priceMinor: 0, currency: "", status: "archived", deleted: true },
});

/** Remembers that a product is gone, with the version of that news: also one that was never seen. */
export const deleteProduct = async (db: Queryable, gone: EventData<"product.deleted">): Promise<void> => {
  await upsert(db, [tombstoneOf(gone)]);
};

/** Takes a page of copies, in the order of their keys: what is newer than what is known. Answers the ids of what it took. */
export const saveProductCopies = (db: Queryable, copies: readonly Copy<ProductFields>[]): Promise<string[]> =>
  upsert(
    db,
    copies.map(({ key: id, version, fields }) =>
      fields.deleted ? tombstoneOf({ id, version, sku: fields.sku }) : { id, version, ...fields },
    ),
  );

const readAll = (db: Queryable, skus: readonly string[], ids: readonly string[]): Promise<Product[]> =>
  db
    .select()
    .from(productReplica)
    .where(
      or(
        sql`${productReplica.sku} = any(${sql.param(skus)}::text[])`,
        sql`${productReplica.id} = any(${sql.param(ids)}::uuid[])`,
      ),
    );

/** Calls of the same moment share one statement: a rush of orders must not queue for the connections of the pool. */
export const createProductReplica = ({ db }: Database, group: GroupCommit): ProductReplica => ({
  find: group<ProductKeys, Product[]>(async (calls) => {
    const all = (pick: (keys: ProductKeys) => readonly string[]) => [...new Set(calls.flatMap(pick))];
    const products = await readAll(
      db,
      all(({ skus }) => skus),
      all(({ ids }) => ids),
    );
    const bySku = Map.groupBy(products, ({ sku }) => sku);
    const byId = Map.groupBy(products, ({ id }) => id);
    return calls.map(({ skus, ids }) => {
      const named = [...skus.map((sku) => bySku.get(sku)), ...ids.map((id) => byId.get(id))];
      return settled([...new Set(named.flatMap((found) => found ?? []))]);
    });
  }),
  save: group<readonly ProductSnapshot[], void>(async (calls) => {
    await saveProducts(db, calls.flat());
    return calls.map(() => settled(undefined));
  }),
});
