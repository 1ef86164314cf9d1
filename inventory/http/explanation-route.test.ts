import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { createStockStore } from "../store/stock-store.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { expireReservations } from "../usecases/expire-reservations.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface Counter {
  readonly before: number;
  readonly delta: number;
  readonly after: number;
}
interface Cause extends Record<"onHand" | "reserved" | "available", Counter> {
  readonly code: string;
  readonly says: string;
  readonly movements: number;
  readonly orders: number;
  readonly orderIds: string[];
  readonly units: Record<string, number>;
  readonly actor: { readonly kind: string } | null;
  readonly event: string | null;
  readonly traceId: string | null;
}
interface Explanation {
  readonly code: string;
  readonly says: string;
  readonly level: Record<"onHand" | "reserved" | "available" | "version", number>;
  readonly holds: {
    orders: number;
    units: number;
    items: { orderId: string; quantity: number }[];
    more: number;
  };
  readonly causes: Cause[];
  readonly sum: {
    addsUp: boolean;
    movements: number;
    onHand: number;
    reserved: number;
    differences: unknown[];
  };
}

const explain = (sku: string, query = "") =>
  shop.call<Explanation>("GET", `/v1/stock/${sku}/explanation${query}`);

/** Whatever the chain is cut to, it comes to the level, and each link begins where the older one ended. */
const expectToAddUp = ({ causes, level, sum }: Explanation) => {
  const total = (of: (cause: Cause) => number) => causes.reduce((all, cause) => all + of(cause), 0);
  expect(total(({ onHand }) => onHand.delta)).toBe(level.onHand);
  expect(total(({ reserved }) => reserved.delta)).toBe(level.reserved);
  expect(total(({ available }) => available.delta)).toBe(level.available);
  expect(total(({ movements }) => movements)).toBe(level.version);
  for (const [i, cause] of causes.entries())
    expect(cause.available.before).toBe(causes[i + 1]?.available.after ?? 0);
  expect(sum).toMatchObject({ addsUp: true, movements: level.version, differences: [] });
};

const expire = async (orderId: string) => {
  await shop.database.db.execute(
    `update reservation set expires_at = now() - interval '1 second' where order_id = '${orderId}'`,
  );
  await expireReservations({
    stock: createStockStore({ database: shop.database, announce: () => undefined }),
  })();
};

const adjust = (sku: string, body: object, headers: Record<string, string> = {}) =>
  shop.call("POST", `/v1/stock/${sku}/adjustments`, { body, headers });

describe("why a SKU is where it is", () => {
  test("receipts, adjustments, holds, changed lines, expiry, sales and returns add up, link by link", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    await shop.stock("WHY", 40);
    const [sold, returned, late, changed, dropped] = Array.from({ length: 5 }, () => newId());
    for (const orderId of [sold, returned, late, changed, dropped])
      await shop.reserve(orderId ?? "", [{ sku: "WHY", quantity: 3 }], 900, 1);
    await shop.end(sold ?? "", "fulfil");
    await shop.end(returned ?? "", "fulfil");
    await expire(late ?? "");
    await shop.end(dropped ?? "", "release");
    await adjust(
      "WHY",
      { delta: -4, reason: "damage", note: "fell" },
      { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    );
    await shop.end(returned ?? "", "return");
    await shop.reserve(changed ?? "", [{ sku: "WHY", quantity: 5 }], null, 2);

    const { body } = await explain("WHY");
    expectToAddUp(body);
    expect(body.says).toBe("WHY is at 28: 33 on hand, 5 reserved for 1 order.");
    expect(body.causes.map(({ code, says }) => [code, says])).toEqual([
      ["orders", "2 orders: 2 held, 3 returned."],
      ["adjusted", "Adjusted by −4 (damage: fell)."],
      ["orders", "5 orders: 15 held, 6 sold, 3 given back, 3 held until the time was over."],
      ["opened", "The level was begun with 40 units (count)."],
    ]);
    const [latest, damage] = body.causes;
    expect(latest?.orderIds).toEqual([changed ?? "", returned ?? ""]);
    expect([damage?.traceId, damage?.actor?.kind]).toEqual([traceId, "staff"]);
    expect(body.holds).toMatchObject({ orders: 1, units: 5, more: 0 });
    expect(body.holds.items).toMatchObject([{ orderId: changed, quantity: 5 }]);

    const cut = (await explain("WHY", "?limit=1")).body;
    expectToAddUp(cut);
    expect(cut.causes.map(({ code }) => code)).toEqual(["orders", "earlier"]);
    expect(cut.causes[1]?.says).toBe("Before that, 11 movements came to 30 on hand.");
  });

  test("an order that stands alone is named with its event, and of many holders ten are named and the others counted", async () => {
    await shop.stock("WHY-HELD", 30);
    const orderIds = Array.from({ length: 12 }, () => newId());
    for (const orderId of orderIds) await shop.reserve(orderId, [{ sku: "WHY-HELD", quantity: 2 }], null);
    await adjust("WHY-HELD", { delta: 1, reason: "receipt" });
    await shop.end(orderIds[0] ?? "", "fulfil");
    const { body } = await explain("WHY-HELD");
    expectToAddUp(body);
    expect(body.causes[0]).toMatchObject({
      ...{ code: "order-sold", event: "order.status-changed", orderIds: [orderIds[0]] },
      says: "2 units left with an order.",
    });
    expect(body.holds).toMatchObject({ orders: 11, units: 22, more: 1 });
    expect(body.holds.items.map(({ orderId }) => orderId)).toEqual(orderIds.slice(2).toReversed());
  });

  test("a counter that is not what the ledger says is told, not hidden", async () => {
    await shop.stock("WHY-WRONG", 9);
    await shop.database.db.execute("update stock_level set on_hand = 8 where sku = 'WHY-WRONG'");
    const { body } = await explain("WHY-WRONG");
    expect(body.sum).toMatchObject({
      addsUp: false,
      differences: [{ what: "on hand", expected: 9, found: 8, says: "on hand: 8 instead of 9." }],
    });
    await shop.database.db.execute("update stock_level set on_hand = 9 where sku = 'WHY-WRONG'");
  });

  test("a level that was deleted is still explained; a SKU that never was is not there; a chain has its bounds", async () => {
    await shop.stock("WHY-GONE", 2);
    await shop.call("DELETE", "/v1/stock/WHY-GONE", { as: "admin" });
    const { body } = await explain("WHY-GONE");
    expectToAddUp(body);
    expect([body.code, body.causes.map(({ code }) => code)]).toEqual(["deleted", ["deleted", "opened"]]);
    expect((await explain("WHY-NEVER")).status).toBe(404);
    expect((await explain("WHY-GONE", "?limit=0")).status).toBe(422);
    expect((await explain("WHY-GONE", "?limit=51")).status).toBe(422);
  });
});
