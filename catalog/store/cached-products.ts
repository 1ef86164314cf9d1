import type { Product } from "../domain/product.ts";
import type { ProductReader, ProductWriter } from "../usecases/ports.ts";
import { CACHE_MS, type CacheNewsChannel } from "./cache-news.ts";
import type { NewCopies } from "./copies.ts";

const PRODUCTS_MAX = 10_000;
/** Each product has an id, a slug and a SKU. */
const KEYS_MAX = 2 * PRODUCTS_MAX;

const answersTo = (product: Product, key: string): boolean =>
  product.id === key.toLowerCase() || product.slug === key || product.sku === key;

/** Keeps the products that were read last in memory; every write goes through and is told to everybody. */
export const cachedProducts = (
  store: ProductReader & ProductWriter,
  news: CacheNewsChannel,
  newCopies: NewCopies,
): ProductReader & ProductWriter => {
  const byId = newCopies<Product>({ max: PRODUCTS_MAX, ttlMs: CACHE_MS });
  const idOf = newCopies<string>({ max: KEYS_MAX });
  // Rises whenever something is forgotten: what was being read at that moment may be old, and is not kept.
  let generation = 0;

  news.listen({
    forget(news) {
      if (news !== null && !("product" in news)) return;
      generation += 1;
      if (news === null) {
        byId.clear();
        idOf.clear();
        return;
      }
      byId.delete(news.product.id);
      // Another product may have answered to these before.
      idOf.delete(news.product.slug);
      idOf.delete(news.product.sku);
    },
  });

  const copyOf = (key: string): Product | null => {
    const product = byId.get(key.toLowerCase()) ?? byId.get(idOf.get(key) ?? "");
    return product !== undefined && answersTo(product, key) ? product : null;
  };
  const keep = (key: string, product: Product) => {
    byId.set(product.id, product);
    if (key !== product.id) idOf.set(key, product.id);
  };
  const tell = ({ id, slug, sku }: Product) => news.tell({ product: { id, slug, sku } });

  return {
    async find(key) {
      const copy = copyOf(key);
      if (copy !== null) return copy;
      const before = generation;
      const product = await store.find(key);
      if (product !== null && news.listening && generation === before) keep(key, product);
      return product;
    },
    async insert(wantedSlug, make) {
      const product = await store.insert(wantedSlug, make);
      tell(product);
      return product;
    },
    async change(id, decide) {
      let decided: Product | undefined;
      try {
        return await store.change(id, (product) => {
          decided = decide(product);
          return decided;
        });
      } finally {
        // Also after a failure: when the connection breaks at the commit, nobody knows how that ended.
        if (decided !== undefined) tell(decided);
      }
    },
  };
};
