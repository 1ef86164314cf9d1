import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { newIdempotencyKey, ok, type Schemas } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useProductsTexts } from "../texts/products.ts";
import { after, useList } from "./pages.ts";

export type Product = Schemas["Product"];
export type ProductStatus = Product["status"];
export type Category = Schemas["Category"];

export const PRODUCTS_KEY = ["products"] as const;
export const CATEGORIES_KEY = ["categories"] as const;
const PAGE_LIMIT = 50;
/** So many changes of a bulk are under way at once. */
const BULK_WIDTH = 4;

export interface ProductFilter {
  readonly q: string;
  readonly status: ProductStatus;
  /** Empty for all. */
  readonly category: string;
}

/** The products of a status, of a category and below it, or those that a search finds. */
export const useProducts = ({ q, status, category }: ProductFilter) =>
  useList([...PRODUCTS_KEY, status, category, q], (cursor) =>
    ok(
      kiosk.api.GET("/v1/products", {
        params: {
          query: {
            limit: PAGE_LIMIT,
            status,
            ...(q === "" ? { sort: "name" as const } : { q }),
            ...(category === "" ? {} : { category }),
            ...after(cursor),
          },
        },
      }),
    ),
  );

export const readProduct = (id: string): Promise<Product> =>
  ok(kiosk.api.GET("/v1/products/{id}", { params: { path: { id } } }));

/** The whole tree, depth first. */
export const useCategories = () =>
  useQuery({
    queryKey: CATEGORIES_KEY,
    queryFn: () => ok(kiosk.api.GET("/v1/categories")),
    placeholderData: keepPreviousData,
  });

const seen = ({ id, version }: { readonly id: string; readonly version: number }) => ({
  params: { path: { id } },
  headers: { "if-match": `"${version}"` },
});

/** Changes a product, only the version that was seen. */
const changeProduct = (product: Product, changes: Schemas["ProductChanges"]): Promise<Product> =>
  ok(kiosk.api.PATCH("/v1/products/{id}", { ...seen(product), body: changes }));

export interface ProductChange {
  readonly product: Product;
  readonly changes: Schemas["ProductChanges"];
}

/** Saves changes of one product. `onStale` gets the product as it is, where somebody else was faster. */
export const useChangeProduct = (onStale: (current: Product) => void) => {
  const texts = useProductsTexts();
  return useAct({
    act: ({ product, changes }: ProductChange) => changeProduct(product, changes),
    touches: [PRODUCTS_KEY],
    done: ({ name }) => ({ text: texts.saved(name) }),
    refused({ code }, { product }) {
      if (code !== "VERSION_MISMATCH") return false;
      void readProduct(product.id).then(onStale, () => undefined);
      return true;
    },
  });
};

export const useCreateProduct = () => {
  const texts = useProductsTexts();
  return useAct({
    act: ({ product, key }: { product: Schemas["NewProduct"]; key: string }) =>
      ok(kiosk.api.POST("/v1/products", { body: product, headers: { "idempotency-key": key } })),
    touches: [PRODUCTS_KEY],
    done: ({ name }) => ({ text: texts.created(name) }),
  });
};

export const creation = (product: Schemas["NewProduct"]) => ({ product, key: newIdempotencyKey() });

interface Bulk {
  readonly products: readonly Product[];
  readonly changes: Schemas["ProductChanges"];
}

/** Changes many products alike, a few at once; each only in the version that was seen. Answers how many were changed, and which were not. */
const changeMany = async ({ products, changes }: Bulk) => {
  const left = [...products];
  const refused: string[] = [];
  const work = async () => {
    for (let product = left.shift(); product !== undefined; product = left.shift()) {
      const { sku } = product;
      await changeProduct(product, changes).catch(() => refused.push(sku));
    }
  };
  await Promise.all(Array.from({ length: BULK_WIDTH }, work));
  return { changed: products.length - refused.length, refused };
};

export const useChangeMany = () => {
  const texts = useProductsTexts();
  return useAct({
    act: changeMany,
    touches: [PRODUCTS_KEY],
    done: ({ changed, refused }) => ({
      text: texts.changedMany(changed, refused),
      isProblem: refused.length > 0,
    }),
  });
};
