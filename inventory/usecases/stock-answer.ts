import { available, type StockLevel } from "../domain/stock-level.ts";

/** A stock level as staff see it: plain JSON, so that an answer can be remembered and given again. */
export interface StockAnswer {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly lowStockThreshold: number;
  readonly version: number;
  /** RFC 3339. */
  readonly updatedAt: string;
}

export const stockAnswer = (level: StockLevel): StockAnswer => ({
  sku: level.sku,
  onHand: level.onHand,
  reserved: level.reserved,
  available: available(level),
  lowStockThreshold: level.lowStockThreshold,
  version: level.version,
  updatedAt: level.updatedAt.toISOString(),
});
