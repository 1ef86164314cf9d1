import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { describeIf } from "../shared/testing/real-servers.ts";
import { tally } from "./rush.ts";
import { countIn } from "./shop-invariants.ts";
import { missingServer, openTwoOfEach, servers, type TwoOfEach } from "./two-of-each.ts";

setDefaultTimeout(180_000);

const BUYERS = 40;
const ORDERS = 200;
const SKUS = 30;
/** Every fifth SKU runs out within the round. */
const SCARCE_EVERY = 5;
const SCARCE = 40;
const PLENTY = 100_000;
const ROUNDS = 3;

interface Line {
  readonly sku: number;
  readonly quantity: number;
}

const line = fc.record({ sku: fc.nat(SKUS - 1), quantity: fc.integer({ min: 1, max: 3 }) });
/** Up to 20 lines, some SKUs twice. */
const cart = fc.array(line, { minLength: 1, maxLength: 20, size: "max" });

/** Each cart comes with one of the same lines in the opposite order: whoever locks them as they come would deadlock. */
const cartsOf = (seed: number): readonly (readonly Line[])[] =>
  fc.sample(cart, { seed, numRuns: ORDERS / 2 }).flatMap((lines) => [lines, lines.toReversed()]);

describeIf(servers, missingServer, "mixed carts in a cluster with two of each", () => {
  let shop: TwoOfEach;
  beforeAll(async () => {
    shop = await openTwoOfEach(BUYERS);
  });
  afterAll(() => shop?.close());

  const shelve = async (round: number): Promise<string[]> => {
    const skus: string[] = [];
    for (let i = 0; i < SKUS; i += 1)
      skus.push(await shop.crowd.sell(`CART-${round}-${i}`, i % SCARCE_EVERY === 0 ? SCARCE : PLENTY));
    return skus;
  };

  for (let round = 1; round <= ROUNDS; round += 1) {
    const seed = Number(process.env.KIOSK_SEED ?? Math.floor(Math.random() * 2 ** 31));
    test(`200 orders at once: each is had whole or refused, and the books agree (KIOSK_SEED=${seed})`, async () => {
      const { cluster, crowd, rush } = shop;
      const skus = await shelve(round);
      const orders = cartsOf(seed).map((lines, i) => {
        const key = crypto.randomUUID();
        const named = lines.map(({ sku, quantity }) => ({ sku: skus[sku], quantity }));
        return {
          token: crowd.buyers[i % BUYERS]?.accessToken ?? "",
          key,
          body: { lines: named, note: key },
        };
      });
      const answers = await rush.place({ url: cluster.url, orders, patience: false });
      const counts = tally(answers);
      expect(Object.keys(counts).toSorted()).toEqual(["201", "409 OUT_OF_STOCK"]);

      // Never oversold, and the ledger: `settledOrders` compares both with what the orders hold.
      const stored = new Map((await crowd.settledOrders()).map((order) => [order.note ?? "", order.status]));
      const told = answers.map(({ said }) => (said === "201" ? "confirmed" : "rejected"));
      expect(orders.map(({ key }) => stored.get(key))).toEqual(told);
      expect(
        await countIn(cluster, "orders", "select count(*) as n from saga where finished_at is null"),
      ).toBe(0);
    });
  }
});
