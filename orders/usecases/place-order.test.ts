import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "../testing/orders-under-test.ts";
import { userSnapshot } from "../testing/snapshots.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("placing an order", () => {
  test("confirms it, with names and prices of now, and tells of it", async () => {
    const product = shop.sell("P-HAPPY", 10, { price: { amountMinor: 250, currency: "USD" } });
    const buyer = shop.person();
    const lines = [
      { sku: "P-HAPPY", quantity: 2 },
      { productId: product.id, quantity: 3 },
    ];
    const address = { recipient: "Ada", line1: "Street 1", city: "Berlin", country: "DE" };
    const body = { lines, note: "Ring twice ☎️", address, payment: "manual" };
    const { status, body: order, headers } = await shop.call("POST", "/v1/orders", { as: buyer, body });
    expect(status).toBe(201);
    expect(order).toMatchObject({
      userId: buyer.id,
      status: "confirmed",
      version: 2,
      total: { amountMinor: 1250, currency: "USD" },
      note: "Ring twice ☎️",
      address,
    });
    expect(order.number).toMatch(/^K-\d{6}$/);
    expect(order.lines).toMatchObject([
      {
        sku: "P-HAPPY",
        productId: product.id,
        name: "The P-HAPPY",
        quantity: 2,
        lineTotal: { amountMinor: 500 },
      },
      { sku: "P-HAPPY", productId: product.id, quantity: 3, unitPrice: { amountMinor: 250 } },
    ]);
    expect(headers.get("etag")).toBe('"2"');
    expect(headers.get("location")).toBe(`/v1/orders/${order.id}`);
    expect(shop.inventory.available("P-HAPPY")).toBe(5);
    expect((await shop.eventsOf(order.id)).map(({ type, sequence }) => [type, sequence])).toEqual([
      ["order.created", 1],
      ["order.confirmed", 2],
    ]);
    expect(await shop.sagaOf(order.id)).toEqual({ step: "confirmed", attempts: 0, finished: true });
    const timeline = await shop.call("GET", `/v1/orders/${order.id}/timeline`, { as: buyer });
    expect(timeline.body.items.map(({ what, actor }) => [what, actor])).toEqual([
      ["placed", { kind: "user", id: buyer.id }],
      ["confirmed", { kind: "system", id: null }],
    ]);
  });

  test("keeps the request id in its events", async () => {
    shop.sell("P-TRACE", 1);
    const headers = { "x-request-id": "request-of-the-test" };
    const { body } = await shop.place(shop.person(), [{ sku: "P-TRACE", quantity: 1 }], headers);
    const events = await shop.eventsOf(body.id);
    expect(events.map(({ requestid }) => requestid)).toEqual(["request-of-the-test", "request-of-the-test"]);
  });

  test("is refused with the short lines when there is not enough, and nothing is held", async () => {
    shop.sell("P-SHORT", 3);
    shop.sell("P-ENOUGH", 3);
    const buyer = shop.person();
    const lines = [
      { sku: "P-ENOUGH", quantity: 1 },
      { sku: "P-SHORT", quantity: 2 },
      { sku: "P-SHORT", quantity: 2 },
    ];
    const { status, body, headers } = await shop.place(buyer, lines);
    expect(status).toBe(409);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body.code).toBe("OUT_OF_STOCK");
    expect(body.shortages).toEqual([{ sku: "P-SHORT", requested: 4, available: 3 }]);
    expect(body.lines.map(({ index, sku, available }) => [index, sku, available])).toEqual([
      [1, "P-SHORT", 3],
      [2, "P-SHORT", 3],
    ]);
    expect(shop.inventory.available("P-ENOUGH")).toBe(3);
    const order = await shop.call("GET", `/v1/orders/${body.orderId}`, { as: buyer });
    expect(order.body.status).toBe("rejected");
    expect((await shop.eventsOf(body.orderId)).map(({ type }) => type)).toEqual([
      "order.created",
      "order.rejected",
    ]);
    expect((await shop.sagaOf(body.orderId)).finished).toBe(true);
  });

  test("asks again while the client waits, when the answer of inventory got lost", async () => {
    shop.sell("P-BLINK", 1);
    shop.inventory.failNext("PUT", "after");
    const { status, body } = await shop.place(shop.person(), [{ sku: "P-BLINK", quantity: 1 }]);
    expect([status, body.status]).toEqual([201, "confirmed"]);
    expect(await shop.sagaOf(body.id)).toMatchObject({ step: "confirmed", finished: true });
  });

  test("is answered 202 when inventory does not answer, and what it says later is what counts", async () => {
    shop.sell("P-SILENT", 1);
    const buyer = shop.person();
    shop.inventory.failNext("PUT", "before", 2);
    const { status, body } = await shop.place(buyer, [{ sku: "P-SILENT", quantity: 1 }]);
    expect(status).toBe(202);
    expect(body.status).toBe("pending");
    expect(await shop.sagaOf(body.id)).toMatchObject({ step: "reserving", finished: false });
    const problem = async () =>
      (await shop.database.db.execute(sql`select problem from saga where order_id = ${body.id}`)).rows[0];
    expect(await problem()).toEqual({ problem: "UNAVAILABLE: The inventory service is not answering." });
    const fresh = shop.anotherInstance();
    await shop.makeSagasDue();
    await fresh.start();
    await waitFor(async () => (await shop.sagaOf(body.id)).finished, { what: "the saga to be finished" });
    await fresh.stop();
    expect(await problem()).toEqual({ problem: null });
  });

  test("names every line that cannot be bought", async () => {
    shop.sell("P-DRAFT", 3, { status: "draft" });
    shop.sell("P-EURO", 3, { price: { amountMinor: 1, currency: "EUR" } });
    shop.sell("P-GOOD", 3);
    const lines = [
      { sku: "P-GOOD", quantity: 1 },
      { sku: "P-UNKNOWN", quantity: 1 },
      { sku: "P-DRAFT", quantity: 1 },
      { productId: newId(), quantity: 1 },
    ];
    const { status, body } = await shop.place(shop.person(), lines);
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual([
      "/body/lines/1/sku",
      "/body/lines/2/sku",
      "/body/lines/3/productId",
    ]);
    const euro = await shop.place(shop.person(), [{ sku: "P-EURO", quantity: 1 }]);
    expect(euro.status).toBe(422);
    expect(euro.body.errors[0]?.pointer).toBe("/body/lines/0");
  });

  test("refuses what is no order", async () => {
    shop.sell("P-FORM", 10);
    const line = { sku: "P-FORM", quantity: 1 };
    const address = { recipient: "A", line1: "B", city: "C" };
    const quantities: unknown[] = [0, -1, 1.5, "1", 10_001, 2 ** 31, 2 ** 53 + 1, null, [], {}, true];
    const bodies: readonly (readonly [pointer: string, body: unknown])[] = [
      ["/body/lines", { lines: [] }],
      ["/body/lines", {}],
      ["/body/lines", { lines: null }],
      ["/body/lines", { lines: "P-FORM" }],
      ["/body", []],
      ["/body", null],
      ["/body/userId", { lines: [line], userId: newId() }],
      ["/body/total", { lines: [line], total: { amountMinor: 1, currency: "USD" } }],
      ["/body/lines/0/price", { lines: [{ ...line, price: 1 }] }],
      ["/body/lines/0", { lines: [{ ...line, productId: newId() }] }],
      ["/body/lines/0", { lines: [{ quantity: 1 }] }],
      ["/body/lines/0", { lines: [null] }],
      ["/body/lines/1/quantity", { lines: [line, { sku: "P-FORM" }] }],
      ["/body/lines/0/sku", { lines: [{ sku: "", quantity: 1 }] }],
      ["/body/lines/0/productId", { lines: [{ productId: "1", quantity: 1 }] }],
      ...quantities.map(
        (quantity) => ["/body/lines/0/quantity", { lines: [{ ...line, quantity }] }] as const,
      ),
      ["/body/lines", { lines: Array.from({ length: 101 }, () => line) }],
      ["/body/lines", { lines: Array.from({ length: 3_000 }, () => line) }],
      // More values than any body may hold: it is not looked at any further.
      ["/body", { lines: Array.from({ length: 10_000 }, () => line) }],
      ["/body/note", { lines: [line], note: "\u0000" }],
      ["/body/note", { lines: [line], note: "\ud800" }],
      ["/body/address", { lines: [line], address: { ...address, country: "Germany" } }],
    ];
    for (const [pointer, body] of bodies) {
      const answer = await shop.call("POST", "/v1/orders", { as: shop.person(), body });
      expect([answer.status, answer.body.code, body]).toEqual([422, "VALIDATION", body]);
      expect([pointer, answer.body.errors.map((error) => error.pointer)]).toEqual([
        pointer,
        expect.arrayContaining([pointer]),
      ]);
    }
    expect(shop.inventory.available("P-FORM")).toBe(10);
  });

  test("takes a hundred lines, and refuses a total beyond the limit", async () => {
    const buyer = shop.person();
    shop.sell("P-MANY", 100);
    const many = Array.from({ length: 100 }, () => ({ sku: "P-MANY", quantity: 1 }));
    const { status, body } = await shop.place(buyer, many);
    expect([status, body.lines.length, shop.inventory.available("P-MANY")]).toEqual([201, 100, 0]);
    shop.sell("P-DEAR", 100, { price: { amountMinor: 60_000_000_000, currency: "USD" } });
    const dear = await shop.place(buyer, [
      { sku: "P-DEAR", quantity: 1 },
      { sku: "P-DEAR", quantity: 1 },
    ]);
    expect([dear.status, dear.body.errors[0]?.pointer]).toEqual([422, "/body/lines"]);
    const dearer = await shop.place(buyer, [{ sku: "P-DEAR", quantity: 2 }]);
    expect([dearer.status, dearer.body.errors[0]?.pointer]).toEqual([422, "/body/lines/0"]);
  });

  test("is refused to blocked and deleted users", async () => {
    shop.sell("P-WHO", 10);
    const [blocked, gone] = [shop.person(), shop.person()];
    shop.users.set(blocked.id, userSnapshot(blocked.id, { status: "blocked" }));
    shop.users.set(gone.id, null);
    for (const buyer of [blocked, gone]) {
      const { status, body } = await shop.place(buyer, [{ sku: "P-WHO", quantity: 1 }]);
      expect([status, body.code]).toEqual([403, "FORBIDDEN"]);
    }
  });

  test("needs a token", async () => {
    const { status } = await shop.call("POST", "/v1/orders", { body: { lines: [] } });
    expect(status).toBe(401);
  });

  test("gives many buyers at once an order each, and never more than there is", async () => {
    shop.sell("P-RACE", 20);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.place(shop.person(), [{ sku: "P-RACE", quantity: 1 }])),
    );
    expect(answers.filter(({ status }) => status === 201).length).toBe(20);
    expect(answers.filter(({ status }) => status === 409).length).toBe(30);
    const numbers = answers.flatMap(({ status, body }) => (status === 201 ? [body.number] : []));
    expect(new Set(numbers).size).toBe(20);
  });
});
