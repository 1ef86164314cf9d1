import { isKioskError } from "../../shared/kernel/errors.ts";
import type { ProductFields } from "../domain/product.ts";
import type { CreateCategory } from "./create-category.ts";
import type { CreateProduct } from "./create-product.ts";
import type { CategoryReader, ProductListing } from "./ports.ts";

export interface DemoProduct {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly priceMinor: number;
  /** Name of its category. */
  readonly category: string;
  /** Units in stock to begin with; they are given to inventory. */
  readonly quantity: number;
  readonly attributes: ProductFields["attributes"];
}

export interface SeedDemoDeps {
  readonly products: Pick<ProductListing, "any">;
  readonly categories: Pick<CategoryReader, "tree">;
  readonly createProduct: CreateProduct;
  readonly createCategory: CreateCategory;
  readonly currency: string;
  readonly catalogue: readonly DemoProduct[];
}

/**
 * Fills a shop that has no product at all and answers the stock that belongs to it; an empty list when there was
 * something already.
 */
export const seedDemoCatalogue =
  ({ products, categories, createProduct, createCategory, currency, catalogue }: SeedDemoDeps) =>
  async (): Promise<{ sku: string; quantity: number }[]> => {
    if (await products.any()) return [];
    const tree = await categories.tree();
    const categoryIds = new Map(tree.nodes.map(({ name, id }) => [name, id]));
    for (const { category: name } of catalogue) {
      if (categoryIds.has(name)) continue;
      categoryIds.set(name, (await createCategory({ name, parentId: null })).id);
    }
    for (const { category, priceMinor, quantity: _, ...fields } of catalogue) {
      const categoryId = categoryIds.get(category) ?? null;
      const price = { amountMinor: priceMinor, currency };
      await createProduct({
        ...fields,
        barcode: null,
        price,
        categoryId,
        images: [],
        status: "active",
      }).catch((error) => {
        // Another instance fills the same shop at this moment.
        if (!isKioskError(error, "CONFLICT")) throw error;
      });
    }
    return catalogue.map(({ sku, quantity }) => ({ sku, quantity }));
  };
