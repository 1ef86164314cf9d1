import type { Product } from "../domain/product.ts";
import type { ProductReader, ProductWriter } from "../usecases/ports.ts";
import type { CacheNewsChannel } from "./cache-news.ts";
import type { CacheCounts, CopyMakers } from "./copies.ts";
import type { ProductCopies } from "./product-copies.ts";

const PRODUCTS_MAX = 10_000;
/** Of all copies together; one has some thousand at most, and mostly some hundred. */
const CHARACTERS_MAX = 20_000_000;
/** Each product has an id, a slug and a SKU. */
const KEYS_MAX = 2 * PRODUCTS_MAX;

const answersTo = (product: Product, key: string): boolean =>
  product.id === key.toLowerCase() || product.slug === key || product.sku === key;

/** Roughly what a copy takes: names and short fields count as a flat sum. */
export const charactersOf = ({ description, images, attributes }: Product): number =>
  500 + description.length + 80 * images.length + 60 * Object.keys(attributes).length;

export interface CachedProducts extends ProductReader, ProductWriter {
  /** The copy in memory that answers to the key, for whoever has asked the news whether copies may be used. Waits for nothing. */
  peek(key: string): Product | null;
}

export interface CachedProductsOptions {
  readonly store: ProductReader & ProductWriter;
  readonly news: CacheNewsChannel;
  readonly makers: CopyMakers;
  /** Null where no other process would see them. */
  readonly shared: ProductCopies | null;
  readonly counts: CacheCounts;
}

/**
 * Keeps the products that were read last in memory, and lets instances share what they load. What changes is told of by the
 * database, to whoever made the change as well.
 */
export const cachedProducts = ({
  store,
  news,
  makers: { newCopies, newLoads },
  shared,
  counts,
}: CachedProductsOptions): CachedProducts => {
  const byId = newCopies<Product>({
    max: PRODUCTS_MAX,
    size: { max: CHARACTERS_MAX, of: charactersOf },
  });
  const idOf = newCopies<string>({ max: KEYS_MAX });
  const loads = newLoads<Product | null>();

  news.listen({
    forget(news) {
      if (news !== null && news.product === undefined) return;
      // What is being read at this moment may be old, whatever key it is read by.
      loads.dropAll();
      if (news?.product === undefined) {
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
  const keep = (key: string, product: Product | null) => {
    if (product === null) return;
    byId.set(product.id, product);
    if (key !== product.id) idOf.set(key, product.id);
  };
  const telling = <T>(write: Promise<T>): Promise<T> => write.finally(() => news.wrote());

  const readStore = (key: string) => {
    counts.database += 1;
    return store.find(key);
  };
  const read = async (key: string): Promise<Product | null> => {
    // Taken before the database is asked, which then says what this state has or something newer.
    const { state } = news;
    const found = (await shared?.get(state, key)) ?? null;
    if (found !== null) {
      counts.redis += 1;
      return found;
    }
    const product = await readStore(key);
    if (product !== null) shared?.put(state, key, product);
    return product;
  };

  return {
    peek: copyOf,
    async find(key) {
      if (!(await news.freshen())) return readStore(key);
      const copy = copyOf(key);
      if (copy !== null) {
        counts.memory += 1;
        return copy;
      }
      if (loads.has(key)) counts.joined += 1;
      return loads.load(
        key,
        () => read(key),
        (product) => keep(key, product),
      );
    },
    insert: (wantedSlug, make) => telling(store.insert(wantedSlug, make)),
    change: (id, decide) => telling(store.change(id, decide)),
    putAll: (skus, decide) => telling(store.putAll(skus, decide)),
  };
};
