import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { mortal } from "../testing/mortal-life.ts";
import {
  type Answer,
  type AnswerBody,
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

type LinePlace = readonly [orderId: string, lineId: string];

const pathOf = ([orderId, lineId]: LinePlace) => `/v1/orders/${orderId}/lines/${lineId}`;
const change = (
  as: Person,
  place: LinePlace,
  quantity: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => shop.call("PATCH", pathOf(place), { as, body: { quantity }, headers });
const read = async (as: Person, orderId: string): Promise<AnswerBody> =>
  (await shop.call("GET", `/v1/orders/${orderId}`, { as })).body;
const timelineOf = async (as: Person, orderId: string) =>
  (await shop.call("GET", `/v1/orders/${orderId}/timeline`, { as })).body.items;
const quantities = ({ lines }: AnswerBody) => lines.map(({ sku, quantity }) => [sku, quantity]);
const cancel = (as: Person, orderId: string) => shop.call("POST", `/v1/orders/${orderId}/cancel`, { as });

const price = (amountMinor: number) => ({ price: { amountMinor, currency: "USD" } });

/** A confirmed order of two lines, 2 of the one at 1.00 and 1 of the other at 0.10, of 10 that there are of each. */
const ordered = async (name: string, payment: unknown = "manual") => {
  const [sku, other] = [`${name}-A`, `${name}-B`];
  shop.sell(sku, 10, price(100));
  shop.sell(other, 10, price(10));
  const buyer = shop.person();
  const lines = [
    { sku, quantity: 2 },
    { sku: other, quantity: 1 },
  ];
  const { status, body } = await shop.call("POST", "/v1/orders", { as: buyer, body: { lines, payment } });
  expect(status).toBe(201);
  const [a = "", b = ""] = body.lines.map(({ id }) => id);
  return { ...{ sku, other, buyer }, id: body.id, a: [body.id, a] as const, b: [body.id, b] as const };
};

/** A fresh instance takes over what another one left. */
const recover = async (orderId: string): Promise<void> => {
  const fresh = shop.anotherInstance();
  await shop.makeSagasDue();
  await fresh.start();
  await waitFor(async () => (await shop.sagaOf(orderId)).finished, { what: "the saga to be finished" });
  await fresh.stop();
};

describe("changing a line", () => {
  test("changes the order and what is held for it, and tells of it", async () => {
    const { sku, other, buyer, id, a } = await ordered("L-MORE");
    const { status, body, headers } = await change(buyer, a, 5);
    expect([status, body.version, headers.get("etag")]).toEqual([200, 3, '"3"']);
    expect(body).toMatchObject({
      status: "confirmed",
      lines: [
        { sku, quantity: 5, lineTotal: { amountMinor: 500 } },
        { sku: other, quantity: 1 },
      ],
      total: { amountMinor: 510, currency: "USD" },
    });
    expect(await read(buyer, id)).toEqual(body);
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
    expect((await timelineOf(buyer, id)).at(-1)).toMatchObject({
      what: "lines-changed",
      actor: { kind: "user", id: buyer.id },
      cause: `${sku}: 2 → 5`,
    });
  });

  test("goes down as well, and away at 0, and the place of the others stays", async () => {
    const { sku, other, buyer, id, a, b } = await ordered("L-LESS");
    expect(quantities((await change(buyer, a, 1)).body)).toEqual([
      [sku, 1],
      [other, 1],
    ]);
    const { status, body } = await change(buyer, a, 0);
    expect([status, quantities(body), body.total]).toEqual([
      200,
      [[other, 1]],
      { amountMinor: 10, currency: "USD" },
    ]);
    expect(quantities(await read(buyer, id))).toEqual([[other, 1]]);
    expect(shop.inventory.units(id)).toEqual({ [other]: 1 });
    expect(shop.inventory.available(sku)).toBe(10);
    expect((await change(buyer, a, 1)).status).toBe(404);
    const last = await change(buyer, b, 0);
    expect([last.status, last.body.code]).toEqual([409, "CONFLICT"]);
    expect(last.body.detail).toContain("cancel the order");
  });

  test("by PUT is the same as by PATCH", async () => {
    const { buyer, a } = await ordered("L-PUT");
    const { status, body } = await shop.call("PUT", pathOf(a), { as: buyer, body: { quantity: 4 } });
    expect([status, body.lines[0]?.quantity]).toEqual([200, 4]);
  });

  test("to the quantity that it has changes nothing", async () => {
    const { buyer, id, a } = await ordered("L-SAME");
    const { status, body, headers } = await change(buyer, a, 2);
    expect([status, body.version, headers.get("etag")]).toEqual([200, 2, '"2"']);
    expect((await shop.eventsOf(id)).map(({ type }) => type)).toEqual(["order.created", "order.confirmed"]);
  });

  test("is refused with the shortages when there is not enough, and the order stays as it was", async () => {
    const { sku, buyer, id, a } = await ordered("L-SHORT");
    const before = await read(buyer, id);
    const { status, body, headers } = await change(buyer, a, 11);
    expect([status, body.code, headers.get("content-type")]).toEqual([
      409,
      "OUT_OF_STOCK",
      "application/problem+json",
    ]);
    expect([body.orderId, body.shortages]).toEqual([id, [{ sku, requested: 11, available: 10 }]]);
    expect(await read(buyer, id)).toEqual(before);
    expect([shop.inventory.units(id)?.[sku], shop.inventory.available(sku)]).toEqual([2, 8]);
    expect((await timelineOf(buyer, id)).at(-1)).toMatchObject({
      what: "change-refused",
      actor: { kind: "user", id: buyer.id },
      cause: `${sku}: 2 → 11: only 10 of ${sku} can be had`,
    });
    expect((await change(buyer, a, 10)).status).toBe(200);
  });

  test("is answered 202 while inventory is silent, and done by the sweeper", async () => {
    const { sku, buyer, id, a, b } = await ordered("L-SILENT");
    const before = await read(buyer, id);
    shop.inventory.failNext("PUT", "after", 2);
    const { status, body, headers } = await change(buyer, a, 7);
    expect([status, headers.get("etag")]).toEqual([202, '"2"']);
    expect(body).toEqual(before);
    expect(await shop.sagaOf(id)).toMatchObject({ step: "changing", finished: false });
    const meanwhile = await change(buyer, b, 3);
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
    await recover(id);
    const after = await read(buyer, id);
    expect([after.version, after.lines[0]?.quantity, shop.inventory.units(id)?.[sku]]).toEqual([3, 7, 7]);
    expect((await timelineOf(buyer, id)).at(-1)).toMatchObject({
      what: "lines-changed",
      actor: { kind: "user", id: buyer.id },
    });
  });

  test("honours If-Match", async () => {
    const { buyer, a } = await ordered("L-MATCH");
    const old = await change(buyer, a, 3, { "if-match": '"1"' });
    expect([old.status, old.body.code]).toEqual([412, "VERSION_MISMATCH"]);
    expect((await change(buyer, a, 3, { "if-match": '"2"' })).status).toBe(200);
  });

  test("is for the owner and for staff: for others there is no such order", async () => {
    const { buyer, id, a } = await ordered("L-WHO");
    expect((await change(shop.person(), a, 3)).status).toBe(404);
    expect((await shop.call("PATCH", pathOf(a), { body: { quantity: 3 } })).status).toBe(401);
    const staff = shop.person("staff");
    expect((await change(staff, a, 3)).status).toBe(200);
    expect((await timelineOf(buyer, id)).at(-1)?.actor).toEqual({ kind: "staff", id: staff.id });
    expect((await change(buyer, [id, newId()], 3)).status).toBe(404);
    expect((await change(buyer, [newId(), a[1]], 3)).status).toBe(404);
  });

  test("waits while the order is being placed, and is over once it is packed or has ended", async () => {
    const { buyer, id, a } = await ordered("L-PACKED");
    const staff = shop.person("staff");
    await shop.call("PATCH", `/v1/orders/${id}/status`, { as: staff, body: { status: "packed" } });
    const packed = await change(buyer, a, 3);
    expect([packed.status, packed.body.code, packed.headers.get("retry-after")]).toEqual([
      409,
      "CONFLICT",
      null,
    ]);
    await cancel(staff, id);
    expect((await change(buyer, a, 3)).status).toBe(409);
    shop.sell("L-PENDING", 5);
    shop.inventory.failNext("PUT", "before", 2);
    const pending = await shop.place(buyer, [{ sku: "L-PENDING", quantity: 1 }]);
    const line = pending.body.lines[0]?.id ?? "";
    const early = await change(buyer, [pending.body.id, line], 2);
    expect([early.status, early.headers.get("retry-after")]).toEqual([409, "1"]);
    expect(early.body.detail).toContain("still being placed");
  });

  test("may make a prepaid order cheaper and not dearer", async () => {
    const { buyer, a } = await ordered("L-PAID", "simulated");
    const dearer = await change(buyer, a, 3);
    expect([dearer.status, dearer.body.code]).toEqual([409, "CONFLICT"]);
    expect(dearer.body.detail).toContain("place another order");
    expect((await change(buyer, a, 1)).status).toBe(200);
  });

  test("is refused beyond what an order may cost", async () => {
    shop.sell("L-DEAR", 10_000, price(60_000_000_000));
    const buyer = shop.person();
    const { body } = await shop.place(buyer, [{ sku: "L-DEAR", quantity: 1 }]);
    const dear = await change(buyer, [body.id, body.lines[0]?.id ?? ""], 2);
    expect([dear.status, dear.body.errors[0]?.pointer]).toEqual([422, "/body/quantity"]);
  });

  test("takes whole numbers up to the limit and nothing else", async () => {
    const { buyer, id, a } = await ordered("L-FORM");
    const before = await read(buyer, id);
    for (const quantity of [-1, 1.5, "1", 10_001, 2 ** 31, 2 ** 53 + 1, null, [], {}, true]) {
      const { status, body } = await change(buyer, a, quantity);
      const told = [quantity, status, body.code, body.errors[0]?.pointer];
      expect(told).toEqual([quantity, 422, "VALIDATION", "/body/quantity"]);
    }
    const bodies: unknown[] = [{}, [], null, { quantity: 1, sku: "OTHER" }, { quantity: 1, unitPrice: 1 }];
    for (const wrong of bodies) {
      const { status, body } = await shop.call("PATCH", pathOf(a), { as: buyer, body: wrong });
      expect([wrong, status, body.errors.length > 0]).toEqual([wrong, 422, true]);
      expect(body.errors[0]?.pointer).toStartWith("/body");
    }
    expect((await change(buyer, [id, "1"], 1)).status).toBe(422);
    expect(await read(buyer, id)).toEqual(before);
  });
});

describe("changes at the same time", () => {
  test("of one line by many end with one of the wanted quantities, which is what is held", async () => {
    const { sku, buyer, id, a } = await ordered("R-MANY");
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => change(buyer, a, 1 + (n % 8))));
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 409);
    expect(done.length + refused.length).toBe(12);
    expect(refused.every(({ headers }) => headers.get("retry-after") === "1")).toBe(true);
    const order = await read(buyer, id);
    const changed = (await shop.eventsOf(id)).filter(({ type }) => type === "order.lines-changed");
    expect(order.version).toBe(2 + changed.length);
    expect(shop.inventory.units(id)?.[sku]).toBe(order.lines[0]?.quantity ?? 0);
    expect(shop.inventory.available(sku)).toBe(10 - (order.lines[0]?.quantity ?? 0));
  });

  test("never hold more than there is, over many orders and two instances", async () => {
    const sku = "R-LAST";
    shop.sell(sku, 20);
    const orders = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const buyer = shop.person();
        const { body } = await shop.place(buyer, [{ sku, quantity: 1 }]);
        return { buyer, id: body.id, place: [body.id, body.lines[0]?.id ?? ""] as const };
      }),
    );
    const instances = [shop.service, shop.anotherInstance()];
    const answers = await Promise.all(
      orders.map(({ buyer, place }, n) =>
        shop.callAt(instances[n % 2] ?? shop.service, "PATCH", pathOf(place), {
          as: buyer,
          body: { quantity: 5 },
        }),
      ),
    );
    // 10 are left, and a raise takes 4 of them.
    expect(answers.filter(({ status }) => status === 200).length).toBe(2);
    expect(answers.filter(({ body }) => body.code === "OUT_OF_STOCK").length).toBe(8);
    expect(shop.inventory.available(sku)).toBe(2);
  });

  test("with a cancellation end cancelled, with everything given back", async () => {
    const own = await ordersUnderTest();
    const gate = Promise.withResolvers<void>();
    own.sell("R-CANCEL", 10);
    const buyer = own.person();
    const { body } = await own.place(buyer, [{ sku: "R-CANCEL", quantity: 1 }]);
    own.inventory.holdUp("PUT", "before", gate.promise);
    const asked = own.inventory.calls.length;
    const path = pathOf([body.id, body.lines[0]?.id ?? ""]);
    const changing = own.call("PATCH", path, { as: buyer, body: { quantity: 5 } });
    await waitFor(() => own.inventory.calls.length > asked, { what: "inventory to be asked" });
    const cancelled = await own.call("POST", `/v1/orders/${body.id}/cancel`, { as: buyer });
    gate.resolve();
    const answer = await changing;
    expect([cancelled.status, answer.status, answer.body.code]).toEqual([200, 409, "CONFLICT"]);
    expect([own.inventory.hold(body.id), own.inventory.available("R-CANCEL")]).toEqual(["released", 10]);
    expect((await own.eventsOf(body.id)).map(({ type }) => type)).not.toContain("order.lines-changed");
    await own.close();
  });

  test("survive the death of their instance at any moment: done as wanted, or not begun", async () => {
    for (let moment = 1; ; moment += 1) {
      const { sku, buyer, id, a } = await ordered(`R-DIE-${moment}`);
      const life = mortal(moment);
      const body = { quantity: 6 };
      await shop.callAt(shop.anotherInstance(life), "PATCH", pathOf(a), { as: buyer, body });
      await recover(id);
      const order = await read(buyer, id);
      expect([2, 6]).toContain(order.lines[0]?.quantity ?? 0);
      expect(shop.inventory.units(id)?.[sku]).toBe(order.lines[0]?.quantity ?? 0);
      const told = (await shop.eventsOf(id)).filter(({ type }) => type === "order.lines-changed");
      expect(told.length).toBe(order.lines[0]?.quantity === 6 ? 1 : 0);
      if (life.dead) continue;
      expect(order.lines[0]?.quantity).toBe(6);
      expect(moment).toBeGreaterThan(5);
      break;
    }
  });
});
