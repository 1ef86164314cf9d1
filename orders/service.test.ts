import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import { readConfig } from "../shared/runtime/config.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { ordersConfigSchema } from "./config.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "./testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("the orders service", () => {
  test("publishes what happens to an order, in its order", async () => {
    const heard: EventEnvelope[] = [];
    await shop.bus.subscribe({
      exchange: "orders.events",
      queue: "notify.orders-events",
      prefetch: 10,
      handle: async (event) => void heard.push(event),
      handleMalformed: async () => undefined,
    });
    await shop.service.start();
    shop.sell("V-MUG", 5);
    const buyer = shop.person();
    const { body } = await shop.place(buyer, [{ sku: "V-MUG", quantity: 1 }]);
    await shop.call("POST", `/v1/orders/${body.id}/cancel`, { as: buyer });
    await waitFor(() => heard.length >= 3);
    const told = heard.map(({ type, subject, sequence, source }) => [type, subject, sequence, source]);
    expect(told).toEqual([
      ["order.created", body.id, 1, "/orders"],
      ["order.confirmed", body.id, 2, "/orders"],
      ["order.cancelled", body.id, 3, "/orders"],
    ]);
  });

  test("is ready, and describes its routes with their audiences", async () => {
    expect((await shop.service.fetch(new Request("http://orders/ready"))).status).toBe(200);
    const document = await (await shop.service.fetch(new Request("http://orders/openapi.json"))).json();
    const audiences = Object.entries(
      document.paths as Record<string, Record<string, Record<string, unknown>>>,
    )
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, route]) => `${method} ${path} ${route["x-audience"]}`),
      )
      .sort();
    expect(audiences).toEqual([
      "get /v1/orders customer",
      "get /v1/orders/stream customer",
      "get /v1/orders/{id} customer",
      "get /v1/orders/{id}/timeline customer",
      "patch /v1/orders/{id}/status staff",
      "post /v1/orders customer",
      "post /v1/orders/{id}/cancel customer",
    ]);
  });

  test("has a database that refuses what must never be, whoever writes it", async () => {
    shop.sell("V-CHECK", 5);
    const { body } = await shop.place(shop.person(), [{ sku: "V-CHECK", quantity: 1 }]);
    const id = sql`${body.id}::uuid`;
    const forbidden = [
      sql`update customer_order set status = 'lost' where id = ${id}`,
      sql`update customer_order set total_minor = -1 where id = ${id}`,
      sql`update order_line set quantity = 0 where order_id = ${id}`,
      sql`update order_line set quantity = 10001 where order_id = ${id}`,
      sql`update order_line set unit_price_minor = -1 where order_id = ${id}`,
      sql`update saga set finished_at = null where order_id = ${id}`,
      sql`update saga set step = 'lost' where order_id = ${id}`,
    ];
    for (const statement of forbidden) {
      const broken = await shop.database.db.execute(statement).then(
        () => "done",
        (error: unknown) => String(error),
      );
      expect(broken).toContain("check constraint");
    }
  });

  test("takes the currency of the shop, and only one that there is", () => {
    expect(readConfig(ordersConfigSchema, {})).toEqual({ CURRENCY: "USD" });
    expect(() => readConfig(ordersConfigSchema, { CURRENCY: "dollars" })).toThrow("CURRENCY");
  });

  test("may be started and stopped twice", async () => {
    const instance = shop.anotherInstance();
    await instance.start();
    await instance.start();
    await instance.stop();
    await instance.stop();
  });
});
