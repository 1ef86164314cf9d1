import { sql } from "drizzle-orm";
import type { Product } from "../domain/product.ts";
import { type StockLevel, unknownStock } from "../domain/stock.ts";
import { product, stockReplica } from "./schema.ts";

export type ProductRow = typeof product.$inferSelect;

export const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  sku: row.sku,
  slug: row.slug,
  name: row.name,
  description: row.description,
  barcode: row.barcode,
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

/** What can be bought now. */
export const isInStock = sql`coalesce(${availableNow} > 0, false)`;

export const toStockLevel = (row: {
  available: string | number | null;
  version: number | null;
}): StockLevel =>
  row.version === null ? unknownStock : { available: Number(row.available), version: row.version };

/** A row of `product` as `to_json` writes it. */
interface ProductJson
  extends Omit<Product, "price" | "categoryId" | "createdAt" | "updatedAt" | "deletedAt"> {
  readonly price_minor: number;
  readonly currency: string;
  readonly category_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A product of a list: living, with its stock and with what the list is sorted by. */
export interface ListedRow extends Record<string, unknown> {
  readonly product: ProductJson;
  readonly available: string | null;
  readonly stockVersion: string | null;
  readonly key: string | number;
  /** How many products were met for the list, as far as they were counted. */
  readonly matches: number;
}

/** The columns of a `ListedRow` but its key. */
export const listedColumns = sql`to_json(${product}) as product, ${availableNow} as available, ${stockReplica.version} as "stockVersion"`;

const ofJson = (json: ProductJson): Product => ({
  id: json.id,
  sku: json.sku,
  slug: json.slug,
  name: json.name,
  description: json.description,
  barcode: json.barcode,
  price: { amountMinor: json.price_minor, currency: json.currency },
  categoryId: json.category_id,
  images: json.images,
  attributes: json.attributes,
  status: json.status,
  version: json.version,
  createdAt: new Date(json.created_at),
  updatedAt: new Date(json.updated_at),
  deletedAt: null,
});

export const toListed = ({ product: json, available, stockVersion }: ListedRow) => ({
  product: ofJson(json),
  stock: toStockLevel({ available, version: stockVersion === null ? null : Number(stockVersion) }),
});
