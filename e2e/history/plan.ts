import type { Dice } from "./dice.ts";

export type OrderEnd = "confirmed" | "packed" | "shipped" | "delivered" | "returned" | "cancelled";

/** What happens to an order once it is confirmed, in this order. */
export type Step =
  | { readonly kind: "change-line"; readonly quantity: number }
  | { readonly kind: "move"; readonly to: OrderEnd }
  | { readonly kind: "cancel" };

export interface PlannedOrder {
  /** Which of the buyers. */
  readonly buyer: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly payment: "manual" | "approve" | "decline";
  readonly steps: readonly Step[];
}

/** Nobody ever puts any of it into stock: who orders it is rejected. */
export const SOLD_OUT = "HISTORY-SOLD-OUT";
const SKUS = 30;
export const skus: readonly string[] = Array.from({ length: SKUS }, (_, i) => `HISTORY-${i + 1}`);

/** Of a hundred orders so many wish for what is sold out, and so many are not paid. */
const SOLD_OUT_OF_HUNDRED = 8;
const DECLINED_OF_HUNDRED = 5;
const CHANGED_OF_HUNDRED = 30;
const LINES_MAX = 3;
const QUANTITY_MAX = 5;
const CHANGES_MAX = 2;

const moves = (...ends: OrderEnd[]): Step[] => ends.map((to) => ({ kind: "move", to }));
const ends: readonly [readonly Step[], ...(readonly Step[])[]] = [
  [],
  [],
  [{ kind: "cancel" }],
  moves("cancelled"),
  moves("packed"),
  moves("packed", "cancelled"),
  moves("packed", "shipped"),
  moves("packed", "shipped", "delivered"),
  moves("packed", "shipped", "delivered"),
  moves("packed", "shipped", "returned"),
  moves("packed", "shipped", "delivered", "returned"),
];

const planOrder = (dice: Dice, buyers: number): PlannedOrder => {
  const fate = dice.below(100);
  const count = 1 + dice.below(LINES_MAX);
  const first = dice.below(SKUS);
  const wanted = Array.from({ length: count }, (_, i) => skus[(first + i * 7) % SKUS] ?? "");
  const changes = dice.below(100) < CHANGED_OF_HUNDRED ? 1 + dice.below(CHANGES_MAX) : 0;
  return {
    buyer: dice.below(buyers),
    lines: [...wanted, ...(fate < SOLD_OUT_OF_HUNDRED ? [SOLD_OUT] : [])].map((sku) => ({
      sku,
      quantity: 1 + dice.below(QUANTITY_MAX),
    })),
    payment:
      fate >= SOLD_OUT_OF_HUNDRED && fate < SOLD_OUT_OF_HUNDRED + DECLINED_OF_HUNDRED
        ? "decline"
        : dice.pick(["manual", "approve"]),
    steps: [
      ...Array.from({ length: changes }, () => ({
        kind: "change-line" as const,
        quantity: 1 + dice.below(QUANTITY_MAX),
      })),
      ...dice.pick(ends),
    ],
  };
};

/** Orders of every kind: sold out, not paid, left alone, changed, cancelled, and moved as far as an order goes. */
export const planOrders = (dice: Dice, count: number, buyers: number): PlannedOrder[] =>
  Array.from({ length: count }, () => planOrder(dice, buyers));
