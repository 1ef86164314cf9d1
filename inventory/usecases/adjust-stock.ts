import { invalid, KioskError, notFound } from "../../shared/kernel/errors.ts";
import { type Actor, type AdjustmentReason, kindOfAdjustment } from "../domain/movement.ts";
import { available, UNITS_MAX } from "../domain/stock-level.ts";
import type { StockDecision, StockState, StockStore, Trace } from "./ports.ts";
import { type StockAnswer, stockAnswer } from "./stock-answer.ts";

export interface AdjustStockInput {
  readonly sku: string;
  /** Units that came (positive) or went (negative). */
  readonly delta: number;
  readonly reason: AdjustmentReason;
  readonly note: string | null;
  readonly actor: Actor;
  readonly trace: Trace;
  /** Null: the caller sent no `Idempotency-Key`. */
  readonly idempotency: { readonly principal: string; readonly key: string; readonly body: unknown } | null;
}

const ROUTE = "POST /v1/stock/{sku}/adjustments";

const decide = ({ book }: StockState, input: AdjustStockInput): StockDecision<StockAnswer> => {
  const { sku, delta, reason, note, actor } = input;
  const before = book.level(sku);
  if (!before) throw notFound("stock level");
  const left = available(before);
  if (left + delta < 0) {
    throw new KioskError("CONFLICT", `Only ${left} units are available: no more can be taken away.`, {
      extensions: { available: left },
    });
  }
  if (before.onHand + delta > UNITS_MAX)
    throw new KioskError("CONFLICT", `No more than ${UNITS_MAX} units can be on hand.`);
  const kind = kindOfAdjustment[reason];
  return {
    result: stockAnswer(book.move({ sku, onHandDelta: delta, kind, actor, reason, note, orderId: null })),
  };
};

/**
 * Changes what is on hand by a difference. The same idempotency key again answers the first result, as `replayed`.
 * Fails with `VALIDATION` on a difference of 0, with `NOT_FOUND`, with `CONFLICT` when more would go than is available, and with `IDEMPOTENCY_MISMATCH`.
 */
export const adjustStock =
  ({ stock }: { readonly stock: StockStore }) =>
  async (input: AdjustStockInput): Promise<{ level: StockAnswer; replayed: boolean }> => {
    if (input.delta === 0) throw invalid("/body/delta", "must be other than 0");
    const scope = { skus: [input.sku], traceOf: () => input.trace };
    if (input.idempotency === null) {
      const level = await stock.change(scope, (state) => decide(state, input));
      return { level, replayed: false };
    }
    const { principal, key, body } = input.idempotency;
    // The SKU is part of the path, so it belongs to what must be the same.
    const call = { principal, route: ROUTE, key, body: { sku: input.sku, body } };
    const { result, replayed } = await stock.changeOnce(call, scope, (state) => decide(state, input));
    return { level: result, replayed };
  };
