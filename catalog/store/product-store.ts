import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { conflict, invalid, notFound } from "../../shared/kernel/errors.ts";
import { isUuid } from "../../shared/kernel/ids.ts";
import { append } from "../../shared/outbox/outbox.ts";
import type { Database, Tx } from "../../shared/ports/database.ts";
import { brokenConstraint } from "../../shared/ports/sql-state.ts";
import type { Product } from "../domain/product.ts";
import { numberedSlug, SLUG_NUMBER_MAX, slugWithId } from "../domain/slug.ts";
import type { ProductListing, ProductReader, ProductWriter } from "../usecases/ports.ts";
import { createPutAll } from "./product-bulk.ts";
import { type ChangeOrigin, eventOf } from "./product-events.ts";
import { toProduct, toRow } from "./product-rows.ts";
import { product, productSales } from "./schema.ts";

export interface ProductStoreOptions {
  readonly database: Database;
  /** The request that is being served, where there is one. */
  readonly origin: () => ChangeOrigin | undefined;
}

/** Tries for a numbered slug, since others may take the same number at the same time; then the id has to serve. */
const SLUG_TRIES = 4;

const living = isNull(product.deletedAt);

const skuTaken = () => conflict("Another product has this SKU.");
const noCategory = () => invalid("/body/categoryId", "There is no such category.");

/** What a broken constraint means to the caller. */
const explained = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === "product_sku_key") throw skuTaken();
    if (constraint === "product_category_fkey") throw noCategory();
    throw error;
  }
};

const isTaken = async (tx: Tx, sku: string): Promise<boolean> =>
  (await tx.$count(product, and(eq(product.sku, sku), living))) > 0;

/** The number after the highest that goes with the slug. A slug holds no wildcard of LIKE and of patterns. */
const nextSlug = async (tx: Tx, base: string, id: string): Promise<string> => {
  // In characters, as PostgreSQL counts; a letter may be two units of a JavaScript string.
  const prefix = [...base].length + 1;
  const { rows } = await tx.execute<{ highest: number }>(sql`
    select coalesce(max(substring(slug from ${prefix + 1})::int), 1) as highest
    from ${product}
    where deleted_at is null and slug like ${`${base}-%`}
      and substring(slug from ${prefix + 1}) ~ '^[1-9][0-9]{0,5}$'`);
  const next = Number(rows[0]?.highest ?? 1) + 1;
  return next > SLUG_NUMBER_MAX ? slugWithId(base, id) : numberedSlug(base, next);
};

/** Inserts under the first slug that is free. ON CONFLICT waits for whoever inserts the same, and fails nothing. */
const insertWithSlug = async (tx: Tx, wantedSlug: string, make: (slug: string) => Product) => {
  let slug = wantedSlug;
  for (let attempt = 1; ; attempt += 1) {
    const made = make(slug);
    const inserted = await tx.insert(product).values(toRow(made)).onConflictDoNothing();
    if (inserted.rowCount === 1) {
      await tx.insert(productSales).values({ productId: made.id });
      return made;
    }
    if (await isTaken(tx, made.sku)) throw skuTaken();
    if (attempt > SLUG_TRIES) throw conflict("No free address was found for this name: send it again.");
    slug = attempt === SLUG_TRIES ? slugWithId(wantedSlug, made.id) : await nextSlug(tx, wantedSlug, made.id);
  }
};

const lock = async (tx: Tx, id: string): Promise<Product> => {
  const [row] = await tx
    .select()
    .from(product)
    .where(and(eq(product.id, id), living))
    .for("update");
  if (row === undefined) throw notFound("product");
  return toProduct(row);
};

/** The products in PostgreSQL, with their events in the outbox. */
export const createProductStore = ({
  database,
  origin,
}: ProductStoreOptions): ProductReader & ProductWriter & ProductListing => {
  const { db } = database;
  const putAll = createPutAll(database, origin);
  const byId = db
    .select()
    .from(product)
    .where(and(eq(product.id, sql.placeholder("id")), living))
    .prepare("catalog_product_by_id");
  const byText = db
    .select()
    .from(product)
    .where(
      and(
        sql`(${product.slug} = ${sql.placeholder("key")} or ${product.sku} = ${sql.placeholder("key")})`,
        living,
      ),
    )
    .orderBy(sql`${product.slug} = ${sql.placeholder("key")} desc`)
    .limit(1)
    .prepare("catalog_product_by_text");

  return {
    async find(key) {
      const rows = isUuid(key) ? await byId.execute({ id: key }) : [];
      const [row] = rows.length > 0 ? rows : await byText.execute({ key });
      return row === undefined ? null : toProduct(row);
    },

    insert: (wantedSlug, make) =>
      explained(
        database.transaction(async (tx) => {
          const inserted = await insertWithSlug(tx, wantedSlug, make);
          await append(tx, [eventOf(inserted, origin() ?? {})]);
          return inserted;
        }),
      ),

    change: (id, decide) =>
      explained(
        database.transaction(async (tx) => {
          const before = await lock(tx, id);
          const after = decide(before);
          if (after === before) return before;
          await tx.update(product).set(toRow(after)).where(eq(product.id, id));
          await append(tx, [eventOf(after, origin() ?? {})]);
          return after;
        }),
      ),

    putAll: (skus, decide) => explained(putAll(skus, decide)),

    async all(after, limit) {
      const rows = await db
        .select()
        .from(product)
        .where(after === null ? undefined : gt(product.id, after))
        .orderBy(product.id)
        .limit(limit);
      return rows.map(toProduct);
    },

    async lookup({ ids, skus }) {
      const wanted = sql`(${product.id} = any(${sql.param([...ids])}::uuid[]) or ${product.sku} = any(${sql.param([...skus])}::text[]))`;
      const rows = await db.select().from(product).where(and(wanted, living));
      return rows.map(toProduct);
    },

    async any() {
      // Deleted ones count: who has emptied the shop does not want it filled again.
      return (await db.select({ id: product.id }).from(product).limit(1)).length > 0;
    },
  };
};
