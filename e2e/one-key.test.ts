import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { describeIf } from "../shared/testing/real-servers.ts";
import { type RushAnswer, tally } from "./rush.ts";
import { missingServer, openTwoOfEach, servers, type TwoOfEach } from "./two-of-each.ts";

setDefaultTimeout(180_000);

const TIMES = 50;
const STOCK = 100_000;
/** Whether the doomed process is the one that takes the order is chance, evens each time. */
const KEYS_MAX = 40;

describeIf(servers, missingServer, "one key in a cluster with two of each", () => {
  let shop: TwoOfEach;
  let sku: string;
  beforeAll(async () => {
    shop = await openTwoOfEach(2);
    sku = await shop.crowd.sell("KEY", STOCK);
  });
  afterAll(() => shop?.close());

  const order = (key: string, quantity = 1) => ({
    token: shop.crowd.buyers[0]?.accessToken ?? "",
    key,
    body: { lines: [{ sku, quantity }], note: key },
  });
  const place = (key: string, patience: boolean, quantity = 1, times = TIMES) =>
    shop.rush.place({
      url: shop.cluster.url,
      orders: Array.from({ length: times }, () => order(key, quantity)),
      patience,
    });
  const bodiesOf = (answers: readonly RushAnswer[]) => new Set(answers.map(({ body }) => body));

  test("50 times in parallel: one order; the others get its answer, or are told to ask again", async () => {
    const key = crypto.randomUUID();
    const answers = await place(key, false);
    const placed = answers.filter(({ said }) => said === "201");
    expect(Object.keys(tally(answers)).filter((said) => !["201", "409 CONFLICT"].includes(said))).toEqual([]);
    expect(placed.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(bodiesOf(placed).size).toBe(1);
    expect(answers.filter(({ said, retryAfter }) => said !== "201" && retryAfter === null)).toEqual([]);

    const again = await place(key, true);
    expect(again.filter(({ said, replayed }) => said !== "201" || !replayed)).toEqual([]);
    expect(bodiesOf(again)).toEqual(bodiesOf(placed));
    await shop.crowd.settledOrders();
  });

  test("with another body it is refused, whichever process is asked", async () => {
    const key = crypto.randomUUID();
    await place(key, true, 1, 1);
    const answers = await place(key, false, 2);
    expect(tally(answers)).toEqual({ "422 IDEMPOTENCY_MISMATCH": TIMES });
  });

  for (const point of ["orders.place.after-commit", "orders.ask.after"]) {
    test(`the process that took it dies at ${point}: the repetition has the answer, of one order`, async () => {
      await shop.kill("orders");
      const doomed = await shop.restart("orders", { CRASH_AT: point });
      let died = false;
      void doomed.exited.then(() => {
        died = true;
      });
      const keys: string[] = [];
      while (!died && keys.length < KEYS_MAX) {
        const key = crypto.randomUUID();
        keys.push(key);
        const answers = await place(key, true, 1, TIMES);
        expect(tally(answers)).toEqual({ "201": TIMES });
        expect(bodiesOf(answers).size).toBe(1);
      }
      expect(died).toBe(true);
      await shop.restart("orders");
      const orders = await shop.crowd.settledOrders();
      expect(keys.map((key) => orders.filter(({ note }) => note === key).length)).toEqual(keys.map(() => 1));
    });
  }
});
