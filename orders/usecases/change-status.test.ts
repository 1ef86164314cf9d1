import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
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

const cancel = (as: Person, orderId: string, headers: Record<string, string> = {}): Promise<Answer> =>
  shop.call("POST", `/v1/orders/${orderId}/cancel`, { as, body: { reason: "Changed my mind" }, headers });

const move = (as: Person, orderId: string, status: string): Promise<Answer> =>
  shop.call("PATCH", `/v1/orders/${orderId}/status`, { as, body: { status } });

const placed = async (sku: string, buyer = shop.person()) => {
  shop.sell(sku, 1);
  const { body } = await shop.place(buyer, [{ sku, quantity: 1 }]);
  return { buyer, id: body.id };
};

describe("cancelling an order", () => {
  test("gives its stock back, tells why, and may be repeated", async () => {
    const { buyer, id } = await placed("C-OWN");
    const { status, body, headers } = await cancel(buyer, id);
    expect([status, body.status, body.version, headers.get("etag")]).toEqual([200, "cancelled", 3, '"3"']);
    expect([shop.inventory.hold(id), shop.inventory.available("C-OWN")]).toEqual(["released", 1]);
    const again = await cancel(buyer, id);
    expect([again.status, again.body]).toEqual([200, body]);
    const events = await shop.eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual(["order.created", "order.confirmed", "order.cancelled"]);
    expect(events[2]?.data).toMatchObject({
      previousStatus: "confirmed",
      actor: { kind: "user", id: buyer.id },
      reason: "Changed my mind",
      order: { status: "cancelled", version: 3 },
    });
    const timeline = await shop.call("GET", `/v1/orders/${id}/timeline`, { as: buyer });
    expect(timeline.body.items.map(({ what, cause }) => [what, cause])).toEqual([
      ["placed", null],
      ["confirmed", null],
      ["cancelled", "Changed my mind"],
      ["stock-released", null],
    ]);
  });

  test("needs no body", async () => {
    const { buyer, id } = await placed("C-BARE");
    const { status } = await shop.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
    expect(status).toBe(200);
  });

  test("is for the owner and for staff: for others the order does not exist", async () => {
    const { id } = await placed("C-STRANGER");
    const stranger = await cancel(shop.person(), id);
    const unknown = await cancel(shop.person(), newId());
    expect([stranger.status, unknown.status]).toEqual([404, 404]);
    expect({ ...stranger.body, requestId: "" }).toEqual({ ...unknown.body, requestId: "" });
    const byStaff = await cancel(shop.person("staff"), id);
    expect([byStaff.status, byStaff.body.status]).toEqual([200, "cancelled"]);
  });

  test("honours If-Match", async () => {
    const { buyer, id } = await placed("C-MATCH");
    const old = await cancel(buyer, id, { "if-match": '"1"' });
    expect([old.status, old.body.code]).toEqual([412, "VERSION_MISMATCH"]);
    expect((await cancel(buyer, id, { "if-match": '"2"' })).status).toBe(200);
  });

  test("stops for the owner once it is packed, for staff once it is shipped", async () => {
    const { buyer, id } = await placed("C-PACKED");
    const staff = shop.person("staff");
    await move(staff, id, "packed");
    expect([(await cancel(buyer, id)).status, (await cancel(staff, id)).status]).toEqual([409, 200]);
    const other = await placed("C-SHIPPED");
    await move(staff, other.id, "packed");
    await move(staff, other.id, "shipped");
    expect((await cancel(staff, other.id)).status).toBe(409);
  });

  test("stands at once although inventory does not answer; the stock comes back later", async () => {
    const { buyer, id } = await placed("C-LATER");
    // The client of inventory repeats a release by itself, so it has to fail more often than that.
    shop.inventory.failNext("release", "before", 3);
    const { status, body } = await cancel(buyer, id);
    expect([status, body.status, shop.inventory.hold(id)]).toEqual([200, "cancelled", "held"]);
    const fresh = shop.anotherInstance();
    await shop.makeSagasDue();
    await fresh.start();
    await waitFor(() => shop.inventory.hold(id) === "released");
    await fresh.stop();
    expect(shop.inventory.available("C-LATER")).toBe(1);
  });

  test("beats a hold that comes late: the order stays cancelled and nothing is held", async () => {
    for (const when of ["before", "after"] as const) {
      const own = await ordersUnderTest();
      const gate = Promise.withResolvers<void>();
      own.inventory.holdUp("PUT", when, gate.promise);
      own.sell("C-RACE", 1);
      const buyer = own.person();
      const placing = own.place(buyer, [{ sku: "C-RACE", quantity: 1 }]);
      await waitFor(() => own.inventory.calls.length > 0);
      const list = await own.call("GET", "/v1/orders", { as: buyer });
      const id = list.body.items[0]?.id ?? "";
      const cancelled = await own.call("POST", `/v1/orders/${id}/cancel`, { as: buyer });
      gate.resolve();
      const answer = await placing;
      const after = await own.call("GET", `/v1/orders/${id}`, { as: buyer });
      expect([cancelled.status, answer.status]).toEqual([200, 202]);
      expect([answer.body.status, after.body.status]).toEqual(["cancelled", "cancelled"]);
      expect([own.inventory.hold(id), own.inventory.available("C-RACE")]).toEqual(["released", 1]);
      await own.close();
    }
  });

  test("by many at once happens once", async () => {
    const { buyer, id } = await placed("C-MANY");
    const staff = shop.person("staff");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => cancel(i % 2 ? buyer : staff, id)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const types = (await shop.eventsOf(id)).map(({ type }) => type);
    expect(types.filter((type) => type === "order.cancelled").length).toBe(1);
    expect(shop.inventory.available("C-MANY")).toBe(1);
  });
});

describe("moving an order on", () => {
  test("goes to packed, shipped and delivered, and shipping takes the goods out of the stock", async () => {
    const { buyer, id } = await placed("M-ALL");
    const staff = shop.person("staff");
    for (const status of ["packed", "shipped", "delivered"]) {
      const answer = await move(staff, id, status);
      expect([answer.status, answer.body.status]).toEqual([200, status]);
    }
    expect(shop.inventory.hold(id)).toBe("fulfilled");
    const events = await shop.eventsOf(id);
    expect(events.slice(2).map(({ type, sequence }) => [type, sequence])).toEqual([
      ["order.status-changed", 3],
      ["order.status-changed", 4],
      ["order.status-changed", 5],
    ]);
    const timeline = await shop.call("GET", `/v1/orders/${id}/timeline`, { as: buyer });
    const steps = timeline.body.items.map(({ what }) => what);
    expect(steps).toEqual(["placed", "confirmed", "packed", "shipped", "stock-fulfilled", "delivered"]);
    expect(await shop.sagaOf(id)).toMatchObject({ step: "shipped", finished: true });
  });

  test("refuses every other step with a 409", async () => {
    const { id } = await placed("M-OTHER");
    const staff = shop.person("staff");
    for (const status of ["pending", "rejected", "shipped", "delivered", "returned"]) {
      const { status: answered, body } = await move(staff, id, status);
      expect([status, answered, body.code]).toEqual([status, 409, "CONFLICT"]);
    }
    expect((await move(staff, id, "lost")).status).toBe(422);
    expect((await move(staff, id, "confirmed")).status).toBe(200);
    expect((await move(staff, newId(), "packed")).status).toBe(404);
  });

  test("says what is next where it cannot go as wanted", async () => {
    const { id } = await placed("M-NEXT");
    const { body } = await move(shop.person("staff"), id, "delivered");
    expect(body.detail).toContain("next is packed or cancelled");
  });

  test("is for staff only", async () => {
    const { buyer, id } = await placed("M-WHO");
    expect((await move(buyer, id, "packed")).status).toBe(403);
    expect((await move(shop.person("admin"), id, "packed")).status).toBe(200);
  });
});

describe("returning an order", () => {
  const shipped = async (sku: string) => {
    const { buyer, id } = await placed(sku);
    const staff = shop.person("staff");
    for (const status of ["packed", "shipped"]) await move(staff, id, status);
    return { buyer, staff, id };
  };

  test("brings the goods back into the stock, from shipped and from delivered, and tells of it", async () => {
    for (const sku of ["B-SHIPPED", "B-DELIVERED"]) {
      const { buyer, staff, id } = await shipped(sku);
      if (sku === "B-DELIVERED") await move(staff, id, "delivered");
      expect(shop.inventory.available(sku)).toBe(0);
      const { status, body } = await shop.call("PATCH", `/v1/orders/${id}/status`, {
        as: staff,
        body: { status: "returned", reason: "Too blue" },
      });
      expect([status, body.status]).toEqual([200, "returned"]);
      expect([shop.inventory.hold(id), shop.inventory.available(sku)]).toEqual(["returned", 1]);
      expect(await shop.sagaOf(id)).toMatchObject({ step: "returned", finished: true });
      const told = (await shop.eventsOf(id)).at(-1);
      expect(told?.type).toBe("order.status-changed");
      expect(told?.data).toMatchObject({ order: { status: "returned" }, reason: "Too blue" });
      const timeline = await shop.call("GET", `/v1/orders/${id}/timeline`, { as: buyer });
      expect(timeline.body.items.slice(-2).map(({ what, cause }) => [what, cause])).toEqual([
        ["returned", "Too blue"],
        ["stock-returned", null],
      ]);
      const again = await move(staff, id, "returned");
      expect([again.status, again.body.version, shop.inventory.available(sku)]).toEqual([
        200,
        body.version,
        1,
      ]);
    }
  });

  test("waits until the goods have left the stock", async () => {
    const { id } = await placed("B-EARLY");
    const staff = shop.person("staff");
    await move(staff, id, "packed");
    // The client of inventory repeats a fulfilment by itself, so it has to fail more often than that.
    shop.inventory.failNext("fulfil", "before", 3);
    await move(staff, id, "shipped");
    const early = await move(staff, id, "returned");
    expect([early.status, early.body.code, early.headers.get("retry-after")]).toEqual([409, "CONFLICT", "1"]);
    const fresh = shop.anotherInstance();
    await shop.makeSagasDue();
    await fresh.start();
    await waitFor(async () => (await shop.sagaOf(id)).finished, { what: "the goods to have left" });
    await fresh.stop();
    expect((await move(staff, id, "returned")).status).toBe(200);
    expect(shop.inventory.available("B-EARLY")).toBe(1);
  });

  test("stands at once although inventory does not answer; the goods come back later, once", async () => {
    const { staff, id } = await shipped("B-LATER");
    shop.inventory.failNext("return", "after", 3);
    expect((await move(staff, id, "returned")).status).toBe(200);
    expect(await shop.sagaOf(id)).toMatchObject({ step: "returning", finished: false });
    const fresh = shop.anotherInstance();
    await shop.makeSagasDue();
    await fresh.start();
    await waitFor(async () => (await shop.sagaOf(id)).finished, { what: "the goods to have come back" });
    await fresh.stop();
    expect(shop.inventory.available("B-LATER")).toBe(1);
  });

  test("is for staff, and for goods that have left", async () => {
    const { buyer, id } = await shipped("B-WHO");
    expect((await move(buyer, id, "returned")).status).toBe(403);
    const { id: confirmed } = await placed("B-HERE");
    expect((await move(shop.person("staff"), confirmed, "returned")).status).toBe(409);
  });
});
