import type { CategoryTree } from "../domain/category.ts";
import type { CategoryReader, CategoryWriter } from "../usecases/ports.ts";
import type { CacheNewsChannel } from "./cache-news.ts";
import type { CacheCounts, CopyMakers, NewLoads } from "./copies.ts";

/** The one key of each copy and each load. */
const ALL = "all";

export interface CachedCategories extends CategoryReader, CategoryWriter {
  /** The copy of the tree, for whoever has asked the news whether copies may be used. Waits for nothing. */
  peek(): CategoryTree | null;
}

export interface CachedCategoriesOptions {
  readonly store: CategoryReader & CategoryWriter;
  readonly news: CacheNewsChannel;
  readonly makers: CopyMakers;
  readonly treeCounts: CacheCounts;
  readonly numberCounts: CacheCounts;
}

/** One value that is kept until it is forgotten, and loaded by one at a time. */
const createCopy = <Value extends object>(newLoads: NewLoads, counts: CacheCounts) => {
  const loads = newLoads<Value>();
  let copy: Value | null = null;
  return {
    peek: () => copy,
    forget() {
      copy = null;
      loads.dropAll();
    },
    async read(isFresh: boolean, load: () => Promise<Value>): Promise<Value> {
      const fromStore = () => {
        counts.database += 1;
        return load();
      };
      if (!isFresh) return fromStore();
      if (copy !== null) {
        counts.memory += 1;
        return copy;
      }
      if (loads.has(ALL)) counts.joined += 1;
      return loads.load(ALL, fromStore, (value) => {
        copy = value;
      });
    },
  };
};

/**
 * Keeps the tree, and how many products are in each category, in memory. Instances do not share these: either is one short
 * statement, once after a change.
 */
export const cachedCategories = (options: CachedCategoriesOptions): CachedCategories => {
  const { store, news, makers, treeCounts, numberCounts } = options;
  const tree = createCopy<CategoryTree>(makers.newLoads, treeCounts);
  const numbers = createCopy<ReadonlyMap<string, number>>(makers.newLoads, numberCounts);

  news.listen({
    forget(news) {
      // A product may have come into a category or left it; a category that is gone has no number.
      numbers.forget();
      if (news === null || news.categories) tree.forget();
    },
  });

  const telling = <T>(write: Promise<T>): Promise<T> => write.finally(() => news.wrote());

  return {
    peek: tree.peek,
    tree: async () => tree.read(await news.freshen(), () => store.tree()),
    countProducts: async () => numbers.read(await news.freshen(), () => store.countProducts()),
    insert: (make) => telling(store.insert(make)),
    change: (id, decide) => telling(store.change(id, decide)),
    delete: (id, check) => telling(store.delete(id, check)),
  };
};
