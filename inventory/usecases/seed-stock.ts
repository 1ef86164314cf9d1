import { type Line, sumBySku } from "../domain/allocate.ts";
import { systemActor } from "../domain/movement.ts";
import type { StockStore } from "./ports.ts";

export interface SeedStockDeps {
  readonly stock: StockStore;
  /** In units. */
  readonly defaultThreshold: number;
}

/** Receives first stock for SKUs that have never had a level, and answers how many those were. Others are left alone. */
export const seedStock =
  ({ stock, defaultThreshold }: SeedStockDeps) =>
  (lines: readonly Line[]): Promise<number> =>
    stock.change(
      { skus: lines.map((line) => line.sku), create: true, traceOf: () => ({}) },
      ({ book, levels }) => {
        const missing = sumBySku(lines).filter(({ sku }) => levels.get(sku)?.version === 0);
        for (const { sku, quantity } of missing) {
          book.move({
            sku,
            onHandDelta: quantity,
            lowStockThreshold: defaultThreshold,
            exists: true,
            kind: "receipt",
            actor: systemActor,
            reason: "seed",
            note: null,
            orderId: null,
          });
        }
        return { result: missing.length };
      },
    );
