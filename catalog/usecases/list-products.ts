import { notFound } from "../../shared/kernel/errors.ts";
import { findCategory, pathTo, subtreeOf } from "../domain/category.ts";
import type { ProductStatus } from "../domain/product.ts";
import type {
  CategoryReader,
  ProductFacets,
  ProductPosition,
  ProductQuery,
  ProductSearch,
  ProductView,
} from "./ports.ts";

export interface ListProductsInput extends Omit<ProductQuery, "categoryIds" | "status"> {
  /** Id or slug; with all categories below it. An unknown one has no products. */
  readonly category: string | null;
  readonly status: ProductStatus | null;
  readonly seesDrafts: boolean;
}

export interface ProductList {
  readonly items: readonly ProductView[];
  readonly next: ProductPosition | null;
  readonly facets: ProductFacets;
}

const nothing: ProductList = {
  items: [],
  next: null,
  facets: { inStock: 0, outOfStock: 0, minPriceMinor: null, maxPriceMinor: null },
};

/** One page of the products that fit, with what the whole result holds. */
export const listProducts =
  ({ products, categories }: { products: ProductSearch; categories: Pick<CategoryReader, "tree"> }) =>
  async ({ category, seesDrafts, status, ...wanted }: ListProductsInput): Promise<ProductList> => {
    if (!seesDrafts && status !== null && status !== "active") return nothing;
    const tree = await categories.tree();
    const root = category === null ? null : findCategory(tree, category);
    if (root === undefined) return nothing;
    const query: ProductQuery = {
      ...wanted,
      categoryIds: root === null ? null : subtreeOf(tree, root),
      status: seesDrafts ? status : "active",
    };
    const [page, facets] = await Promise.all([products.page(query), products.facets(query)]);
    const items = page.items.map(({ product, stock }) => ({
      product,
      stock,
      categoryPath: pathTo(tree, product.categoryId),
      treeVersion: tree.version,
    }));
    return { items, next: page.next, facets };
  };

export type ListProducts = ReturnType<typeof listProducts>;

/** The same within one category and those below it. Fails with `NOT_FOUND` where there is no such category. */
export const listCategoryProducts =
  ({ list, categories }: { list: ListProducts; categories: Pick<CategoryReader, "tree"> }) =>
  async (input: ListProductsInput & { category: string }): Promise<ProductList> => {
    if (findCategory(await categories.tree(), input.category) === undefined) throw notFound("category");
    return list(input);
  };
