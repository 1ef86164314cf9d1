import { newId } from "../../shared/kernel/ids.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { newProduct, type Product } from "../domain/product.ts";
import { readSearch } from "../domain/search-query.ts";
import { catalogMigrations } from "../service.ts";
import { createProductSearch } from "../store/product-search.ts";
import type { ProductQuery } from "../usecases/ports.ts";
import { insertProducts } from "./insert-products.ts";

/** A product that is sold, with a name that no other one has where none is given. */
export const productOf = (fields: Partial<Product>): Product => {
  const id = newId();
  const price = { amountMinor: 100, currency: "USD" };
  const all = {
    sku: id,
    name: id,
    description: "",
    barcode: null,
    price,
    categoryId: null,
    images: [],
    attributes: {},
  };
  const made = newProduct({ ...all, status: "active" }, { id, slug: id, now: new Date(0) });
  return { ...made, ...fields };
};

/** What is asked by somebody who typed this and chose nothing else. */
export const query = (text: string, more: Partial<ProductQuery> = {}): ProductQuery => ({
  search: readSearch(text),
  categoryIds: null,
  minPriceMinor: null,
  maxPriceMinor: null,
  inStock: null,
  attributes: [],
  status: "active",
  sort: "relevance",
  limit: 20,
  after: null,
  ...more,
});

/** A database of the catalog whose products are put straight into the tables, and its search. */
export const searchUnderTest = async () => {
  const database = await testDatabase({ name: "catalog", migrations: catalogMigrations });
  const search = createProductSearch(database);
  return {
    database,
    search,
    /** Puts products in; `sold` is by their place. */
    async put(products: readonly Product[], sold: (nth: number) => number = () => 0) {
      await insertProducts(
        database.db,
        products.map((product, nth) => ({ product, sold: sold(nth), available: null })),
      );
      return products;
    },
    async idsOf(text: string, more: Partial<ProductQuery> = {}): Promise<string[]> {
      return (await search.page(query(text, more))).items.map(({ product }) => product.id);
    },
    close: () => database.close(),
  };
};

export type SearchUnderTest = Awaited<ReturnType<typeof searchUnderTest>>;
