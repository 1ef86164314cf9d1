import { z } from "zod";
import { patient } from "../../tools/client/patient.ts";
import { putOnShelf } from "../busy-shop.ts";
import { BUYERS, type CrashShop } from "./crash-shop.ts";

const ORDERS_PER_BUYER = 5;
export const ORDERS = BUYERS * ORDERS_PER_BUYER;
/** Half of the orders want one of these, so that some of them must be told that there is none left. */
export const SCARCE_UNITS = 10;
const PLENTY_UNITS = 1_000;

/** What is sold at one crash point, by SKU: units at the beginning. */
export interface Goods {
  readonly plenty: string;
  readonly scarce: string;
  readonly initial: ReadonlyMap<string, number>;
}

/** Puts two new products on sale. */
export const sellGoods = async ({ api, merchantToken }: CrashShop): Promise<Goods> => {
  const run = crypto.randomUUID().slice(0, 8).toUpperCase();
  const [plenty, scarce] = [`${run}-PLENTY`, `${run}-SCARCE`];
  const initial = new Map([
    [plenty, PLENTY_UNITS],
    [scarce, SCARCE_UNITS],
  ]);
  await Promise.all([...initial].map(([sku, units]) => putOnShelf(api, merchantToken, sku, units)));
  return { plenty, scarce, initial };
};

export interface Told {
  readonly status: number;
  /** Null where the answer names no order. */
  readonly orderId: string | null;
}

export interface Burst {
  /** What each client was told at last, by key. */
  readonly told: ReadonlyMap<string, Told>;
  /** Resolves when every client has an answer. */
  readonly done: Promise<void>;
}

const placedSchema = z.looseObject({ id: z.string().optional(), orderId: z.string().optional() });

/**
 * All buyers order at once, each one order after the other under a key of its own, and repeat it until it is answered.
 * The last orders wait for `half`, where it is given.
 */
export const startBurst = (shop: CrashShop, goods: Goods, half?: Promise<unknown>): Burst => {
  const told = new Map<string, Told>();
  const send = patient(shop.api);
  const order = async (token: string, nth: number): Promise<void> => {
    const key = crypto.randomUUID();
    const lines = [
      { sku: goods.plenty, quantity: 1 + (nth % 3) },
      ...(nth % 2 === 0 ? [{ sku: goods.scarce, quantity: 1 }] : []),
    ];
    const { status, body } = await send("/v1/orders", {
      method: "POST",
      token,
      headers: { "idempotency-key": key },
      body: { lines: nth % 4 === 0 ? lines.toReversed() : lines, note: key },
    });
    const { id, orderId } = placedSchema.catch({}).parse(body);
    told.set(key, { status, orderId: id ?? orderId ?? null });
  };
  const buy = async (token: string, buyer: number): Promise<void> => {
    for (let i = 0; i < ORDERS_PER_BUYER; i += 1) {
      if (i === Math.ceil(ORDERS_PER_BUYER / 2)) await half;
      await order(token, buyer * ORDERS_PER_BUYER + i);
    }
  };
  const done = Promise.all(shop.buyerTokens.map(buy)).then(() => undefined);
  // Nobody waits for them where the test has failed before.
  done.catch(() => undefined);
  return { told, done };
};
