import type { CategoryTree } from "../domain/category.ts";
import type { CategoryReader, CategoryWriter } from "../usecases/ports.ts";
import { CACHE_MS, type CacheNewsChannel } from "./cache-news.ts";
import type { NewCopies } from "./copies.ts";

const TREE = "tree";

/** Keeps the tree in memory; every write goes through and is told to everybody. */
export const cachedCategories = (
  store: CategoryReader & CategoryWriter,
  news: CacheNewsChannel,
  newCopies: NewCopies,
): CategoryReader & CategoryWriter => {
  const copies = newCopies<CategoryTree>({ max: 1, ttlMs: CACHE_MS });
  // Rises whenever the tree is forgotten: a tree that was being read at that moment may be old, and is not kept.
  let generation = 0;

  news.listen({
    forget(news) {
      if (news !== null && !("categories" in news)) return;
      generation += 1;
      copies.clear();
    },
  });

  const telling = async <T>(write: Promise<T>): Promise<T> => {
    try {
      return await write;
    } finally {
      // Also after a failure: when the connection breaks at the commit, nobody knows how that ended.
      news.tell({ categories: true });
    }
  };

  return {
    async tree() {
      const copy = copies.get(TREE);
      if (copy !== undefined) return copy;
      const before = generation;
      const tree = await store.tree();
      if (news.listening && generation === before) copies.set(TREE, tree);
      return tree;
    },
    countProducts: () => store.countProducts(),
    insert: (make) => telling(store.insert(make)),
    change: (id, decide) => telling(store.change(id, decide)),
    delete: (id, check) => telling(store.delete(id, check)),
  };
};
