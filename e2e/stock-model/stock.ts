// Stock in the fewest words. It shares nothing with the service: reserved units are no counter here but the sum of what is held.

/** A SKU and an order by short names; each run of a test gives them real ones. */
export type Sku = "A" | "B" | "C" | "D" | "E";
export type OrderName = "o1" | "o2" | "o3" | "o4" | "o5";

export interface Line {
  readonly sku: Sku;
  readonly quantity: number;
}

export type HoldStatus = "held" | "released" | "fulfilled" | "expired" | "returned";

export interface Hold {
  readonly status: HoldStatus;
  /** Units by SKU. */
  readonly units: Readonly<Partial<Record<Sku, number>>>;
  readonly life: "due" | "timed" | "forever";
  readonly revision: number;
}

export interface Stock {
  /** Units by SKU; none for a SKU without a level. */
  readonly onHand: Readonly<Partial<Record<Sku, number>>>;
  readonly holds: Readonly<Partial<Record<OrderName, Hold>>>;
  /** What was asked under an idempotency key, and the answer to it. */
  readonly kept: Readonly<Record<string, { readonly asked: string; readonly answer: string }>>;
}

/** What a run begins with. */
export const firstStock: Stock = { onHand: { A: 6, B: 4 }, holds: {}, kept: {} };

export const entries = <Key extends string, Value>(
  record: Readonly<Partial<Record<Key, Value>>>,
): [Key, Value][] => Object.entries(record) as [Key, Value][];

/** Units of a SKU that orders hold. */
export const reservedOf = ({ holds }: Stock, sku: Sku): number =>
  entries(holds).reduce((sum, [, { status, units }]) => sum + (status === "held" ? (units[sku] ?? 0) : 0), 0);

export const availableOf = (stock: Stock, sku: Sku): number =>
  (stock.onHand[sku] ?? 0) - reservedOf(stock, sku);

export const unitsOf = (lines: readonly Line[]): Hold["units"] => {
  const units: Partial<Record<Sku, number>> = {};
  for (const { sku, quantity } of lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1)))
    units[sku] = (units[sku] ?? 0) + quantity;
  return units;
};

export const levelText = (stock: Stock, sku: Sku): string =>
  `on hand ${stock.onHand[sku]} reserved ${reservedOf(stock, sku)} available ${availableOf(stock, sku)}`;

/** Units by SKU as text: `A:2 B:1`. */
export const unitsText = (units: Hold["units"]): string =>
  entries(units)
    .map(([sku, quantity]) => `${sku}:${quantity}`)
    .join(" ");

/** The same stock with another level, or another hold. */
export const withLevel = (stock: Stock, sku: Sku, onHand: number): Stock => ({
  ...stock,
  onHand: { ...stock.onHand, [sku]: onHand },
});

export const withHold = (stock: Stock, order: OrderName, hold: Hold): Stock => ({
  ...stock,
  holds: { ...stock.holds, [order]: hold },
});

/** Every level and every reservation as lines of text, to be compared with those of the service. */
export const describeStock = (stock: Stock): string[] =>
  [
    ...entries(stock.onHand).map(([sku]) => `${sku} ${levelText(stock, sku)}`),
    ...entries(stock.holds).map(([order, { status, units, life, revision }]) => {
      const lasts = life === "forever" ? " for ever" : "";
      return `${order} ${status} ${unitsText(units)}${lasts} revision ${revision}`;
    }),
  ].toSorted();
