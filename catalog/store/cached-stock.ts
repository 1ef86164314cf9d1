import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { StockLevel } from "../domain/stock.ts";
import type { StockReader, StockReplica } from "../usecases/ports.ts";
import type { CacheCounts, CopyMakers } from "./copies.ts";

const LEVELS_MAX = 100_000;

export interface CachedStock extends StockReplica, StockReader {
  /** The copy in memory, where there is one. Waits for nothing. */
  peek(sku: string): StockLevel | null;
  /** False until this instance knows from where on it applies every change: before that nothing that depends on stock can be kept. */
  readonly isFollowing: boolean;
  /** Rises with every level that changes here: while it stays, whatever was made of levels stays true. */
  readonly changes: number;
  /** Rises whenever a SKU may have been sold out or come back: what was found by that question may be another now. */
  readonly turns: number;
  /** Forgets all copies: the table was mended past what this instance applies. */
  forget(): void;
}

export interface CachedStockOptions {
  readonly store: StockReplica & StockReader;
  readonly makers: CopyMakers;
  readonly counts: CacheCounts;
}

/** Whether a SKU could be bought, as of the newest change that was applied here. */
interface Turn {
  readonly version: number;
  readonly inStock: boolean;
}

const levelOf = ({ exists, available, version }: StockChange): StockLevel => ({
  available: exists ? available : 0,
  version,
});

/**
 * Keeps the levels that were read last in memory, and brings them up to date with what this instance applies to the
 * table. So each instance must apply every change itself: it has a cursor of its own, which begins where the table
 * stands, and keeps nothing that was read before that. The cursor in the table, which other instances move too, is for
 * the next start.
 */
export const cachedStock = ({
  store,
  makers: { newCopies, newLoads },
  counts,
}: CachedStockOptions): CachedStock => {
  const levels = newCopies<StockLevel>({ max: LEVELS_MAX });
  // Apart from the levels, which may also come from the table, ahead of what is applied here.
  const lastTurns = newCopies<Turn>({ max: LEVELS_MAX });
  const loads = newLoads<StockLevel>();
  let ownCursor: string | null = null;
  let [changes, turns] = [0, 0];

  const keepNewer = (sku: string, level: StockLevel): StockLevel => {
    const known = levels.get(sku);
    if (known !== undefined && known.version >= level.version) return known;
    levels.set(sku, level);
    changes += 1;
    return level;
  };
  /** The first change of a SKU counts as a turn, since nobody knows what was before. */
  const noticeTurn = (sku: string, { available, version }: StockLevel) => {
    const last = lastTurns.get(sku);
    if (last !== undefined && last.version >= version) return;
    const inStock = available > 0;
    if (last?.inStock !== inStock) turns += 1;
    lastTurns.set(sku, { version, inStock });
  };
  const readStore = (sku: string) => {
    counts.database += 1;
    return store.level(sku);
  };

  return {
    get isFollowing() {
      return ownCursor !== null;
    },
    get changes() {
      return changes;
    },
    get turns() {
      return turns;
    },
    peek: (sku) => levels.get(sku) ?? null,
    async level(sku) {
      const known = levels.get(sku);
      if (known !== undefined) {
        counts.memory += 1;
        return known;
      }
      if (ownCursor === null) return readStore(sku);
      if (loads.has(sku)) counts.joined += 1;
      const level = await loads.load(
        sku,
        () => readStore(sku),
        (read) => void keepNewer(sku, read),
      );
      // A newer one may have been applied meanwhile.
      const now = levels.get(sku);
      return now !== undefined && now.version > level.version ? now : level;
    },
    async apply(stockChanges, cursor) {
      await store.apply(stockChanges, cursor);
      if (cursor !== null) ownCursor = cursor;
      if (ownCursor === null) {
        turns += 1;
        return;
      }
      for (const change of stockChanges) {
        const level = levelOf(change);
        keepNewer(change.sku, level);
        noticeTurn(change.sku, level);
      }
    },
    async cursor() {
      ownCursor ??= await store.cursor();
      return ownCursor;
    },
    forget() {
      // What is being read at this moment may be from before.
      loads.dropAll();
      levels.clear();
      lastTurns.clear();
      changes += 1;
      turns += 1;
    },
  };
};
