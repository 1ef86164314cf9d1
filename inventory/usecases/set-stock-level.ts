import { assertVersion, KioskError } from "../../shared/kernel/errors.ts";
import type { Actor } from "../domain/movement.ts";
import type { StockState, StockStore, Trace } from "./ports.ts";
import { type StockAnswer, stockAnswer } from "./stock-answer.ts";

export interface SetStockLevelInput {
  readonly sku: string;
  /** Units that are there. */
  readonly onHand: number;
  /** Undefined: as it was, or the shop's default for a new level. */
  readonly lowStockThreshold: number | undefined;
  readonly reason: string | null;
  /** The version that the caller has seen, 0 for none yet; null: whatever it is. */
  readonly expectedVersion: number | null;
  readonly actor: Actor;
  readonly trace: Trace;
}

export interface SetStockLevelDeps {
  readonly stock: StockStore;
  /** Threshold of a new level, in units. */
  readonly defaultThreshold: number;
}

const decide = ({ book }: StockState, input: SetStockLevelInput, defaultThreshold: number) => {
  const { sku, onHand, reason, actor } = input;
  const before = book.level(sku);
  assertVersion(input.expectedVersion, before?.version);
  if (before && onHand < before.reserved) {
    throw new KioskError("CONFLICT", `${before.reserved} units are reserved: no fewer can be on hand.`, {
      extensions: { reserved: before.reserved },
    });
  }
  const level = book.move({
    sku,
    onHandDelta: onHand - (before?.onHand ?? 0),
    lowStockThreshold: input.lowStockThreshold ?? before?.lowStockThreshold ?? defaultThreshold,
    exists: true,
    kind: before ? "correction" : "receipt",
    actor,
    reason,
    note: null,
    orderId: null,
  });
  return { result: { level: stockAnswer(level), created: before === undefined } };
};

/**
 * Creates the level of a SKU, or corrects it to what was counted. Fails with `VERSION_MISMATCH` when it has changed
 * since the caller read it, and with `CONFLICT` when fewer units would be on hand than are reserved.
 */
export const setStockLevel =
  ({ stock, defaultThreshold }: SetStockLevelDeps) =>
  (input: SetStockLevelInput): Promise<{ level: StockAnswer; created: boolean }> =>
    stock.change({ skus: [input.sku], create: true, traceOf: () => input.trace }, (state) =>
      decide(state, input, defaultThreshold),
    );
