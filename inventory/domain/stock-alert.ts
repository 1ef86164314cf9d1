import { available, type StockLevel, type Supply } from "./stock-level.ts";

/** What is to be heard about a SKU. */
export interface StockAlert {
  readonly type: "stock.low" | "stock.restocked";
  readonly sku: string;
  readonly available: number;
  readonly threshold: number;
  readonly version: number;
  /** True for what customers wait for and the shop's people were told already, or need not be told: a flutter. */
  readonly quiet: boolean;
  /** The order whose movement it was, if one. */
  readonly orderId: string | null;
}

/** Units beyond a bound at which the shop's people are told again when it is crossed: a tenth of the threshold, one at least. */
const marginOf = (threshold: number): number => Math.max(1, Math.ceil(threshold / 10));

/** How a level is, as one who knows nothing of its past would say. */
const supplyOf = (level: StockLevel): Supply => {
  const units = available(level);
  if (units === 0) return "out";
  return units <= level.lowStockThreshold ? "low" : "enough";
};

/** What the shop's people have been told, after a change. It falls with the stock, and rises only when the stock is well above a bound. */
const toldAfter = (told: Supply, level: StockLevel): Supply => {
  const [units, threshold] = [available(level), level.lowStockThreshold];
  const margin = marginOf(threshold);
  if (units > threshold + margin) return "enough";
  if (told === "enough" || units === 0) return supplyOf(level);
  return units > margin ? "low" : told;
};

const supplies: readonly Supply[] = ["out", "low", "enough"];
const isLess = (a: Supply, b: Supply): boolean => supplies.indexOf(a) < supplies.indexOf(b);

/**
 * What is to be told of one change, with what has been told after it. `stock.low` when it becomes low, and again when it is out;
 * `stock.restocked` when it can be sold again, or is well above what was told last. A new or deleted level alerts nobody.
 */
export const alertOf = (
  before: StockLevel,
  after: StockLevel,
  orderId: string | null,
): { readonly told: Supply; readonly alert: StockAlert | null } => {
  if (!before.exists || !after.exists) return { told: supplyOf(after), alert: null };
  const told = toldAfter(before.told, after);
  const alert = (type: StockAlert["type"], quiet = false) => ({
    told,
    alert: {
      type,
      sku: after.sku,
      available: available(after),
      threshold: after.lowStockThreshold,
      version: after.version,
      quiet,
      orderId,
    },
  });
  if (isLess(told, before.told)) return alert("stock.low");
  if (isLess(before.told, told)) return alert("stock.restocked");
  const sellableAgain = available(before) === 0 && available(after) > 0;
  return sellableAgain ? alert("stock.restocked", true) : { told, alert: null };
};
