import { assertVersion, KioskError, notFound } from "../../shared/kernel/errors.ts";
import type { Actor } from "../domain/movement.ts";
import type { StockState, StockStore, Trace } from "./ports.ts";

export interface DeleteStockLevelInput {
  readonly sku: string;
  readonly expectedVersion: number | null;
  readonly actor: Actor;
  readonly trace: Trace;
}

const decide = ({ book }: StockState, { sku, expectedVersion, actor }: DeleteStockLevelInput) => {
  const level = book.level(sku);
  if (!level) throw notFound("stock level");
  assertVersion(expectedVersion, level.version);
  if (level.reserved > 0) {
    throw new KioskError("CONFLICT", `${level.reserved} units are reserved: release or fulfil them first.`, {
      extensions: { reserved: level.reserved },
    });
  }
  book.move({
    sku,
    onHandDelta: -level.onHand,
    exists: false,
    kind: "deletion",
    actor,
    reason: null,
    note: null,
    orderId: null,
  });
  return { result: undefined };
};

/**
 * Deletes the level of a SKU; its ledger stays. Fails with `NOT_FOUND`, `VERSION_MISMATCH`, and with `CONFLICT` while
 * anything is reserved.
 */
export const deleteStockLevel =
  ({ stock }: { readonly stock: StockStore }) =>
  (input: DeleteStockLevelInput): Promise<void> =>
    stock.change({ skus: [input.sku], traceOf: () => input.trace }, (state) => decide(state, input));
