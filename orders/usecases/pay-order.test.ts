import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { mortal } from "../testing/mortal-life.ts";
import {
  type Answer,
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const simulated = (outcome: string) => ({ provider: "simulated", outcome });
const pay = (
  as: Person,
  sku: string,
  payment: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  shop.call("POST", "/v1/orders", { as, body: { lines: [{ sku, quantity: 1 }], payment }, headers });
const timelineOf = async (as: Person, orderId: string) =>
  (await shop.call("GET", `/v1/orders/${orderId}/timeline`, { as })).body.items.map(({ what, cause }) => [
    what,
    cause,
  ]);
const statusOf = async (as: Person, orderId: string) =>
  (await shop.call("GET", `/v1/orders/${orderId}`, { as })).body.status;
const cancel = (as: Person, orderId: string) => shop.call("POST", `/v1/orders/${orderId}/cancel`, { as });

/** A fresh instance takes over what another one left, until the saga is where it should be. */
const recover = async (until: () => Promise<boolean>, what: string): Promise<void> => {
  const fresh = shop.anotherInstance();
  await shop.makeSagasDue();
  await fresh.start();
  await waitFor(until, { what });
  // A provider that hangs is not waited for: the instance stops, and the attempt has had no answer.
  await fresh.stop();
};
const finished = (orderId: string) => async () => (await shop.sagaOf(orderId)).finished;

describe("a payment", () => {
  test("is by the shop's first provider where the order names none", async () => {
    shop.sell("Y-NONE", 5);
    const { status, body } = await shop.place(shop.person(), [{ sku: "Y-NONE", quantity: 1 }]);
    expect([status, body.payment]).toEqual([201, { provider: "manual" }]);
  });

  test("that is approved confirms the order, whose stock is then held for ever", async () => {
    shop.sell("Y-OK", 5);
    const buyer = shop.person();
    for (const payment of ["simulated", simulated("approve")]) {
      const { status, body } = await pay(buyer, "Y-OK", payment);
      expect([status, body.status, body.version]).toEqual([201, "confirmed", 2]);
      expect(body.payment).toEqual(simulated("approve"));
      expect(await timelineOf(buyer, body.id)).toEqual([
        ["placed", null],
        ["stock-held", null],
        ["payment-authorised", "by simulated"],
        ["confirmed", null],
      ]);
      shop.inventory.expire(body.id);
      expect(shop.inventory.hold(body.id)).toBe("held");
    }
    expect(shop.inventory.available("Y-OK")).toBe(3);
  });

  test("that is declined rejects the order and gives its stock back", async () => {
    shop.sell("Y-NO", 5);
    const buyer = shop.person();
    const keyed = { "idempotency-key": "declined" };
    const first = await pay(buyer, "Y-NO", simulated("decline"), keyed);
    expect([first.status, first.body.code]).toEqual([409, "CONFLICT"]);
    expect(first.body.detail).toContain("payment was declined");
    const { orderId } = first.body;
    expect([shop.inventory.hold(orderId), shop.inventory.available("Y-NO")]).toEqual(["released", 5]);
    expect((await shop.eventsOf(orderId)).map(({ type }) => type)).toEqual([
      "order.created",
      "order.rejected",
    ]);
    expect(await timelineOf(buyer, orderId)).toEqual([
      ["placed", null],
      ["stock-held", null],
      ["rejected", "The payment was declined"],
      ["stock-released", null],
    ]);
    const again = await pay(buyer, "Y-NO", simulated("decline"), keyed);
    expect([again.status, again.body]).toEqual([409, first.body]);
  });

  test("that is never answered ends the order after three attempts, and is voided", async () => {
    shop.sell("Y-HANG", 5);
    const buyer = shop.person();
    const { status, body } = await pay(buyer, "Y-HANG", simulated("hang"));
    expect([status, body.status]).toEqual([202, "pending"]);
    expect(await shop.sagaOf(body.id)).toEqual({ step: "paying", attempts: 1, finished: false });
    const { rows } = await shop.database.db.execute<{ problem: string }>(
      sql`select problem from saga where order_id = ${body.id}`,
    );
    expect(rows[0]?.problem).toBe("UNAVAILABLE: The payment provider is not answering.");
    const secondAttempt = async () => (await shop.sagaOf(body.id)).attempts === 2;
    await recover(secondAttempt, "the second attempt");
    const thirdAttempt = async () => (await shop.sagaOf(body.id)).attempts !== 2;
    await recover(thirdAttempt, "the third attempt");
    if (!(await finished(body.id)())) await recover(finished(body.id), "the saga to be finished");
    expect(await statusOf(buyer, body.id)).toBe("rejected");
    expect(await shop.sagaOf(body.id)).toMatchObject({ step: "rejected", finished: true });
    expect([shop.inventory.hold(body.id), shop.inventory.available("Y-HANG")]).toEqual(["released", 5]);
    expect(await timelineOf(buyer, body.id)).toEqual([
      ["placed", null],
      ["stock-held", null],
      ["rejected", "The payment provider did not answer in time"],
      ["stock-released", null],
      ["payment-voided", "by simulated"],
    ]);
  });

  test("is not asked for when the stock is short", async () => {
    shop.sell("Y-SHORT", 0);
    const { status, body } = await pay(shop.person(), "Y-SHORT", simulated("hang"));
    expect([status, body.code]).toEqual([409, "OUT_OF_STOCK"]);
  });

  test("of an order whose hold ran out meanwhile is voided, and the order rejected", async () => {
    shop.sell("Y-EXPIRED", 5);
    const buyer = shop.person();
    // The moments of storing the order and of holding its stock, each before and after; the next stores that it is held.
    const instance = shop.anotherInstance(mortal(7));
    const options = { as: buyer, body: { lines: [{ sku: "Y-EXPIRED", quantity: 1 }], payment: "simulated" } };
    const { status, body } = await shop.callAt(instance, "POST", "/v1/orders", options);
    expect([status, (await shop.sagaOf(body.id)).step]).toEqual([202, "paying"]);
    shop.inventory.expire(body.id);
    expect(shop.inventory.hold(body.id)).toBe("expired");
    await recover(finished(body.id), "the saga to be finished");
    expect(await statusOf(buyer, body.id)).toBe("rejected");
    expect(shop.inventory.available("Y-EXPIRED")).toBe(5);
    const timeline = await timelineOf(buyer, body.id);
    expect(timeline).toContainEqual([
      "rejected",
      "The hold on its stock ran out before the payment was through",
    ]);
    expect(timeline.at(-1)).toEqual(["payment-voided", "by simulated"]);
  });

  test("is voided when the order is cancelled, and only then", async () => {
    shop.sell("Y-CANCEL", 5);
    const buyer = shop.person();
    const paid = await pay(buyer, "Y-CANCEL", "simulated");
    const later = await pay(buyer, "Y-CANCEL", "manual");
    for (const { body } of [paid, later]) expect((await cancel(buyer, body.id)).status).toBe(200);
    expect((await timelineOf(buyer, paid.body.id)).slice(-3)).toEqual([
      ["cancelled", null],
      ["stock-released", null],
      ["payment-voided", "by simulated"],
    ]);
    expect((await timelineOf(buyer, later.body.id)).at(-1)).toEqual(["stock-released", null]);
    expect(shop.inventory.available("Y-CANCEL")).toBe(5);
  });

  test("that the shop does not know or offer is refused, with its place in the request", async () => {
    shop.sell("Y-FORM", 5);
    const wrong: unknown[] = [
      ...["card", "", 1, null, [], {}, true],
      { provider: "simulated" },
      { provider: "simulated", outcome: "maybe" },
      { provider: "simulated", outcome: "approve", amount: 1 },
      { provider: "manual", outcome: "approve" },
    ];
    for (const payment of wrong) {
      const { status, body } = await pay(shop.person(), "Y-FORM", payment);
      expect([payment, status, body.code]).toEqual([payment, 422, "VALIDATION"]);
      expect(body.errors[0]?.pointer).toStartWith("/body/payment");
    }
    const own = await ordersUnderTest({ PAYMENT_PROVIDERS: ["manual"] });
    own.sell("Y-OFF", 5);
    const body = { lines: [{ sku: "Y-OFF", quantity: 1 }], payment: "simulated" };
    const off = await own.call("POST", "/v1/orders", { as: own.person(), body });
    expect([off.status, off.body.errors[0]?.pointer]).toEqual([422, "/body/payment"]);
    await own.close();
  });
});

test("an instance that dies at any moment of a prepaid order leaves one that gets confirmed, once", async () => {
  for (let moment = 1; ; moment += 1) {
    const sku = `Y-DIE-${moment}`;
    shop.sell(sku, 5);
    const buyer = shop.person();
    const life = mortal(moment);
    const body = { lines: [{ sku, quantity: 1 }], payment: "simulated" };
    await shop.callAt(shop.anotherInstance(life), "POST", "/v1/orders", { as: buyer, body });
    const [order] = (await shop.call("GET", "/v1/orders", { as: buyer })).body.items;
    if (order !== undefined) {
      await recover(finished(order.id), "the saga to be finished");
      expect(await statusOf(buyer, order.id)).toBe("confirmed");
      expect((await shop.eventsOf(order.id)).map(({ type }) => type)).toEqual([
        "order.created",
        "order.confirmed",
      ]);
      expect([shop.inventory.hold(order.id), shop.inventory.available(sku)]).toEqual(["held", 4]);
    }
    if (life.dead) continue;
    expect(moment).toBeGreaterThan(7);
    break;
  }
});
