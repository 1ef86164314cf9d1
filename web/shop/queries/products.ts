import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { KioskProblem, ok } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import type { Listing } from "../listing/listing.ts";

const PAGE_SIZE = 24;
/** Categories change rarely. */
const CATEGORIES_STALE_MS = 300_000;

export const productKey = (sku: string) => ["product", sku] as const;
export const listingsKey = ["products"] as const;

const queryOf = (
  { words, sort, inStock, minPrice, maxPrice, attributes }: Listing,
  category: string | null,
) => ({
  limit: PAGE_SIZE,
  ...(words.trim() === "" ? {} : { q: words.trim() }),
  ...(sort === null ? {} : { sort }),
  ...(inStock ? { inStock: "true" as const } : {}),
  ...(minPrice === null ? {} : { minPrice }),
  ...(maxPrice === null ? {} : { maxPrice }),
  ...(attributes.length === 0 ? {} : { attributes: attributes.join(",") }),
  ...(category === null ? {} : { category }),
});

/** Products that fit, page by page, with facets on the first. A newer search ends the older one's request, so the latest wins. */
export const useProducts = (listing: Listing, category: string | null) =>
  useInfiniteQuery({
    queryKey: [...listingsKey, category, listing],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...queryOf(listing, category), ...(pageParam === null ? {} : { cursor: pageParam }) };
      return ok(kiosk.api.GET("/v1/products", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

const readProduct = (id: string, signal: AbortSignal) =>
  ok(kiosk.api.GET("/v1/products/{id}", { params: { path: { id } }, signal }));

/** A product by its slug, SKU or id. */
export const useProduct = (id: string) =>
  useQuery({ queryKey: productKey(id), queryFn: ({ signal }) => readProduct(id, signal) });

/** The products of these SKUs as they are now; null for one that is not sold any more. */
export const useProductsBySku = (skus: readonly string[]) =>
  useQueries({
    queries: skus.map((sku) => ({
      queryKey: productKey(sku),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readProduct(sku, signal).catch((error: unknown) => {
          if (error instanceof KioskProblem && error.status === 404) return null;
          throw error;
        }),
    })),
  });

/** The tree of categories, each after its parent. */
export const useCategories = () =>
  useQuery({
    queryKey: ["categories"],
    queryFn: async ({ signal }) => (await ok(kiosk.api.GET("/v1/categories", { signal }))).items,
    staleTime: CATEGORIES_STALE_MS,
  });
