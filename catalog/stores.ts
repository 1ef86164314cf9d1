import { LRUCache } from "lru-cache";
import { createLoads } from "../shared/runtime/loads.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import { createQuickStore } from "../shared/runtime/quick-store.ts";
import { currentRequest } from "../shared/runtime/request-context.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import type { CatalogConfig } from "./config.ts";
import { createCacheNews } from "./store/cache-news.ts";
import { cachedCategories } from "./store/cached-categories.ts";
import { cachedProducts } from "./store/cached-products.ts";
import { cachedStock } from "./store/cached-stock.ts";
import { createCategoryStore } from "./store/category-store.ts";
import { type CacheCounts, type CopyMakers, cacheLayers, type NewCopies } from "./store/copies.ts";
import { productCopies } from "./store/product-copies.ts";
import { createProductSearch } from "./store/product-search.ts";
import { createProductStore } from "./store/product-store.ts";
import { createStockReplicaStore } from "./store/stock-replica-store.ts";

/** Copies in the memory of this process. */
export const copiesInMemory: NewCopies = ({ max, ttlMs, size }) =>
  new LRUCache({
    max,
    ...(ttlMs === undefined ? {} : { ttl: ttlMs }),
    ...(size === undefined ? {} : { maxSize: size.max, sizeCalculation: size.of }),
  });

/** What copies in this process are made with. */
export const inThisProcess: CopyMakers = { newCopies: copiesInMemory, newLoads: createLoads };

/** Counts for one of the caches, which whoever scrapes the metrics reads. */
export const countCache = (metrics: Metrics, cache: string): CacheCounts => {
  const counts: CacheCounts = { memory: 0, redis: 0, database: 0, joined: 0 };
  for (const layer of cacheLayers) {
    metrics.total(
      "kiosk_catalog_cache_requests_total",
      "Reads of the catalogue by what was read and by the layer that had it",
      { cache, layer },
      () => counts[layer],
    );
  }
  return counts;
};

/** Null where the store is this process's own: a second memory behind the first would save nothing. */
const sharedProducts = ({ ttlStore, clock, config }: CatalogStoresDeps) => {
  if (!ttlStore.isShared) return null;
  const quick = createQuickStore({ store: ttlStore, clock });
  const ttlMs = 1_000 * config.CATALOG_CACHE_TTL_SECONDS;
  return productCopies({
    get: (key) => quick.get(key),
    put: (key, value) => quick.put(key, value, ttlMs),
  });
};

type CatalogStoresDeps = Pick<ServiceDeps, "database" | "ttlStore" | "clock" | "log" | "metrics"> & {
  readonly config: CatalogConfig;
};

/** What the catalog keeps in its database, with copies in memory and in the store that instances share in front of it. */
export const createStores = (deps: CatalogStoresDeps) => {
  const { database, log, metrics } = deps;
  const makers = inThisProcess;
  const countsOf = (cache: string) => countCache(metrics, cache);
  const news = createCacheNews({ database, log });
  const listing = createProductStore({ database, origin: currentRequest });
  const productCounts = countsOf("product");
  return {
    news,
    listing,
    makers,
    productCounts,
    countsOf,
    search: createProductSearch(database),
    products: cachedProducts({
      store: listing,
      news,
      makers,
      shared: sharedProducts(deps),
      counts: productCounts,
    }),
    categories: cachedCategories({
      store: createCategoryStore(database),
      news,
      makers,
      treeCounts: countsOf("tree"),
      numberCounts: countsOf("category-counts"),
    }),
    stock: cachedStock({ store: createStockReplicaStore(database), makers, counts: countsOf("stock") }),
  };
};

export type Stores = ReturnType<typeof createStores>;
