import { isDeepStrictEqual } from "node:util";
import { invalid } from "../../shared/kernel/errors.ts";
import type { Money } from "../../shared/kernel/money.ts";

export const productStatuses = ["draft", "active", "archived"] as const;
export type ProductStatus = (typeof productStatuses)[number];

export type AttributeValue = string | number | boolean;

/** What staff decide about a product. */
export interface ProductFields {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  /** The number on the package (EAN, UPC, GTIN or the shop's own). Several products may have the same. */
  readonly barcode: string | null;
  readonly price: Money;
  readonly categoryId: string | null;
  /** Addresses of pictures, the main one first. */
  readonly images: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly status: ProductStatus;
}

export interface Product extends ProductFields {
  readonly id: string;
  /** Made from the first name and kept for ever, so that links go on working. */
  readonly slug: string;
  /** Rises by one with every change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

export const newProduct = (
  fields: ProductFields,
  { id, slug, now }: { id: string; slug: string; now: Date },
): Product => ({ ...fields, id, slug, version: 1, createdAt: now, updatedAt: now, deletedAt: null });

/** The product after the changes; the very same object when nothing would change. */
export const changeProduct = (product: Product, changes: Partial<ProductFields>, now: Date): Product => {
  const changed = { ...product, ...changes };
  if (isDeepStrictEqual(changed, product)) return product;
  return { ...changed, version: product.version + 1, updatedAt: now };
};

export const deleteProduct = (product: Product, now: Date): Product => ({
  ...product,
  version: product.version + 1,
  updatedAt: now,
  deletedAt: now,
});

/** Only active products are for sale and for everybody's eyes. */
export const isPublic = (product: Product): boolean =>
  product.status === "active" && product.deletedAt === null;

/** The shop has one currency. Fails with `VALIDATION`. */
export const assertCurrency = (price: Money, currency: string): void => {
  if (price.currency !== currency) {
    throw invalid("/body/price/currency", `This shop's prices are in ${currency}.`);
  }
};
