import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { STEP_UP_MAX_AGE_SECONDS } from "../../shared/contracts/step-up.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";
import { anOrder } from "../testing/snapshots.ts";
import { assertMayRefund } from "./prove-refund.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const unproved = ({ id, token }: Person): Person => ({ id, token: `${token}.unproved` });
const move = (as: Person, id: string, status: string) =>
  shop.call("PATCH", `/v1/orders/${id}/status`, { as, body: { status } });
const cancel = (as: Person, id: string) => shop.call("POST", `/v1/orders/${id}/cancel`, { as, body: {} });
const read = async (id: string) =>
  (await shop.call("GET", `/v1/orders/${id}`, { as: shop.person("staff") })).body;

/** An order of two pieces. */
const ordered = async (sku: string, payment: "simulated" | "manual" = "simulated", buyer = shop.person()) => {
  shop.sell(sku, 2);
  const body = { lines: [{ sku, quantity: 2 }], payment };
  const { body: order } = await shop.call("POST", "/v1/orders", { as: buyer, body });
  return { buyer, id: String(order.id), lineId: String(order.lines[0]?.id) };
};
const delivered = async (sku: string, payment: "simulated" | "manual" = "simulated") => {
  const order = await ordered(sku, payment);
  for (const status of ["packed", "shipped", "delivered"])
    expect((await move(unproved(shop.person("staff")), order.id, status)).status).toBe(200);
  return order;
};

const refusal = { code: "STEP_UP_REQUIRED", action: "orders.refund", maxAgeSeconds: 300 };

describe("auth-22: paying back what was paid before needs a fresh code of who does it in the shop's name", () => {
  test("where a prepaid order is cancelled by staff: without one nothing changes", async () => {
    const { id } = await ordered("R-CANCEL");
    const staff = shop.person("staff");
    for (const refused of [
      await cancel(unproved(staff), id),
      await move(unproved(staff), id, "cancelled"),
      await cancel(unproved(shop.person("admin")), id),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject(refusal);
    }
    expect(await read(id)).toMatchObject({ status: "confirmed", version: 2 });
    expect((await cancel(staff, id)).body.status).toBe("cancelled");
  });

  test("where a prepaid order is returned", async () => {
    const { id } = await delivered("R-RETURN");
    const staff = shop.person("staff");
    expect((await move(unproved(staff), id, "returned")).body).toMatchObject(refusal);
    expect((await read(id)).status).toBe("delivered");
    expect((await move(staff, id, "returned")).body.status).toBe("returned");
  });

  test("where a prepaid order is made cheaper by staff", async () => {
    const { id, lineId, buyer } = await ordered("R-LESS");
    const staff = shop.person("staff");
    const change = (as: Person, quantity: number) =>
      shop.call("PATCH", `/v1/orders/${id}/lines/${lineId}`, { as, body: { quantity } });
    expect((await change(unproved(staff), 1)).body).toMatchObject(refusal);
    expect((await read(id)).lines[0]?.quantity).toBe(2);
    expect((await change(unproved(staff), 2)).status).toBe(200);
    expect((await change(buyer, 1)).status).toBe(200);
  });

  test("not where nobody is paid back: an order that is paid on delivery", async () => {
    const staff = unproved(shop.person("staff"));
    const [first, second] = [await ordered("R-MANUAL", "manual"), await delivered("R-BACK", "manual")];
    expect((await cancel(staff, first.id)).status).toBe(200);
    expect((await move(staff, second.id, "returned")).status).toBe(200);
  });

  test("not of the buyer, staff or not, as long as they may cancel by themselves", async () => {
    const { id, buyer } = await ordered("R-OWN");
    expect((await cancel(buyer, id)).status).toBe(200);
    const staff = unproved(shop.person("staff"));
    const own = await ordered("R-OWN-STAFF", "simulated", staff);
    expect((await cancel(staff, own.id)).status).toBe(200);
    const packed = await ordered("R-OWN-PACKED", "simulated", staff);
    expect((await move(staff, packed.id, "packed")).status).toBe(200);
    expect((await cancel(staff, packed.id)).body).toMatchObject(refusal);
  });

  test("of five minutes at most, and for this or for everything", () => {
    const order = anOrder();
    const now = new Date("2026-01-01T12:00:00Z");
    const may = (ageSeconds: number, action: "orders.refund" | "users.manage" | null) => {
      const stepUp = { atMs: now.getTime() - ageSeconds * 1_000, action };
      try {
        assertMayRefund({ userId: "somebody", role: "staff", stepUp }, order, now);
        return true;
      } catch {
        return false;
      }
    };
    expect([may(STEP_UP_MAX_AGE_SECONDS, "orders.refund"), may(0, null)]).toEqual([true, true]);
    expect([may(STEP_UP_MAX_AGE_SECONDS + 1, "orders.refund"), may(0, "users.manage")]).toEqual([
      false,
      false,
    ]);
  });
});
