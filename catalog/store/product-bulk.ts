import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { unavailable } from "../../shared/kernel/errors.ts";
import { append } from "../../shared/outbox/outbox.ts";
import type { Database, Queryable, Tx } from "../../shared/ports/database.ts";
import { statement } from "../../shared/sql/statement.ts";
import type { ProductPut } from "../domain/import-change.ts";
import type { Product } from "../domain/product.ts";
import type { ProductWriter } from "../usecases/ports.ts";
import { type ChangeOrigin, eventOf } from "./product-events.ts";
import { type ProductRow, toProduct, toRow } from "./product-rows.ts";
import { product, productSales } from "./schema.ts";

/** Others may make what we are about to make: all of it is looked at again then. */
const ATTEMPTS = 5;

/** Somebody else has taken a SKU or a slug since we looked: the transaction is undone and begun anew. */
class TakenMeanwhile extends Error {
  override readonly name = "TakenMeanwhile";

  constructor() {
    super("a SKU or a slug has been taken meanwhile");
  }
}

interface Rows {
  readonly rows: readonly ProductRow[];
}

const columnsOfProduct = Object.entries(getTableColumns(product)) as [keyof ProductRow, PgColumn][];
const named = (columns: readonly [keyof ProductRow, PgColumn][]): SQL =>
  sql.join(
    columns.map(([, each]) => sql.identifier(each.name)),
    sql`, `,
  );
/** The columns of many products as arrays, whichever columns there are. */
const arrays = (
  columns: readonly [keyof ProductRow, PgColumn][],
  row: (type: string, pick: (row: ProductRow) => unknown) => SQL,
): SQL =>
  sql.join(
    columns.map(([key, each]) =>
      row(each.getSQLType(), (one) => (one[key] === null ? null : each.mapToDriverValue(one[key]))),
    ),
    sql`, `,
  );

const insertAll = statement<Rows>(
  ({ rows }) => sql`
    with made as (
      insert into ${product} (${named(columnsOfProduct)})
      select ${named(columnsOfProduct)} from unnest(${arrays(columnsOfProduct, rows("rows"))})
        with ordinality as given(${named(columnsOfProduct)}, n)
      order by n
      on conflict do nothing
      returning id
    )
    insert into ${productSales} (product_id) select id from made`,
);

/** What never changes is left out. */
const changing = columnsOfProduct.filter(([key]) => !["id", "slug", "createdAt"].includes(key));
const updateAll = statement<Rows>(({ rows }) => {
  const row = rows("rows");
  const set = sql.join(
    changing.map(([, { name }]) => sql`${sql.identifier(name)} = given.${sql.identifier(name)}`),
    sql`, `,
  );
  return sql`
    update ${product} set ${set}
    from unnest(${row("uuid", ({ id }) => id)}, ${arrays(changing, row)}) as given(id, ${named(changing)})
    where ${product}.id = given.id`;
});

const livingWith = (db: Queryable, skus: readonly string[]) =>
  db
    .select()
    .from(product)
    .where(sql`${product.deletedAt} is null and ${product.sku} = any(${sql.param([...skus])}::text[])`)
    .orderBy(product.sku);

const bySku = (rows: readonly ProductRow[]): Map<string, Product> =>
  new Map(rows.map((row) => [row.sku, toProduct(row)]));

/** Gives each new product the first of its slugs that nobody has, those before it included. */
const withSlugs = async (tx: Tx, puts: readonly ProductPut[]): Promise<Product[]> => {
  const wanted = puts.flatMap((put) => (put.kind === "new" ? [put] : []));
  if (wanted.length === 0) return [];
  const slugs = wanted.flatMap((put) => put.slugs);
  const { rows } = await tx.execute<{ slug: string }>(sql`
    select slug from ${product} where deleted_at is null and slug = any(${sql.param(slugs)}::text[])`);
  const taken = new Set(rows.map(({ slug }) => slug));
  return wanted.map((put) => {
    const slug = put.slugs.find((each) => !taken.has(each)) ?? put.slugs.at(-1) ?? "";
    taken.add(slug);
    return put.make(slug);
  });
};

const storeAll = async (tx: Tx, puts: readonly ProductPut[], origin: ChangeOrigin): Promise<void> => {
  const made = await withSlugs(tx, puts);
  const changed = puts.flatMap((put) => (put.kind === "changed" ? [put.product] : []));
  if (changed.length > 0) await tx.execute(updateAll({ rows: changed.map(toRow) }));
  if (made.length > 0) {
    const { rowCount } = await tx.execute(insertAll({ rows: made.map(toRow) }));
    if (rowCount !== made.length) throw new TakenMeanwhile();
  }
  await append(
    tx,
    [...changed, ...made].map((each) => eventOf(each, origin)),
  );
};

/**
 * Stores many products at once: few statements, however many they are, in one transaction with their events. What stays as it is
 * is only read; the others are locked, in the order of their SKUs, and looked at again.
 */
export const createPutAll =
  (database: Database, origin: () => ChangeOrigin | undefined): ProductWriter["putAll"] =>
  async (skus, decide) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const seen = bySku(await livingWith(database.db, skus));
      const first = decide(seen);
      if (first.puts.length === 0) return first.result;
      const touched = first.puts.map(({ sku }) => sku);
      try {
        return await database.transaction(async (tx) => {
          const locked = bySku(await livingWith(tx, touched).for("update"));
          const known = new Map(seen);
          for (const sku of touched) {
            const product = locked.get(sku);
            if (product === undefined) known.delete(sku);
            else known.set(sku, product);
          }
          const { puts, result } = decide(known);
          if (puts.length > 0) await storeAll(tx, puts, origin() ?? {});
          return result;
        });
      } catch (error) {
        if (!(error instanceof TakenMeanwhile)) throw error;
      }
    }
    throw unavailable("Others are making the same products: try again shortly.");
  };
