import { available, isLow, type StockLevel } from "./stock-level.ts";

/** What the shop's people want to hear about a SKU. */
export interface StockAlert {
  readonly type: "stock.low" | "stock.restocked";
  readonly sku: string;
  readonly available: number;
  readonly threshold: number;
  readonly version: number;
  /** The order whose movement it was, if one. */
  readonly orderId: string | null;
}

/**
 * The alert of one change, or null: `stock.low` when it became low, `stock.restocked` when it can be sold again or is
 * low no longer. A new or deleted level alerts nobody.
 */
export const alertOf = (before: StockLevel, after: StockLevel, orderId: string | null): StockAlert | null => {
  if (!before.exists || !after.exists) return null;
  const alert = (type: StockAlert["type"]): StockAlert => ({
    type,
    sku: after.sku,
    available: available(after),
    threshold: after.lowStockThreshold,
    version: after.version,
    orderId,
  });
  if (!isLow(before) && isLow(after)) return alert("stock.low");
  const sellableAgain = available(before) === 0 && available(after) > 0;
  return sellableAgain || (isLow(before) && !isLow(after)) ? alert("stock.restocked") : null;
};
