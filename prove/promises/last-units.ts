import { z } from "zod";
import { openRush, type RushOrder, tally } from "../../e2e/rush.ts";
import type { ShopUnderProof } from "../promise.ts";
import { sellSomethingNew } from "./new-goods.ts";

const UNITS = 30;
const WISHES = 120;
const CARTS = 40;
const PLENTY = 10_000;

export const lastUnitsSchema = z.object({
  sku: z.string(),
  units: z.int(),
  wishes: z.int(),
  /** How often each answer was given to those who wanted one of the last units. */
  told: z.record(z.string(), z.int()),
  carts: z.int(),
  /** The same for carts with the same SKUs in opposite orders, and with one of them twice. */
  toldOfCarts: z.record(z.string(), z.int()),
});
export type LastUnits = z.infer<typeof lastUnitsSchema>;

const orderBy = ({ buyers }: ShopUnderProof, nth: number, skus: readonly string[]): RushOrder => {
  const key = crypto.randomUUID();
  const lines = skus.map((sku) => ({ sku, quantity: 1 }));
  return { token: buyers[nth % buyers.length]?.accessToken ?? "", key, body: { lines, note: key } };
};

/** Four times as many want a unit as there are, at once with carts that would deadlock whoever locks them as they come. */
export const sellLastUnits = async (shop: ShopUnderProof): Promise<LastUnits> => {
  const sku = await sellSomethingNew(shop, UNITS);
  const left = await sellSomethingNew(shop, PLENTY);
  const right = await sellSomethingNew(shop, PLENTY);
  const carts = [
    [left, right],
    [right, left],
    [right, left, right],
  ];
  const orders = [
    ...Array.from({ length: WISHES }, (_, nth) => orderBy(shop, nth, [sku])),
    ...Array.from({ length: CARTS }, (_, nth) => orderBy(shop, nth, carts[nth % carts.length] ?? [])),
  ];
  const rush = await openRush();
  try {
    const answers = await rush.place({ url: shop.url, orders, patience: true });
    return {
      ...{ sku, units: UNITS, wishes: WISHES, told: tally(answers.slice(0, WISHES)) },
      ...{ carts: CARTS, toldOfCarts: tally(answers.slice(WISHES)) },
    };
  } finally {
    await rush.close();
  }
};
