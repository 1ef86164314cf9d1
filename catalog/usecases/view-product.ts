import { pathTo } from "../domain/category.ts";
import type { Product } from "../domain/product.ts";
import type { CategoryReader, ProductView, StockReader } from "./ports.ts";

/** Joins a product with its category path and its live stock. */
export const viewProduct =
  ({ categories, stock }: { categories: Pick<CategoryReader, "tree">; stock: StockReader }) =>
  async (product: Product): Promise<ProductView> => {
    const [tree, level] = await Promise.all([categories.tree(), stock.level(product.sku)]);
    return {
      product,
      categoryPath: pathTo(tree, product.categoryId),
      stock: level,
      treeVersion: tree.version,
    };
  };

export type ViewProduct = ReturnType<typeof viewProduct>;
