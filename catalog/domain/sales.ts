/** Units by product id. */
export type Units = Readonly<Record<string, number>>;

/** As much of an order as counts here. */
export interface CountedOrder {
  readonly status: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

/** From confirmation on an order is a sale, until it is cancelled or returned. */
const soldStatuses: ReadonlySet<string> = new Set(["confirmed", "packed", "shipped", "delivered"]);

/** The units that an order has sold as it stands now. */
export const unitsSold = (order: CountedOrder): Units => {
  const units: Record<string, number> = {};
  if (!soldStatuses.has(order.status)) return units;
  for (const { productId, quantity } of order.lines) units[productId] = (units[productId] ?? 0) + quantity;
  return units;
};

/** What must be added to the counts so that they hold `after` instead of `before`, by product id in order. */
export const salesDifference = (before: Units, after: Units): { productId: string; units: number }[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((productId) => ({ productId, units: (after[productId] ?? 0) - (before[productId] ?? 0) }))
    .filter(({ units }) => units !== 0);
