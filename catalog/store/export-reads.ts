import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Database } from "../../shared/ports/database.ts";
import type { ProductStatus } from "../domain/product.ts";
import type { ProductExport } from "../usecases/export-products.ts";
import { toProduct } from "./product-rows.ts";
import { product } from "./schema.ts";

const living = (status: ProductStatus | null) =>
  and(isNull(product.deletedAt), status === null ? undefined : eq(product.status, status));

/** The living products in PostgreSQL, for an export. */
export const createExportReads = ({ db }: Database): ProductExport => ({
  async living(after, limit, status) {
    const rows = await db
      .select()
      .from(product)
      .where(and(living(status), after === null ? undefined : gt(product.id, after)))
      .orderBy(product.id)
      .limit(limit);
    return rows.map(toProduct);
  },
  async attributeNames(limit, status) {
    const { rows } = await db.execute<{ name: string }>(sql`
      select attribute as name from ${product}, jsonb_object_keys(${product.attributes}) as attribute
      where ${living(status)} group by attribute order by count(*) desc, attribute limit ${limit}`);
    return rows.map(({ name }) => name);
  },
});
