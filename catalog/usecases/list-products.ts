import { notFound } from "../../shared/kernel/errors.ts";
import {
  type CategoryNode,
  type CategoryTree,
  countWithDescendants,
  findCategory,
  pathTo,
  subtreeOf,
} from "../domain/category.ts";
import { type PriceRange, priceRanges } from "../domain/price-ranges.ts";
import type { ProductStatus } from "../domain/product.ts";
import { readSearch, withCategories } from "../domain/search-query.ts";
import { countFacets } from "./count-facets.ts";
import type {
  AttributeFacet,
  CategoryReader,
  FacetCounts,
  ProductPage,
  ProductPosition,
  ProductQuery,
  ProductSearch,
  ProductView,
} from "./ports.ts";

/** Categories that the facets of a list name, at most: those with the most products. */
export const FACET_CATEGORIES_MAX = 50;

export interface ListProductsInput extends Omit<ProductQuery, "search" | "categoryIds" | "status"> {
  readonly text: string | null;
  /** Id or slug; with all categories below it. An unknown one has no products. */
  readonly category: string | null;
  readonly status: ProductStatus | null;
  readonly seesDrafts: boolean;
  /** False: the facets are not counted. */
  readonly facets: boolean;
}

/** A category of the result, with the products of all below it. */
export interface CategoryFacet {
  readonly category: CategoryNode;
  readonly count: number;
}

/** What the whole result holds, as `FacetCounts` says. */
export interface ProductFacets extends Omit<FacetCounts, "prices" | "categories"> {
  readonly priceRanges: readonly PriceRange[];
  /** In the order of the tree. */
  readonly categories: readonly CategoryFacet[];
  readonly attributes: readonly AttributeFacet[];
}

export interface ProductList {
  readonly items: readonly ProductView[];
  readonly next: ProductPosition | null;
  /** Null where they were not asked for. */
  readonly facets: ProductFacets | null;
}

const noFacets: ProductFacets = {
  total: 0,
  approximate: false,
  inStock: 0,
  outOfStock: 0,
  minPriceMinor: null,
  maxPriceMinor: null,
  priceRanges: [],
  categories: [],
  attributes: [],
};

const categoryFacets = (tree: CategoryTree, direct: ReadonlyMap<string, number>): CategoryFacet[] => {
  const totals = countWithDescendants(tree, direct);
  const found = tree.nodes.flatMap((category) => {
    const count = totals.get(category.id) ?? 0;
    return count > 0 ? [{ category, count }] : [];
  });
  if (found.length <= FACET_CATEGORIES_MAX) return found;
  const most = new Set(found.toSorted((a, b) => b.count - a.count).slice(0, FACET_CATEGORIES_MAX));
  return found.filter((facet) => most.has(facet));
};

const facetsOf = (tree: CategoryTree, { prices, categories, ...counts }: FacetCounts): ProductFacets => ({
  ...counts,
  priceRanges: priceRanges(prices),
  categories: categoryFacets(tree, categories),
});

/** The query as the store is asked it; null when it can have no result. */
const queryOf = (
  { text, category, seesDrafts, status, facets: _, ...wanted }: ListProductsInput,
  tree: CategoryTree,
): ProductQuery | null => {
  if (!seesDrafts && status !== null && status !== "active") return null;
  const root = category === null ? null : findCategory(tree, category);
  if (root === undefined) return null;
  return {
    ...wanted,
    search: text === null ? null : withCategories(readSearch(text), tree),
    categoryIds: root === null ? null : subtreeOf(tree, root),
    status: seesDrafts ? status : "active",
  };
};

/** Whether anything is asked beside the text. */
export const isNarrowed = ({
  categoryIds,
  minPriceMinor,
  maxPriceMinor,
  inStock,
  attributes,
}: Omit<ProductQuery, "search" | "after">): boolean =>
  [categoryIds, minPriceMinor, maxPriceMinor, inStock].some((filter) => filter !== null) ||
  attributes.length > 0;

/** All that a text finds is at hand where it fits into one page, and most texts find little: then nothing else has to be asked. */
const isWhole = ({ after, search, ...query }: ProductQuery, { next }: ProductPage): boolean =>
  search !== null && after === null && next === null && !isNarrowed(query);

const readPage = async (products: ProductSearch, query: ProductQuery, wantsFacets: boolean) => {
  const loosely = query.after?.reading?.loosely ?? false;
  const countedAs = (read: boolean) => (wantsFacets ? products.facets(query, read) : null);
  if (query.search === null) {
    const [page, counts] = await Promise.all([products.page(query), countedAs(loosely)]);
    return { page, counts };
  }
  const page = await products.page(query);
  if (wantsFacets && isWhole(query, page)) return { page, counts: countFacets(page.items) };
  return { page, counts: await countedAs(page.reading?.loosely ?? loosely) };
};

/** One page of the products that fit, with what the whole result holds. */
export const listProducts =
  ({ products, categories }: { products: ProductSearch; categories: Pick<CategoryReader, "tree"> }) =>
  async (input: ListProductsInput): Promise<ProductList> => {
    const tree = await categories.tree();
    const query = queryOf(input, tree);
    if (query === null) return { items: [], next: null, facets: input.facets ? noFacets : null };
    const { page, counts } = await readPage(products, query, input.facets);
    const items = page.items.map(({ product, stock }) => ({
      product,
      stock,
      categoryPath: pathTo(tree, product.categoryId),
      treeVersion: tree.version,
    }));
    return { items, next: page.next, facets: counts && facetsOf(tree, counts) };
  };

export type ListProducts = ReturnType<typeof listProducts>;

/** The same within one category and those below it. Fails with `NOT_FOUND` where there is no such category. */
export const listCategoryProducts =
  ({ list, categories }: { list: ListProducts; categories: Pick<CategoryReader, "tree"> }) =>
  async (input: ListProductsInput & { category: string }): Promise<ProductList> => {
    if (findCategory(await categories.tree(), input.category) === undefined) throw notFound("category");
    return list(input);
  };
