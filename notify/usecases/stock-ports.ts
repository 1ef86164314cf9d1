import type { LedgerLine } from "../domain/stock-ledger.ts";
import type { Acting } from "./shop-ports.ts";

// What the bot asks of inventory in the name of a merchant, and what notify keeps for them. Each call of inventory fails as its route does,
// in its own words and codes, and with `UNAVAILABLE`.

/** A stock level as inventory answers it, in units. */
export interface ShopStock {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly lowStockThreshold: number;
  readonly version: number;
}

export interface StockFilter {
  /** Only what is low. */
  readonly low: boolean;
  /** Only SKUs that contain it; null: all. */
  readonly text: string | null;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface StockPage {
  readonly items: readonly ShopStock[];
  readonly nextCursor: string | null;
}

export interface LedgerPage {
  /** Newest first. */
  readonly items: readonly LedgerLine[];
  readonly nextCursor: string | null;
}

export interface StockAdjustment {
  readonly sku: string;
  /** Units that came, or went where it is negative. */
  readonly delta: number;
  readonly reason: "receipt" | "correction";
  readonly note: string | null;
}

export interface InventoryDesk {
  /** By SKU. */
  listLevels(as: Acting, filter: StockFilter): Promise<StockPage>;
  /** Fails with `NOT_FOUND`. */
  readLevel(as: Acting, sku: string): Promise<ShopStock>;
  /**
   * The same key again changes nothing and answers the first result. Fails with `CONFLICT` where more would go than is available, with
   * that as the extension `available`.
   */
  adjust(as: Acting, adjustment: StockAdjustment, idempotencyKey: string): Promise<ShopStock>;
  /**
   * Sets what is on hand. Fails with `VERSION_MISMATCH` where the level is another than was seen, with `CONFLICT` where fewer would be
   * there than are reserved, with that as the extension `reserved`.
   */
  correct(
    as: Acting,
    level: { readonly sku: string; readonly onHand: number; readonly version: number },
  ): Promise<ShopStock>;
  /** Fails with `NOT_FOUND`. */
  readLedger(
    as: Acting,
    sku: string,
    page: { readonly limit: number; readonly cursor: string | null },
  ): Promise<LedgerPage>;
}

export interface CatalogDesk {
  /** SKUs of products that are found by words, the best first. */
  findSkus(as: Acting, words: string, limit: number): Promise<readonly string[]>;
  /** The names of these products, drafts too. What is no product has none, and a catalogue that is away knows none: never fails. */
  namesOf(as: Acting, skus: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Who wants to hear nothing of which SKU for a while. */
export interface SnoozeStore {
  /** Null where they are told of it. */
  find(userId: string, sku: string, now: Date): Promise<Date | null>;
  /** From now on, and of what waits already. */
  begin(userId: string, sku: string, until: Date, now: Date): Promise<void>;
  end(userId: string, sku: string): Promise<void>;
}
