import { type FieldError, KioskError } from "../../shared/kernel/errors.ts";
import { type Money, sum, times } from "../../shared/kernel/money.ts";

export const orderStatuses = [
  "pending",
  "confirmed",
  "rejected",
  "packed",
  "shipped",
  "delivered",
  "cancelled",
  "returned",
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const ORDER_LINES_MAX = 100;
export const LINE_QUANTITY_MAX = 10_000;
/** Largest total of an order, and so of a line: a thousand million in major units of a two-decimal currency. */
export const ORDER_TOTAL_MAX_MINOR = 100_000_000_000;

/** Name and price are those of the moment of ordering: later changes of the product do not reach an order. */
export interface OrderLine {
  readonly id: string;
  readonly sku: string;
  readonly productId: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: Money;
}

export interface Address {
  readonly recipient: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export const paymentProviders = ["manual", "simulated"] as const;
export type PaymentProviderName = (typeof paymentProviders)[number];
export const simulatedOutcomes = ["approve", "decline", "hang"] as const;

/**
 * How an order is paid. `manual`: on delivery, nobody is asked. `simulated`: a provider for tests and demonstrations that
 * does what the order says.
 */
export type Payment =
  | { readonly provider: "manual" }
  | { readonly provider: "simulated"; readonly outcome: (typeof simulatedOutcomes)[number] };

/** Who of the shop's people looks after an order, by user id. */
export interface Claim {
  readonly by: string;
  readonly at: Date;
}

export interface Order {
  readonly id: string;
  /** For people: `K-000041`. */
  readonly number: string;
  readonly userId: string;
  readonly status: OrderStatus;
  /** Rises by one with every change. */
  readonly version: number;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly note: string | null;
  readonly address: Address | null;
  readonly payment: Payment;
  /** Null while nobody has taken it on. */
  readonly claim: Claim | null;
  /** When an admin put it away; null while it is not. */
  readonly archivedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An order before it has been given its number. */
export type DraftOrder = Omit<Order, "number">;

/** Who causes a change. `user` is the buyer, `staff` anybody else of the shop, `system` the saga. */
export interface Actor {
  readonly kind: "user" | "staff" | "system";
  readonly id: string | null;
}

export const SYSTEM: Actor = { kind: "system", id: null };

export const lineTotal = ({ unitPrice, quantity }: OrderLine): Money => times(unitPrice, quantity);

/** What the lines cost together. Throws a RangeError where a line is in another currency. */
export const totalOf = (lines: readonly OrderLine[], currency: string): Money =>
  sum(lines.map(lineTotal), currency);

export interface NewOrder {
  readonly id: string;
  readonly userId: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly note: string | null;
  readonly address: Address | null;
  readonly payment: Payment;
  readonly at: Date;
}

const lineError = (line: OrderLine, index: number, currency: string): FieldError | null => {
  const pointer = `/body/lines/${index}`;
  if (line.unitPrice.currency !== currency)
    return { pointer, message: `is sold in ${line.unitPrice.currency}, and this shop takes ${currency}` };
  if (lineTotal(line).amountMinor > ORDER_TOTAL_MAX_MINOR)
    return { pointer, message: "costs more than one order may: order less" };
  return null;
};

/**
 * A new pending order. Fails with `VALIDATION` where a line is in another currency than the shop's or the total is
 * beyond `ORDER_TOTAL_MAX_MINOR`.
 */
export const draftOrder = ({ lines, currency, at, ...facts }: NewOrder): DraftOrder => {
  const errors = lines.flatMap((line, index) => lineError(line, index, currency) ?? []);
  if (errors.length > 0)
    throw new KioskError("VALIDATION", "Some lines of the order cannot be taken.", { errors });
  const total = totalOf(lines, currency);
  if (total.amountMinor > ORDER_TOTAL_MAX_MINOR) {
    throw new KioskError("VALIDATION", "The order is too large.", {
      errors: [{ pointer: "/body/lines", message: "cost more than one order may: split the order" }],
    });
  }
  return {
    ...facts,
    lines,
    total,
    status: "pending",
    version: 1,
    claim: null,
    archivedAt: null,
    createdAt: at,
    updatedAt: at,
  };
};

/** The order in its next status and version. Whether it may go there has been asked before. */
export const moveTo = (order: Order, status: OrderStatus, at: Date): Order => ({
  ...order,
  status,
  version: order.version + 1,
  updatedAt: at,
});
