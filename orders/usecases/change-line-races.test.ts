import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { lineChangesOf, pathOf } from "../testing/line-changes.ts";
import { mortal } from "../testing/mortal-life.ts";
import { type OrdersUnderTest, ordersUnderTest, SET_UP_TIMEOUT_MS } from "../testing/orders-under-test.ts";

let shop: OrdersUnderTest;
let lines: ReturnType<typeof lineChangesOf>;
beforeAll(async () => {
  shop = await ordersUnderTest();
  lines = lineChangesOf(shop);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

describe("changes at the same time", () => {
  test("of one line by many end with one of the wanted quantities, which is what is held", async () => {
    const { sku, buyer, id, a } = await lines.ordered("R-MANY");
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => lines.change(buyer, a, 1 + (n % 8))),
    );
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 409);
    expect(done.length + refused.length).toBe(12);
    expect(refused.every(({ headers }) => headers.get("retry-after") === "1")).toBe(true);
    const order = await lines.read(buyer, id);
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
      const { sku, buyer, id, a } = await lines.ordered(`R-DIE-${moment}`);
      const life = mortal(moment);
      const body = { quantity: 6 };
      await shop.callAt(shop.anotherInstance(life), "PATCH", pathOf(a), { as: buyer, body });
      await lines.recover(id);
      const order = await lines.read(buyer, id);
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
