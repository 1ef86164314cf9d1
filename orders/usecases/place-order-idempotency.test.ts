import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("an idempotency key", () => {
  const keyed = (key: string) => ({ "idempotency-key": key });

  test("makes one order of fifty requests at once", async () => {
    shop.sell("K-MANY", 50);
    const buyer = shop.person();
    const lines = [{ sku: "K-MANY", quantity: 1 }];
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.place(buyer, lines, keyed("many"))),
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(new Set(created.map(({ body }) => body.id)).size).toBe(1);
    const running = answers.filter(({ status }) => status === 409);
    expect(
      running.every(({ headers, body }) => headers.get("retry-after") === "1" && body.code === "CONFLICT"),
    ).toBe(true);
    expect(created.length + running.length).toBe(50);
    expect(shop.inventory.available("K-MANY")).toBe(49);
    const again = await shop.place(buyer, lines, keyed("many"));
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    expect([again.body]).toEqual(created.slice(0, 1).map(({ body }) => body));
  });

  test("repeats a refusal with the same body, also when stock has come since", async () => {
    shop.sell("K-SHORT", 0);
    const buyer = shop.person();
    const lines = [{ sku: "K-SHORT", quantity: 1 }];
    const first = await shop.place(buyer, lines, keyed("short"));
    shop.inventory.stock("K-SHORT", 5);
    const second = await shop.place(buyer, lines, keyed("short"));
    expect([first.status, second.status]).toEqual([409, 409]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("content-type")).toBe("application/problem+json");
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(second.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
  });

  test("repeats a 202, though the order is confirmed by then", async () => {
    shop.sell("K-OPEN", 1);
    const buyer = shop.person();
    const lines = [{ sku: "K-OPEN", quantity: 1 }];
    shop.inventory.failNext("PUT", "after", 2);
    const first = await shop.place(buyer, lines, keyed("open"));
    const second = await shop.place(buyer, lines, keyed("open"));
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
  });

  test("is refused with another body, and belongs to its user", async () => {
    shop.sell("K-OTHER", 10);
    const buyer = shop.person();
    const lines = [{ sku: "K-OTHER", quantity: 1 }];
    const first = await shop.place(buyer, lines, keyed("other"));
    const other = await shop.place(buyer, [{ sku: "K-OTHER", quantity: 2 }], keyed("other"));
    expect([other.status, other.body.code]).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
    const stranger = await shop.place(shop.person(), lines, keyed("other"));
    expect(stranger.status).toBe(201);
    expect(stranger.body.id).not.toBe(first.body.id);
  });

  test("is answered also when the product is sold no longer", async () => {
    const product = shop.sell("K-GONE", 10);
    const buyer = shop.person();
    const lines = [{ sku: "K-GONE", quantity: 1 }];
    const first = await shop.place(buyer, lines, keyed("gone"));
    await shop.database.db.execute(
      sql`update product_replica set status = 'archived' where id = ${product.id}`,
    );
    const again = await shop.place(buyer, lines, keyed("gone"));
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect((await shop.place(buyer, lines, keyed("fresh"))).status).toBe(422);
  });

  test("is free again when the order was refused by validation", async () => {
    const buyer = shop.person();
    const lines = [{ sku: "K-LATER", quantity: 1 }];
    expect((await shop.place(buyer, lines, keyed("later"))).status).toBe(422);
    shop.sell("K-LATER", 1);
    expect((await shop.place(buyer, lines, keyed("later"))).status).toBe(201);
  });

  test("must be visible ASCII of 1 to 255 characters", async () => {
    shop.sell("K-KEY", 10);
    const buyer = shop.person();
    const lines = [{ sku: "K-KEY", quantity: 1 }];
    for (const key of ["", "two words", "x".repeat(256)]) {
      const { status, body } = await shop.place(buyer, lines, keyed(key));
      expect([key, status, body.code]).toEqual([key, 422, "VALIDATION"]);
    }
    expect((await shop.place(buyer, lines, keyed("x".repeat(255)))).status).toBe(201);
  });
});
