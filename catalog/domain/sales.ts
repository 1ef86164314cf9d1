/** Units by product id. */
export type Units = Readonly<Record<string, number>>;

/** As much of an order as counts here. */
export interface CountedOrder {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

/** What an order has been counted with, and at which of its versions. */
export interface OrderCount {
  readonly orderId: string;
  readonly version: number;
  readonly units: Units;
}

/** Units to add to a product's count; below zero where they were given back. */
export interface SalesDifference {
  readonly productId: string;
  readonly units: number;
}

/** From confirmation on an order is a sale, until it is cancelled or returned. */
const soldStatuses: ReadonlySet<string> = new Set(["confirmed", "packed", "shipped", "delivered"]);

/** A uuid may be written in capital letters; the database answers it in small ones. */
const sameId = (id: string) => id.toLowerCase();

const addedUp = (units: readonly SalesDifference[]): Units => {
  const sum: Record<string, number> = {};
  for (const { productId, units: more } of units) {
    const id = sameId(productId);
    sum[id] = (sum[id] ?? 0) + more;
  }
  return sum;
};

/** The units that an order has sold as it stands now. */
export const unitsSold = ({ status, lines }: Pick<CountedOrder, "status" | "lines">): Units =>
  soldStatuses.has(status)
    ? addedUp(lines.map(({ productId, quantity }) => ({ productId, units: quantity })))
    : {};

/** What must be added to the counts so that they hold `after` instead of `before`, by product id in order. */
export const salesDifference = (before: Units, after: Units): SalesDifference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((productId) => ({ productId, units: (after[productId] ?? 0) - (before[productId] ?? 0) }))
    .filter(({ units }) => units !== 0);

/** Each order once, in its newest version. */
export const newestOrders = <Order extends CountedOrder>(orders: readonly Order[]): Order[] => {
  const newest = new Map<string, Order>();
  for (const order of orders) {
    const id = sameId(order.id);
    const known = newest.get(id);
    if (known === undefined || known.version < order.version) newest.set(id, order);
  }
  return [...newest.values()];
};

/**
 * What the orders are to be counted with from now on, and by how much that changes the counts of all products together,
 * by product id in order. `counted` is what they have been counted with, of those that have been; an order that is no
 * newer than that changes nothing. Each order comes once.
 */
export const recount = (
  counted: readonly OrderCount[],
  orders: readonly CountedOrder[],
): { counts: OrderCount[]; difference: SalesDifference[] } => {
  const before = new Map(counted.map((count) => [count.orderId, count]));
  const counts = orders
    .map((order) => ({ orderId: sameId(order.id), version: order.version, units: unitsSold(order) }))
    .filter(({ orderId, version }) => version > (before.get(orderId)?.version ?? 0));
  const differences = counts.flatMap(({ orderId, units }) =>
    salesDifference(before.get(orderId)?.units ?? {}, units),
  );
  return { counts, difference: salesDifference({}, addedUp(differences)) };
};
