/** Most units of one SKU: far above any shop, and sums of a ledger stay safe integers. */
export const UNITS_MAX = 1_000_000_000;

/** How much of a SKU the shop's people know to be there. */
export const supplies = ["enough", "low", "out"] as const;
export type Supply = (typeof supplies)[number];

/** How much there is of one SKU. `onHand` and `reserved` are units, never negative, and `reserved <= onHand`. */
export interface StockLevel {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  /** Rises by one with every movement, also over a deletion: it numbers the SKU's movements. */
  readonly version: number;
  /** Low when no more than this is available, in units. */
  readonly lowStockThreshold: number;
  /** What was told of it last, so that a level that flutters around a bound is told of once. */
  readonly told: Supply;
  /** False once it has been deleted; the row stays so that versions keep rising. */
  readonly exists: boolean;
  readonly updatedAt: Date;
}

/** What can still be sold. */
export const available = ({ onHand, reserved }: Pick<StockLevel, "onHand" | "reserved">): number =>
  onHand - reserved;

export const isLow = (level: StockLevel): boolean => available(level) <= level.lowStockThreshold;
