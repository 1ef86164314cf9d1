import { sql } from "drizzle-orm";
import type { Product } from "../domain/product.ts";
import { type StockLevel, unknownStock } from "../domain/stock.ts";
import { type product, stockReplica } from "./schema.ts";

export type ProductRow = typeof product.$inferSelect;

export const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  sku: row.sku,
  slug: row.slug,
  name: row.name,
  description: row.description,
  price: { amountMinor: row.priceMinor, currency: row.currency },
  categoryId: row.categoryId,
  images: row.images,
  attributes: row.attributes,
  status: row.status,
  version: row.version,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  deletedAt: row.deletedAt,
});

export const toRow = ({ price, ...rest }: Product): ProductRow => ({
  ...rest,
  priceMinor: price.amountMinor,
  currency: price.currency,
});

/** A deleted stock level has nothing to sell, whatever it held. */
export const availableNow = sql<string>`case when ${stockReplica.exists} then ${stockReplica.available} else 0 end`;

export const toStockLevel = (row: {
  available: string | number | null;
  version: number | null;
}): StockLevel =>
  row.version === null ? unknownStock : { available: Number(row.available), version: row.version };
