import { afterAll, beforeAll, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "../testing/orders-under-test.ts";

const EXCHANGE = "orders.events";
const QUEUE = "catalog.orders-events";
const CAP = 6;

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest({ OUTBOX_MAX_UNSENT: CAP });
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const consumeQueue = () =>
  shop.bus.subscribe({
    exchange: EXCHANGE,
    queue: QUEUE,
    prefetch: 10,
    handle: async () => undefined,
    handleMalformed: async () => undefined,
  });

test("news that cannot go out fills the outbox up to the cap, then new orders are refused, and nothing else is", async () => {
  shop.sell("CAP", 1_000);
  const buyer = shop.person();
  const lines = [{ sku: "CAP", quantity: 1 }];
  // A queue whose consumer has gone takes nothing, as a broker that is away.
  await (await consumeQueue()).close();
  await shop.service.start();

  const key = { "idempotency-key": crypto.randomUUID() };
  const first = await shop.place(buyer, lines, key);
  expect(first.status).toBe(201);
  let accepted = 1;
  const refused = await waitFor(
    async () => {
      const answer = await shop.place(buyer, lines);
      if (answer.status !== 201) return answer;
      accepted += 1;
      return null;
    },
    { what: "the cap" },
  );
  expect(refused.status).toBe(503);
  expect(refused.body.code).toBe("UNAVAILABLE");
  expect(refused.headers.get("retry-after")).toBe("10");
  expect(accepted).toBeGreaterThanOrEqual(CAP / 2);
  expect(shop.inventory.available("CAP")).toBe(1_000 - accepted);

  const again = await shop.place(buyer, lines, key);
  expect(again.status).toBe(201);
  expect(again.body.id).toBe(first.body.id);
  const cancelled = await shop.call("POST", `/v1/orders/${first.body.id}/cancel`, { as: buyer, body: {} });
  expect(cancelled.status).toBe(200);

  await consumeQueue();
  const taken = () => shop.place(buyer, lines).then(({ status }) => status === 201);
  await waitFor(taken, { timeoutMs: 10_000, what: "new orders to be taken again" });
});
