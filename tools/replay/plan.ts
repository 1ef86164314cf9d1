import { isProductCode, mostFrequent, orderLineReasons } from "../../shared/kernel/order-lines.ts";
import type { RawLine } from "./read-lines.ts";

/** What became of a line. Exactly one of the three; the reasons explain a correction or a report. */
export interface LineOutcome {
  readonly lineNumber: number;
  readonly kind: "accepted" | "corrected" | "reported";
  readonly reasons: readonly string[];
}

export interface PlannedProduct {
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  /** All that the file sells of it: what it is given as stock. */
  readonly quantity: number;
}

export interface PlannedOrder {
  readonly invoice: string;
  readonly customer: string;
  readonly date: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** An order taken back as a whole, or some of its goods. */
export type PlannedReturn =
  | { readonly kind: "cancel"; readonly invoice: string; readonly order: string; readonly customer: string }
  | {
      readonly kind: "goods-back";
      readonly lineNumber: number;
      readonly order: string;
      readonly sku: string;
      readonly quantity: number;
    };

export interface Plan {
  readonly products: readonly PlannedProduct[];
  readonly customers: readonly string[];
  readonly orders: readonly PlannedOrder[];
  readonly returns: readonly PlannedReturn[];
  readonly outcomes: readonly LineOutcome[];
  /** Lines whose customer id was written as a decimal: read as the number, not counted as a correction. */
  readonly decimalIds: number;
}

/** Whoever buys without saying who: sales over the counter. */
export const WALK_IN = "walk-in";

interface Line {
  readonly raw: RawLine;
  readonly sku: string;
  readonly quantity: number;
  readonly priceMinor: number;
  readonly customer: string;
  readonly isReturn: boolean;
}

const wholeNumber = (text: string): number =>
  /^-?\d+(\.0+)?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
const minorUnits = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 100) : Number.NaN;

const read = (raw: RawLine): Line => ({
  raw,
  sku: raw.code.toUpperCase(),
  quantity: wholeNumber(raw.quantity),
  priceMinor: minorUnits(raw.unitPrice),
  customer: raw.customer === "" ? WALK_IN : raw.customer.replace(/\.0+$/, ""),
  isReturn: /^C/i.test(raw.invoice),
});

/** Why a line cannot be booked at all; null when it can. */
const unusable = ({ sku, quantity, priceMinor, isReturn }: Line): string | null => {
  if (sku === "") return "no stock code";
  if (!isProductCode(sku)) return "not a product: postage, fee, discount or manual entry";
  if (Number.isNaN(quantity) || quantity === 0) return "the quantity is not a whole number other than zero";
  if (isReturn) return quantity > 0 ? "a cancellation with a positive quantity" : null;
  if (quantity < 0) return "a negative quantity outside of a cancellation: a stock correction, not a sale";
  return priceMinor > 0 ? null : "no price: not a sale";
};

/** One of each, to be counted. */
const once = <Value>(values: readonly Value[]): [Value, number][] => values.map((value) => [value, 1]);

const planProducts = (sales: readonly Line[]): PlannedProduct[] =>
  [...Map.groupBy(sales, ({ sku }) => sku)].map(([sku, lines]) => ({
    sku,
    name:
      mostFrequent(once(lines.map(({ raw }) => raw.description).filter((name) => name !== ""))) ??
      `Product ${sku}`,
    priceMinor: mostFrequent(once(lines.map(({ priceMinor }) => priceMinor))) ?? 0,
    quantity: lines.reduce((total, { quantity }) => total + quantity, 0),
  }));

const planOrders = (sales: readonly Line[]): PlannedOrder[] =>
  [...Map.groupBy(sales, ({ raw }) => raw.invoice)].map(([invoice, lines]) => ({
    invoice,
    customer: lines[0]?.customer ?? WALK_IN,
    date: lines[0]?.raw.date ?? "",
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  }));

/** What is still with the customer of an order, by SKU. */
interface Remaining {
  readonly order: PlannedOrder;
  readonly left: Map<string, number>;
  touched: boolean;
}

const remainingOf = (order: PlannedOrder): Remaining => {
  const left = new Map<string, number>();
  for (const { sku, quantity } of order.lines) left.set(sku, (left.get(sku) ?? 0) + quantity);
  return { order, left, touched: false };
};

/** The latest earlier order of the customer that holds enough of the SKU. */
const findOrder = (candidates: readonly Remaining[], line: Line): Remaining | undefined =>
  candidates.findLast(
    ({ order, left }) => order.date <= line.raw.date && (left.get(line.sku) ?? 0) >= -line.quantity,
  );

const takesAllBack = ({ left, touched }: Remaining, lines: readonly Line[]): boolean => {
  const back = new Map<string, number>();
  for (const { sku, quantity } of lines) back.set(sku, (back.get(sku) ?? 0) - quantity);
  return (
    !touched && back.size === left.size && [...left].every(([sku, quantity]) => back.get(sku) === quantity)
  );
};

/** Matches the cancellations to the orders before them, in the order of the file; unmatched lines are named. */
const planReturns = (orders: readonly PlannedOrder[], lines: readonly Line[]) => {
  const byCustomer = Map.groupBy(orders.map(remainingOf), ({ order }) => order.customer);
  const returns: PlannedReturn[] = [];
  const unmatched = new Set<number>();
  for (const [invoice, group] of Map.groupBy(lines, ({ raw }) => raw.invoice)) {
    const candidates = byCustomer.get(group[0]?.customer ?? "") ?? [];
    const whole = candidates.findLast(
      (remaining) => remaining.order.date <= (group[0]?.raw.date ?? "") && takesAllBack(remaining, group),
    );
    if (whole) {
      returns.push({ kind: "cancel", invoice, order: whole.order.invoice, customer: whole.order.customer });
      whole.touched = true;
      whole.left.clear();
      continue;
    }
    for (const line of group) {
      const found = findOrder(candidates, line);
      if (!found) {
        unmatched.add(line.raw.lineNumber);
        continue;
      }
      found.touched = true;
      found.left.set(line.sku, (found.left.get(line.sku) ?? 0) + line.quantity);
      returns.push({
        kind: "goods-back",
        lineNumber: line.raw.lineNumber,
        order: found.order.invoice,
        sku: line.sku,
        quantity: -line.quantity,
      });
    }
  }
  return { returns, unmatched };
};

const correctionsOf = (line: Line, product: PlannedProduct | undefined): string[] => {
  const reasons: string[] = [];
  if (line.raw.code !== line.sku) reasons.push(orderLineReasons.capitals);
  if (line.customer === WALK_IN) reasons.push("no customer: booked to a walk-in customer");
  if (product && line.raw.description !== product.name) reasons.push(orderLineReasons.name);
  if (product && !line.isReturn && line.priceMinor !== product.priceMinor)
    reasons.push(orderLineReasons.price);
  return reasons;
};

/**
 * Decides what to do with every line, before anything is done: which products there are, which orders, what comes back,
 * and how each line is accounted for. Pure, so that a run that is repeated plans the same.
 */
export const planReplay = (raws: readonly RawLine[]): Plan => {
  const lines = raws.map(read);
  const rejected = new Map(
    lines.flatMap((line) => {
      const why = unusable(line);
      return why === null ? [] : [[line.raw.lineNumber, why] as const];
    }),
  );
  const usable = lines.filter(({ raw }) => !rejected.has(raw.lineNumber));
  const sales = usable.filter(({ isReturn }) => !isReturn);
  const products = planProducts(sales);
  const orders = planOrders(sales);
  const { returns, unmatched } = planReturns(
    orders,
    usable.filter(({ isReturn }) => isReturn),
  );
  const productOf = new Map(products.map((product) => [product.sku, product]));

  const outcomeOf = (line: Line): LineOutcome => {
    const { lineNumber } = line.raw;
    const why =
      rejected.get(lineNumber) ??
      (unmatched.has(lineNumber) ? "no earlier sale of it to this customer in the file" : undefined);
    if (why !== undefined) return { lineNumber, kind: "reported", reasons: [why] };
    const reasons = correctionsOf(line, productOf.get(line.sku));
    return { lineNumber, kind: reasons.length === 0 ? "accepted" : "corrected", reasons };
  };
  return {
    products,
    customers: [...new Set(orders.map(({ customer }) => customer))],
    orders,
    returns,
    outcomes: lines.map(outcomeOf),
    decimalIds: raws.filter(({ customer }) => /\.0+$/.test(customer)).length,
  };
};
