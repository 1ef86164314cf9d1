import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { unauthenticated } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import { readConfig } from "../shared/runtime/config.ts";
import { inMemoryDeps, requestTo } from "../shared/testing/service-under-test.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { ordersConfigSchema, paymentOfferOf } from "./config.ts";
import { createOrders } from "./service.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "./testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface OpenApiDocument {
  readonly paths: Record<string, Record<string, { readonly "x-audience"?: string }>>;
}

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
      "delete /v1/orders/{id} admin",
      "delete /v1/orders/{id}/claim staff",
      "get /internal/orders/{id} service",
      "get /internal/people/{userId}/export service",
      "get /v1/ops/outbox staff",
      "get /v1/ops/parked staff",
      "get /v1/ops/sagas staff",
      "get /v1/orders customer",
      "get /v1/orders/stream customer",
      "get /v1/orders/summary staff",
      "get /v1/orders/{id} customer",
      "get /v1/orders/{id}/explanation customer",
      "get /v1/orders/{id}/timeline customer",
      "patch /v1/orders/{id}/lines/{lineId} customer",
      "patch /v1/orders/{id}/status staff",
      "post /v1/ops/parked/replay staff",
      "post /v1/ops/parked/{id}/drop admin",
      "post /v1/ops/parked/{id}/replay staff",
      "post /v1/ops/sagas/{orderId}/retry staff",
      "post /v1/orders customer",
      "post /v1/orders/{id}/cancel customer",
      "put /internal/people/{userId}/erasure service",
      "put /v1/orders/{id}/claim staff",
      "put /v1/orders/{id}/lines/{lineId} customer",
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

  test("has columns that take no number which is no quantity or amount", async () => {
    shop.sell("V-TYPE", 5);
    const { body } = await shop.place(shop.person(), [{ sku: "V-TYPE", quantity: 2 }]);
    const write = (table: string, column: string, value: unknown) =>
      shop.database.db
        .execute(
          sql`update ${sql.identifier(table)} set ${sql.identifier(column)} = ${value}
              where ${sql.identifier(table === "order_line" ? "order_id" : "id")} = ${body.id}::uuid`,
        )
        .then(
          () => "done",
          (error: unknown) => `refused: ${String(error)}`,
        );
    const wrong: readonly (readonly [string, string, unknown[]])[] = [
      ["order_line", "quantity", [-1, 0, 1.5, "one", 10_001, 2 ** 31, 2 ** 53 + 1, Number.NaN, null]],
      ["order_line", "unit_price_minor", [-1, 1.5, "one", "9223372036854775808", Number.NaN, null]],
      ["customer_order", "total_minor", [-1, 1.5, "one", "9223372036854775808", Number.NaN, null]],
      ["customer_order", "version", [-1, 0, 1.5, 2 ** 31, 2 ** 53 + 1, Number.NaN, null]],
    ];
    for (const [table, column, values] of wrong)
      for (const value of values)
        expect([table, column, value, (await write(table, column, value)).slice(0, 7)]).toEqual([
          ...[table, column, value],
          "refused",
        ]);
    expect(await write("order_line", "quantity", 3)).toBe("done");
  });

  test("offers the payment that its variable names, and nothing simulated in production by itself", () => {
    const offer = (environment: Record<string, string>) =>
      paymentOfferOf(readConfig(ordersConfigSchema, environment));
    expect(offer({})).toEqual(["manual", "simulated"]);
    expect(offer({ NODE_ENV: "production" })).toEqual(["manual"]);
    expect(offer({ PAYMENT_PROVIDERS: " simulated , manual,simulated" })).toEqual(["simulated", "manual"]);
    for (const wrong of ["card", "manual,", "manual,card"])
      expect(() => offer({ PAYMENT_PROVIDERS: wrong })).toThrow(
        "PAYMENT_PROVIDERS: one or more of manual, simulated",
      );
  });

  test("takes the currency of the shop, and only one that there is", () => {
    expect(readConfig(ordersConfigSchema, {})).toEqual({ CURRENCY: "USD", OUTBOX_MAX_UNSENT: 500_000 });
    expect(() => readConfig(ordersConfigSchema, { CURRENCY: "dollars" })).toThrow("CURRENCY");
  });

  test("admits by its own guard, whatever other orders service there is in the process", async () => {
    const verify = () => Promise.reject(unauthenticated("Nobody is admitted here."));
    const { verify: _, ...deps } = await inMemoryDeps();
    const config = { CURRENCY: "USD", OUTBOX_MAX_UNSENT: 1_000 };
    const closed = createOrders({ ...deps, verify, database: shop.database, clock: systemClock, config });
    const { paths } = (await (
      await closed.fetch(new Request("http://orders/openapi.json"))
    ).json()) as OpenApiDocument;
    for (const [path, methods] of Object.entries(paths))
      for (const [method, route] of Object.entries(methods)) {
        if (!["customer", "staff", "admin"].includes(route["x-audience"] ?? "")) continue;
        const request = requestTo(
          `http://orders${path.replaceAll(/\{\w+\}/g, newId())}`,
          method.toUpperCase(),
          {
            token: shop.person().token,
            ...(method === "get" || method === "delete" ? {} : { body: {} }),
          },
        );
        expect([method, path, (await closed.fetch(request)).status]).toEqual([method, path, 401]);
      }
  });

  test("may be started and stopped twice", async () => {
    const instance = shop.anotherInstance();
    await instance.start();
    await instance.start();
    await instance.stop();
    await instance.stop();
  });
});
