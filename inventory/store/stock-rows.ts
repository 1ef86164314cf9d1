import type { StockLevel } from "../domain/stock-level.ts";
import { stockLevel } from "./schema.ts";

/** The columns of a stock level, for every select of it. */
export const levelColumns = {
  sku: stockLevel.sku,
  onHand: stockLevel.onHand,
  reserved: stockLevel.reserved,
  version: stockLevel.version,
  lowStockThreshold: stockLevel.lowStockThreshold,
  told: stockLevel.told,
  deleted: stockLevel.deleted,
  updatedAt: stockLevel.updatedAt,
};

export type LevelRow = Omit<StockLevel, "exists"> & { readonly deleted: boolean };

export const levelOf = ({ deleted, ...row }: LevelRow): StockLevel => ({ ...row, exists: !deleted });
