import type { StockChange, StockChangesPage } from "../../shared/contracts/stock-stream.ts";
import type { AttributeFilter } from "../domain/attribute-filters.ts";
import type { Category, CategoryNode, CategoryTree } from "../domain/category.ts";
import type { ProductPut } from "../domain/import-change.ts";
import type { Product, ProductStatus } from "../domain/product.ts";
import type { TextSearch } from "../domain/search-query.ts";
import type { StockLevel } from "../domain/stock.ts";

export const productSorts = ["relevance", "popular", "price", "-price", "name", "newest"] as const;
export type ProductSort = (typeof productSorts)[number];

/**
 * How a list with a text or attributes is read, from its first page to its last. `loosely`: words that are alike count too, since as it is
 * written the text finds nothing. `order`: what is found is sorted (`ranked`); or, where too many are found for that, only those with the
 * words in their name (`names`), or none (`popular`), and the others come as they sold or as the list is sorted anyway.
 */
export interface Reading {
  readonly loosely: boolean;
  readonly order: "ranked" | "names" | "popular";
}

/** Where a page ended: the sorted value and the id of its last product. */
export interface ProductPosition {
  readonly key: string | number;
  readonly id: string;
  /** Of a list with a text or attributes. */
  readonly reading?: Reading;
}

/** Which products, and which of them. */
export interface ProductQuery {
  readonly search: TextSearch | null;
  /** Null for any category; an empty list finds nothing. */
  readonly categoryIds: readonly string[] | null;
  readonly minPriceMinor: number | null;
  readonly maxPriceMinor: number | null;
  readonly inStock: boolean | null;
  /** All of them have to fit. */
  readonly attributes: readonly AttributeFilter[];
  /** Null for any status. */
  readonly status: ProductStatus | null;
  readonly sort: ProductSort;
  readonly limit: number;
  readonly after: ProductPosition | null;
}

/** One attribute's commonest values, each with how many products have it. */
export interface AttributeFacet {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/**
 * What the whole result of a query holds, all pages of it. Stock, categories, prices by range and attributes are counted as if
 * their own filter were not there, so that one sees what another choice would bring.
 */
export interface FacetCounts {
  readonly total: number;
  /** More products were found than are counted: the counts are of some of them. */
  readonly approximate: boolean;
  readonly inStock: number;
  readonly outOfStock: number;
  readonly minPriceMinor: number | null;
  readonly maxPriceMinor: number | null;
  /** By rung of `priceLadder`. */
  readonly prices: ReadonlyMap<number, number>;
  /** Products that are directly in each category. */
  readonly categories: ReadonlyMap<string, number>;
  readonly attributes: readonly AttributeFacet[];
}

export interface ProductPage {
  readonly items: readonly { readonly product: Product; readonly stock: StockLevel }[];
  /** Null on the last page. */
  readonly next: ProductPosition | null;
  /** Null without text and attributes. */
  readonly reading: Reading | null;
}

/** The products that are not deleted. */
export interface ProductReader {
  /** By id, else by slug, else by SKU. */
  find(key: string): Promise<Product | null>;
}

export interface ProductSearch {
  page(query: ProductQuery): Promise<ProductPage>;
  /** `loosely` as the page was read. */
  facets(query: ProductQuery, loosely: boolean): Promise<FacetCounts>;
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
  /**
   * Lets `decide` say what is to be stored for these SKUs, each of them once at most, from the living products that have them, and
   * stores all of it in one transaction, in which what is changed is locked. `decide` may be asked several times, each time with
   * what others have done meanwhile. Fails as `insert`
   * does with an unknown category, and with `UNAVAILABLE` when others are in the way for too long.
   */
  putAll<Result>(
    skus: readonly string[],
    decide: (known: ReadonlyMap<string, Product>) => {
      readonly puts: readonly ProductPut[];
      readonly result: Result;
    },
  ): Promise<Result>;
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
