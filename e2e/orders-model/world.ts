import { type Line, reservedOf, type Sku, type Stock, unitsText } from "../stock-model/stock.ts";

// Orders and the stock that they hold, in the fewest words. The stock is that of the stock model; an order is a status, its
// lines, and what is still to be done about it with the other services.

export type OrderName = "o1" | "o2" | "o3" | "o4" | "o5";
export const orderNames: readonly OrderName[] = ["o1", "o2", "o3", "o4", "o5"];

export type Status =
  | "pending"
  | "confirmed"
  | "rejected"
  | "packed"
  | "shipped"
  | "delivered"
  | "cancelled"
  | "returned";

export type Payment = "manual" | "approve" | "decline" | "hang";
export type Buyer = "ann" | "bob";
export type Person = Buyer | "staff";

/** Units by SKU: an order of the model names each SKU once. */
export type Units = Readonly<Partial<Record<Sku, number>>>;

/** What has to be asked of others until they answer. */
export type Task =
  | { readonly ask: "reserve" | "pay" | "secure" | "release" | "fulfil" | "return" }
  | { readonly ask: "change"; readonly units: Units };

export interface Order {
  readonly buyer: Buyer;
  readonly status: Status;
  readonly units: Units;
  readonly payment: Payment;
  /** Null: its saga rests or has ended. */
  readonly task: Task | null;
  /** How often the task has been asked for. */
  readonly attempts: number;
  readonly archived: boolean;
}

/** Something asked of inventory. */
export type Ask =
  | {
      readonly kind: "reserve";
      readonly units: Units;
      readonly forever: boolean;
      readonly revision: number;
    }
  | { readonly kind: "release" | "fulfil" | "return" };

/**
 * How an ask goes wrong: it never arrives, or its answer is lost, or it arrives when nobody waits for the answer any
 * longer.
 */
export type Fault = "before" | "after" | "late";

export interface World {
  readonly stock: Stock;
  readonly orders: Readonly<Partial<Record<OrderName, Order>>>;
  /** What was answered under an idempotency key. */
  readonly kept: Readonly<Record<string, { readonly asked: string; readonly answer: string }>>;
  /** Asks that are still on their way, oldest first. */
  readonly late: readonly { readonly order: OrderName; readonly ask: Ask }[];
  /** Of asks so far: each hold is asked for under a higher revision than those before. */
  readonly asks: number;
}

export const firstWorld: World = {
  stock: { onHand: { A: 5, B: 3, C: 20 }, holds: {}, kept: {} },
  orders: {},
  kept: {},
  late: [],
  asks: 0,
};

export const unitEntries = (units: Units): [Sku, number][] =>
  (Object.entries(units) as [Sku, number][]).toSorted(([a], [b]) => (a < b ? -1 : 1));

export const linesOf = (units: Units): Line[] =>
  unitEntries(units).map(([sku, quantity]) => ({ sku, quantity }));

export const sortedUnits = (units: Units): Units => Object.fromEntries(unitEntries(units));

export const withOrder = (world: World, name: OrderName, order: Order): World => ({
  ...world,
  orders: { ...world.orders, [name]: order },
});

export const orderText = ({ status, units }: Pick<Order, "status" | "units">): string =>
  `${status} ${unitsText(sortedUnits(units))}`;

export const levelText = (sku: Sku, onHand: number, reserved: number): string =>
  `${sku} on hand ${onHand} reserved ${reserved}`;

/** Orders, levels and holds as lines of text, to be compared with those of the services. */
export const describeWorld = ({ orders, stock }: World): string[] =>
  [
    ...(Object.entries(orders) as [OrderName, Order][]).map(
      ([name, order]) =>
        `order ${name} ${orderText(order)}${order.archived ? " archived" : ""}${order.task === null ? "" : " open"}`,
    ),
    ...(Object.entries(stock.onHand) as [Sku, number][]).map(([sku, onHand]) =>
      levelText(sku, onHand, reservedOf(stock, sku)),
    ),
    ...Object.entries(stock.holds).map(
      ([name, hold]) => `hold ${name} ${hold.status} ${unitsText(sortedUnits(hold.units))}`,
    ),
  ].toSorted();
