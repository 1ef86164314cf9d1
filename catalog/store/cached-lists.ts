import type { ListProducts, ListProductsInput, ProductList } from "../usecases/list-products.ts";
import type { ProductView } from "../usecases/ports.ts";
import type { CacheNewsChannel } from "./cache-news.ts";
import { charactersOf } from "./cached-products.ts";
import type { CachedStock } from "./cached-stock.ts";
import type { CacheCounts, CopyMakers } from "./copies.ts";

const PAGES_MAX = 1_000;
/** Of all pages together. */
const CHARACTERS_MAX = 16_000_000;
/**
 * How long a page is used at most. Nothing tells of a sale here, so this is how late the order by popularity may be; anything
 * else that a page shows makes it go at once.
 */
const PAGE_MS = 5_000;

interface Page {
  readonly list: ProductList;
  /** `CachedStock.turns` from before it was read. */
  readonly turns: number;
}

export interface CachedLists {
  /** A page with the stock of this moment. */
  readonly list: ListProducts;
  /**
   * The kept page, as it was read, its stock included, for whoever has asked the news whether copies may be used; null where there is
   * none. Waits for nothing.
   */
  peek(input: ListProductsInput): ProductList | null;
}

export interface CachedListsOptions {
  readonly list: ListProducts;
  readonly news: CacheNewsChannel;
  readonly stock: CachedStock;
  readonly makers: CopyMakers;
  readonly counts: CacheCounts;
}

const charactersOfPage = ({ list }: Page): number =>
  list.items.reduce((sum, { product }) => sum + charactersOf(product), 500);

/**
 * Keeps pages of lists that were read last, of what the public sees. One is used until a product or the tree changes, or until
 * a SKU is sold out or comes back, since that decides who is in it and what its facets say. The stock that it shows is joined
 * when it is answered.
 */
export const cachedLists = ({ list, news, stock, makers, counts }: CachedListsOptions): CachedLists => {
  const pages = makers.newCopies<Page>({
    max: PAGES_MAX,
    ttlMs: PAGE_MS,
    size: { max: CHARACTERS_MAX, of: charactersOfPage },
  });
  const loads = makers.newLoads<ProductList>();

  news.listen({
    forget() {
      loads.dropAll();
      pages.clear();
    },
  });

  const keys = new WeakMap<ListProductsInput, string>();
  const keyOf = (input: ListProductsInput): string => {
    const known = keys.get(input) ?? JSON.stringify(input);
    keys.set(input, known);
    return known;
  };
  const pageOf = (key: string): ProductList | null => {
    const page = pages.get(key);
    return page !== undefined && page.turns === stock.turns ? page.list : null;
  };
  const readStore = (input: ListProductsInput) => {
    counts.database += 1;
    return list(input);
  };
  const withStockOfNow = async (page: ProductList): Promise<ProductList> => {
    const join = async (view: ProductView) => ({ ...view, stock: await stock.level(view.product.sku) });
    return { ...page, items: await Promise.all(page.items.map(join)) };
  };
  const load = (input: ListProductsInput, key: string): Promise<ProductList> => {
    const { turns } = stock;
    // Whoever asks after a turn does not wait for what was asked before it.
    const loadKey = `${turns} ${key}`;
    if (loads.has(loadKey)) counts.joined += 1;
    return loads.load(
      loadKey,
      () => readStore(input),
      (read) => {
        if (stock.turns === turns) pages.set(key, { list: read, turns });
      },
    );
  };

  return {
    peek(input) {
      const page = input.seesDrafts ? null : pageOf(keyOf(input));
      if (page !== null) counts.memory += 1;
      return page;
    },
    async list(input) {
      if (input.seesDrafts || !(await news.freshen()) || !stock.isFollowing) return readStore(input);
      const key = keyOf(input);
      const page = pageOf(key);
      if (page === null) return load(input, key);
      counts.memory += 1;
      return withStockOfNow(page);
    },
  };
};
