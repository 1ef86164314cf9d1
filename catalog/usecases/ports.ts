import type { StockChange, StockChangesPage } from "../../shared/contracts/stock-stream.ts";
import type { Category, CategoryNode, CategoryTree } from "../domain/category.ts";
import type { Product, ProductStatus } from "../domain/product.ts";
import type { StockLevel } from "../domain/stock.ts";

export const productSorts = ["relevance", "popular", "price", "-price", "name", "newest"] as const;
export type ProductSort = (typeof productSorts)[number];

/** Where a page ended: the sorted value and the id of its last product. */
export interface ProductPosition {
  readonly key: string | number;
  readonly id: string;
}

/** Which products, and which of them. */
export interface ProductQuery {
  readonly text: string | null;
  /** Null for any category; an empty list finds nothing. */
  readonly categoryIds: readonly string[] | null;
  readonly minPriceMinor: number | null;
  readonly maxPriceMinor: number | null;
  readonly inStock: boolean | null;
  /** Null for any status. */
  readonly status: ProductStatus | null;
  readonly sort: ProductSort;
  readonly limit: number;
  readonly after: ProductPosition | null;
}

/** What the whole result of a query holds, all pages of it. */
export interface ProductFacets {
  readonly inStock: number;
  readonly outOfStock: number;
  readonly minPriceMinor: number | null;
  readonly maxPriceMinor: number | null;
}

export interface ProductPage {
  readonly items: readonly { readonly product: Product; readonly stock: StockLevel }[];
  /** Null on the last page. */
  readonly next: ProductPosition | null;
}

/** The products that are not deleted. */
export interface ProductReader {
  /** By id, else by slug, else by SKU. */
  find(key: string): Promise<Product | null>;
}

export interface ProductSearch {
  page(query: ProductQuery): Promise<ProductPage>;
  facets(query: ProductQuery): Promise<ProductFacets>;
}

export interface ProductListing {
  /** All of them by id, drafts and deleted ones too; `after` is the last id of the page before. */
  all(after: string | null, limit: number): Promise<Product[]>;
  lookup(keys: { ids: readonly string[]; skus: readonly string[] }): Promise<Product[]>;
  any(): Promise<boolean>;
}

/** Every write tells of itself by an event in the same transaction. */
export interface ProductWriter {
  /**
   * Adds the product that `make` gives for a slug which nobody has. Fails with `CONFLICT` when its SKU is taken, with
   * `VALIDATION` when there is no such category.
   */
  insert(wantedSlug: string, make: (slug: string) => Product): Promise<Product>;
  /**
   * Locks the product, lets `decide` say what it becomes and saves that; the very same object saves nothing. Fails with
   * `NOT_FOUND`, otherwise as `insert` and `decide` do.
   */
  change(id: string, decide: (product: Product) => Product): Promise<Product>;
}

export interface CategoryReader {
  /** The tree as it is now. */
  tree(): Promise<CategoryTree>;
  /** How many public products are directly in each category. */
  countProducts(): Promise<ReadonlyMap<string, number>>;
}

/** Changes of the tree come one by one, over all instances. `all` is every category as it is at that moment. */
export interface CategoryWriter {
  insert(make: (all: readonly Category[]) => Category): Promise<Category>;
  change(id: string, decide: (category: Category, all: readonly Category[]) => Category): Promise<Category>;
  /** `check` fails when the category has to stay. `products` is how many that are not deleted are directly in it. */
  delete(
    id: string,
    check: (category: Category, all: readonly Category[], products: number) => void,
  ): Promise<void>;
}

export interface StockReader {
  /** A SKU that inventory never spoke of is `unknownStock`. */
  level(sku: string): Promise<StockLevel>;
}

/** The replica of inventory's stock levels. */
export interface StockReplica {
  /** Takes over what is newer than what is there; with the cursor, in one transaction, when the changes come from a pull. */
  apply(changes: readonly StockChange[], cursor: string | null): Promise<void>;
  /** How far the source has been read; null at the very beginning. */
  cursor(): Promise<string | null>;
}

/** Inventory, as far as the replica needs it. */
export interface StockSource {
  /** Fails with `UNAVAILABLE` while inventory does not answer. */
  changesAfter(cursor: string | null): Promise<StockChangesPage>;
}

/** A product as it is shown: with its place in the tree and its live stock. */
export interface ProductView {
  readonly product: Product;
  readonly categoryPath: readonly CategoryNode[];
  readonly stock: StockLevel;
  /** Version of the category tree that the path was read from. */
  readonly treeVersion: number;
}
