import type { StockLevel } from "../domain/stock.ts";
import type { StockReader, StockReplica } from "../usecases/ports.ts";
import type { NewCopies } from "./copies.ts";

const LEVELS_MAX = 100_000;

export interface CachedStock extends StockReplica, StockReader {
  /** Forgets all copies: the table was mended past what this instance applies. */
  forget(): void;
}

/**
 * Keeps the levels that were read last in memory, and brings them up to date with what this instance applies to the
 * table. So each instance must apply every change itself: it has a cursor of its own, which begins where the table
 * stands, and keeps nothing that was read before that. The cursor in the table, which other instances move too, is for
 * the next start.
 */
export const cachedStock = (store: StockReplica & StockReader, newCopies: NewCopies): CachedStock => {
  const levels = newCopies<StockLevel>({ max: LEVELS_MAX });
  let ownCursor: string | null = null;
  // Rises when all is forgotten: what was being read at that moment may be from before, and is not kept.
  let generation = 0;

  const keepNewer = (sku: string, level: StockLevel): StockLevel => {
    const known = levels.get(sku);
    if (known !== undefined && known.version >= level.version) return known;
    levels.set(sku, level);
    return level;
  };

  return {
    async level(sku) {
      const known = levels.get(sku);
      if (known !== undefined) return known;
      const [mayKeep, before] = [ownCursor !== null, generation];
      const level = await store.level(sku);
      return mayKeep && generation === before ? keepNewer(sku, level) : level;
    },
    async apply(changes, cursor) {
      await store.apply(changes, cursor);
      if (cursor !== null) ownCursor = cursor;
      if (ownCursor === null) return;
      for (const { sku, exists, available, version } of changes)
        keepNewer(sku, { available: exists ? available : 0, version });
    },
    async cursor() {
      ownCursor ??= await store.cursor();
      return ownCursor;
    },
    forget() {
      generation += 1;
      levels.clear();
    },
  };
};
