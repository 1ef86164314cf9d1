import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { lineChangesOf, pathOf, price } from "../testing/line-changes.ts";
import {
  type AnswerBody,
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
let lines: ReturnType<typeof lineChangesOf>;
beforeAll(async () => {
  shop = await ordersUnderTest();
  lines = lineChangesOf(shop);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const quantities = ({ lines }: AnswerBody) => lines.map(({ sku, quantity }) => [sku, quantity]);
const cancel = (as: Person, orderId: string) => shop.call("POST", `/v1/orders/${orderId}/cancel`, { as });

describe("changing a line", () => {
  test("changes the order and what is held for it, and tells of it", async () => {
    const { sku, other, buyer, id, a } = await lines.ordered("L-MORE");
    const { status, body, headers } = await lines.change(buyer, a, 5);
    expect([status, body.version, headers.get("etag")]).toEqual([200, 3, '"3"']);
    expect(body).toMatchObject({
      status: "confirmed",
      lines: [
        { sku, quantity: 5, lineTotal: { amountMinor: 500 } },
        { sku: other, quantity: 1 },
      ],
      total: { amountMinor: 510, currency: "USD" },
    });
    expect(await lines.read(buyer, id)).toEqual(body);
    expect(shop.inventory.units(id)).toEqual({ [sku]: 5, [other]: 1 });
    expect(shop.inventory.available(sku)).toBe(5);
    const told = (await shop.eventsOf(id)).at(-1);
    expect([told?.type, told?.sequence]).toEqual(["order.lines-changed", 3]);
    expect(told?.data).toMatchObject({
      order: { version: 3, total: { amountMinor: 510 }, lines: [{ quantity: 5 }, { quantity: 1 }] },
      previousStatus: "confirmed",
      actor: { kind: "user", id: buyer.id },
      reason: `${sku}: 2 → 5`,
    });
    expect((await lines.timelineOf(buyer, id)).at(-1)).toMatchObject({
      what: "lines-changed",
      actor: { kind: "user", id: buyer.id },
      cause: `${sku}: 2 → 5`,
    });
  });

  test("goes down as well, and away at 0, and the place of the others stays", async () => {
    const { sku, other, buyer, id, a, b } = await lines.ordered("L-LESS");
    expect(quantities((await lines.change(buyer, a, 1)).body)).toEqual([
      [sku, 1],
      [other, 1],
    ]);
    const { status, body } = await lines.change(buyer, a, 0);
    expect([status, quantities(body), body.total]).toEqual([
      200,
      [[other, 1]],
      { amountMinor: 10, currency: "USD" },
    ]);
    expect(quantities(await lines.read(buyer, id))).toEqual([[other, 1]]);
    expect(shop.inventory.units(id)).toEqual({ [other]: 1 });
    expect(shop.inventory.available(sku)).toBe(10);
    expect((await lines.change(buyer, a, 1)).status).toBe(404);
    const last = await lines.change(buyer, b, 0);
    expect([last.status, last.body.code]).toEqual([409, "CONFLICT"]);
    expect(last.body.detail).toContain("cancel the order");
  });

  test("by PUT is the same as by PATCH", async () => {
    const { buyer, a } = await lines.ordered("L-PUT");
    const { status, body } = await shop.call("PUT", pathOf(a), { as: buyer, body: { quantity: 4 } });
    expect([status, body.lines[0]?.quantity]).toEqual([200, 4]);
  });

  test("to the quantity that it has changes nothing", async () => {
    const { buyer, id, a } = await lines.ordered("L-SAME");
    const { status, body, headers } = await lines.change(buyer, a, 2);
    expect([status, body.version, headers.get("etag")]).toEqual([200, 2, '"2"']);
    expect((await shop.eventsOf(id)).map(({ type }) => type)).toEqual(["order.created", "order.confirmed"]);
  });

  test("is refused with the shortages when there is not enough, and the order stays as it was", async () => {
    const { sku, buyer, id, a } = await lines.ordered("L-SHORT");
    const before = await lines.read(buyer, id);
    const { status, body, headers } = await lines.change(buyer, a, 11);
    expect([status, body.code, headers.get("content-type")]).toEqual([
      409,
      "OUT_OF_STOCK",
      "application/problem+json",
    ]);
    expect([body.orderId, body.shortages]).toEqual([id, [{ sku, requested: 11, available: 10 }]]);
    expect(await lines.read(buyer, id)).toEqual(before);
    expect([shop.inventory.units(id)?.[sku], shop.inventory.available(sku)]).toEqual([2, 8]);
    expect((await lines.timelineOf(buyer, id)).at(-1)).toMatchObject({
      what: "change-refused",
      actor: { kind: "user", id: buyer.id },
      cause: `${sku}: 2 → 11: only 10 of ${sku} can be had`,
    });
    expect((await lines.change(buyer, a, 10)).status).toBe(200);
  });

  test("is answered 202 while inventory is silent, and done by the sweeper", async () => {
    const { sku, buyer, id, a, b } = await lines.ordered("L-SILENT");
    const before = await lines.read(buyer, id);
    shop.inventory.failNext("PUT", "after", 2);
    const { status, body, headers } = await lines.change(buyer, a, 7);
    expect([status, headers.get("etag")]).toEqual([202, '"2"']);
    expect(body).toEqual(before);
    expect(await shop.sagaOf(id)).toMatchObject({ step: "changing", finished: false });
    const meanwhile = await lines.change(buyer, b, 3);
    expect([meanwhile.status, meanwhile.body.code, meanwhile.headers.get("retry-after")]).toEqual([
      409,
      "CONFLICT",
      "1",
    ]);
    const packing = await shop.call("PATCH", `/v1/orders/${id}/status`, {
      as: shop.person("staff"),
      body: { status: "packed" },
    });
    expect([packing.status, packing.headers.get("retry-after")]).toEqual([409, "1"]);
    await lines.recover(id);
    const after = await lines.read(buyer, id);
    expect([after.version, after.lines[0]?.quantity, shop.inventory.units(id)?.[sku]]).toEqual([3, 7, 7]);
    expect((await lines.timelineOf(buyer, id)).at(-1)).toMatchObject({
      what: "lines-changed",
      actor: { kind: "user", id: buyer.id },
    });
  });

  test("honours If-Match", async () => {
    const { buyer, a } = await lines.ordered("L-MATCH");
    const old = await lines.change(buyer, a, 3, { "if-match": '"1"' });
    expect([old.status, old.body.code]).toEqual([412, "VERSION_MISMATCH"]);
    expect((await lines.change(buyer, a, 3, { "if-match": '"2"' })).status).toBe(200);
  });

  test("is for the owner and for staff: for others there is no such order", async () => {
    const { buyer, id, a } = await lines.ordered("L-WHO");
    expect((await lines.change(shop.person(), a, 3)).status).toBe(404);
    expect((await shop.call("PATCH", pathOf(a), { body: { quantity: 3 } })).status).toBe(401);
    const staff = shop.person("staff");
    expect((await lines.change(staff, a, 3)).status).toBe(200);
    expect((await lines.timelineOf(buyer, id)).at(-1)?.actor).toEqual({ kind: "staff", id: staff.id });
    expect((await lines.change(buyer, [id, newId()], 3)).status).toBe(404);
    expect((await lines.change(buyer, [newId(), a[1]], 3)).status).toBe(404);
  });

  test("waits while the order is being placed, and is over once it is packed or has ended", async () => {
    const { buyer, id, a } = await lines.ordered("L-PACKED");
    const staff = shop.person("staff");
    await shop.call("PATCH", `/v1/orders/${id}/status`, { as: staff, body: { status: "packed" } });
    const packed = await lines.change(buyer, a, 3);
    expect([packed.status, packed.body.code, packed.headers.get("retry-after")]).toEqual([
      409,
      "CONFLICT",
      null,
    ]);
    await cancel(staff, id);
    expect((await lines.change(buyer, a, 3)).status).toBe(409);
    shop.sell("L-PENDING", 5);
    shop.inventory.failNext("PUT", "before", 2);
    const pending = await shop.place(buyer, [{ sku: "L-PENDING", quantity: 1 }]);
    const line = pending.body.lines[0]?.id ?? "";
    const early = await lines.change(buyer, [pending.body.id, line], 2);
    expect([early.status, early.headers.get("retry-after")]).toEqual([409, "1"]);
    expect(early.body.detail).toContain("still being placed");
  });

  test("may make a prepaid order cheaper and not dearer", async () => {
    const { buyer, a } = await lines.ordered("L-PAID", "simulated");
    const dearer = await lines.change(buyer, a, 3);
    expect([dearer.status, dearer.body.code]).toEqual([409, "CONFLICT"]);
    expect(dearer.body.detail).toContain("place another order");
    expect((await lines.change(buyer, a, 1)).status).toBe(200);
  });

  test("is refused beyond what an order may cost", async () => {
    shop.sell("L-DEAR", 10_000, price(60_000_000_000));
    const buyer = shop.person();
    const { body } = await shop.place(buyer, [{ sku: "L-DEAR", quantity: 1 }]);
    const dear = await lines.change(buyer, [body.id, body.lines[0]?.id ?? ""], 2);
    expect([dear.status, dear.body.errors[0]?.pointer]).toEqual([422, "/body/quantity"]);
  });

  test("takes whole numbers up to the limit and nothing else", async () => {
    const { buyer, id, a } = await lines.ordered("L-FORM");
    const before = await lines.read(buyer, id);
    for (const quantity of [-1, 1.5, "1", 10_001, 2 ** 31, 2 ** 53 + 1, null, [], {}, true]) {
      const { status, body } = await lines.change(buyer, a, quantity);
      const told = [quantity, status, body.code, body.errors[0]?.pointer];
      expect(told).toEqual([quantity, 422, "VALIDATION", "/body/quantity"]);
    }
    const bodies: unknown[] = [{}, [], null, { quantity: 1, sku: "OTHER" }, { quantity: 1, unitPrice: 1 }];
    for (const wrong of bodies) {
      const { status, body } = await shop.call("PATCH", pathOf(a), { as: buyer, body: wrong });
      expect([wrong, status, body.errors.length > 0]).toEqual([wrong, 422, true]);
      expect(body.errors[0]?.pointer).toStartWith("/body");
    }
    expect((await lines.change(buyer, [id, "1"], 1)).status).toBe(422);
    expect(await lines.read(buyer, id)).toEqual(before);
  });
});
