import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import {
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";
import { userSnapshot } from "../testing/snapshots.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface Cause {
  readonly code: string;
  readonly says: string;
  readonly event: string | null;
  readonly actor: { readonly kind: string; readonly name: string | null };
  readonly shortages: readonly unknown[];
  readonly traceId: string | null;
}
interface Explanation {
  readonly orderId: string;
  readonly number: string;
  readonly code: string;
  readonly says: string;
  readonly causes: readonly Cause[];
  readonly waiting: { readonly step: string; readonly problem: string | null } | null;
  readonly requestId: string;
  readonly traceId: string | null;
}

const explain = async (name: string, as?: Person) => {
  const { status, body } = await shop.call("GET", `/v1/orders/${name}/explanation`, as ? { as } : {});
  return { status, body: body as unknown as Explanation };
};
const codesOf = ({ causes }: Explanation) => causes.map(({ code }) => code);

describe("the explanation of an order", () => {
  test("names who did what to staff, in which trace, and to the buyer only that the shop did", async () => {
    shop.sell("X-MUG", 9);
    const [buyer, clerk] = [shop.person(), shop.person("staff")];
    shop.users.set(buyer.id, userSnapshot(buyer.id, { name: "Nora" }));
    shop.users.set(clerk.id, userSnapshot(clerk.id, { name: "Clara", role: "staff" }));
    // Whoever has bought something is known here by name.
    await shop.place(clerk, [{ sku: "X-MUG", quantity: 1 }]);
    const traced = (digit: string) => ({ traceparent: `00-${digit.repeat(32)}-${"1".repeat(16)}-01` });
    const { body: order } = await shop.place(buyer, [{ sku: "X-MUG", quantity: 2 }], traced("b"));
    await shop.call("POST", `/v1/orders/${order.id}/cancel`, {
      ...{ as: clerk, body: { reason: "It broke" }, headers: traced("c") },
    });

    const staff = (await explain(order.id, clerk)).body;
    expect(staff.says).toBe(`${order.number} is cancelled. Cancelled by Clara (staff): It broke.`);
    expect(
      staff.causes.map(({ code, event, actor, traceId }) => [code, event, actor.name, traceId?.charAt(0)]),
    ).toEqual([
      ["placed", "order.created", "Nora", "b"],
      ["confirmed", "order.confirmed", null, "b"],
      ["cancelled", "order.cancelled", "Clara", "c"],
      ["stock-released", null, null, "c"],
    ]);
    expect([staff.traceId, staff.waiting]).toEqual(["b".repeat(32), null]);

    const own = (await explain(order.id, buyer)).body;
    expect(own.says).toBe(`${order.number} is cancelled. Cancelled by the shop's staff: It broke.`);
    expect(JSON.stringify(own)).not.toContain("Clara");
    expect([own.traceId, ...own.causes.map(({ traceId }) => traceId)]).toEqual(Array(5).fill(null));
    expect(own.requestId).toBe(staff.requestId);
  });

  test("is found by the number as people write it, and by nobody else", async () => {
    shop.sell("X-CUP", 5);
    const buyer = shop.person();
    const { body: order } = await shop.place(buyer, [{ sku: "X-CUP", quantity: 1 }]);
    const digits = String(Number(order.number.slice(2)));
    for (const name of [order.number, order.number.toLowerCase(), digits])
      expect((await explain(name, buyer)).body.orderId).toBe(order.id);
    const stranger = shop.person();
    const refused = [order.id, order.number, digits, "999999999", newId()];
    for (const name of refused) expect((await explain(name, stranger)).status).toBe(404);
    expect((await explain(order.id)).status).toBe(401);
    expect((await explain("MUG", buyer)).status).toBe(422);
  });

  test("tells what was short, and of a declined payment the whole way", async () => {
    shop.sell("X-FEW", 3);
    const buyer = shop.person();
    const short = await shop.place(buyer, [{ sku: "X-FEW", quantity: 5 }]);
    const { body: rejected } = await explain(short.body.orderId, buyer);
    expect(rejected.code).toBe("rejected-out-of-stock");
    expect(rejected.causes.at(-1)?.shortages).toEqual([{ sku: "X-FEW", requested: 5, available: 3 }]);
    expect(rejected.says).toContain("not enough of X-FEW (5 wanted, 3 available)");

    const declined = await shop.call("POST", "/v1/orders", {
      as: buyer,
      body: {
        lines: [{ sku: "X-FEW", quantity: 1 }],
        payment: { provider: "simulated", outcome: "decline" },
      },
    });
    const { body } = await explain(declined.body.orderId, buyer);
    expect(codesOf(body)).toEqual(["placed", "stock-held", "rejected-payment-declined", "stock-released"]);
  });

  test("tells staff what an order waits for, and why that got no answer", async () => {
    shop.sell("X-SLOW", 3);
    const [buyer, clerk] = [shop.person(), shop.person("staff")];
    const { body: order } = await shop.place(buyer, [{ sku: "X-SLOW", quantity: 1 }]);
    shop.inventory.failNext("release", "before", 3);
    await shop.call("POST", `/v1/orders/${order.id}/cancel`, { as: buyer });
    const { body } = await explain(order.number, clerk);
    expect(body.waiting?.step).toBe("releasing");
    expect(body.waiting?.problem).toBeString();
    const own = (await explain(order.number, buyer)).body;
    expect([own.waiting, own.says]).toEqual([
      null,
      `${order.number} is cancelled. Cancelled by its buyer. Its stock is being given back.`,
    ]);
  });
});
