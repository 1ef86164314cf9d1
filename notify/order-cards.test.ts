import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { dataOf, openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);
describe("order cards", () => {
  test("the first news sends a card with escaped names and formatted money, later news edit it", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    await shop.confirmed(order, "pending");
    await shop.settled(1);
    const [card] = shop.inbox();
    expect(card?.text).toContain("Order K-1001");
    expect(card?.text).toContain("Confirmed");
    expect(card?.text).toContain("2 × Mug <blue> & white · €25.98");

    await shop.changed({ ...order, status: "packed", version: 3 }, "confirmed");
    await shop.settled(2);
    expect(shop.inbox()).toHaveLength(1);
    expect(shop.inbox()[0]).toMatchObject({ messageId: card?.messageId, editedAt: expect.any(String) });
    expect(shop.inbox()[0]?.text).toContain("Packed");
  });

  test("notify-19: shipped, delivered and cancelled are headlines beside the edited card", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    await shop.confirmed(order, "pending");
    await shop.changed({ ...order, status: "shipped", version: 3 }, "packed");
    await shop.changed({ ...order, status: "delivered", version: 4 }, "shipped");
    await shop.settled(5);
    expect(shop.inbox().map(({ text }) => text.split("\n")[0])).toEqual([
      "Order K-1001",
      "🚚 Your order K-1001 is on its way.",
      "🏁 Your order K-1001 has been delivered.",
    ]);
    expect(shop.inbox()[0]?.text).toContain("Delivered");
  });

  test("a rejected order that had no card is one message", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    await shop.rejected(orderOf(shop.buyer, { status: "rejected" }), "pending");
    await shop.settled(1);
    expect(shop.inbox().map(({ text }) => text.includes("Rejected"))).toEqual([true]);
  });

  test("older news never moves a card back", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    await shop.changed({ ...order, status: "packed", version: 3 }, "confirmed");
    await shop.settled(1);
    await shop.confirmed(order, "pending");
    const items = await shop.settled(2);
    expect(shop.inbox().map(({ text }) => text.includes("Packed"))).toEqual([true]);
    expect(items[0]).toMatchObject({ state: "suppressed", reason: "newer news is shown already" });
  });

  test("changed lines edit the card, whichever news of the order comes first", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    const [line] = order.lines;
    if (line === undefined) throw new Error("the order has a line");
    const total = { amountMinor: 6495, currency: "EUR" };
    const raised = { ...order, version: 3, total, lines: [{ ...line, quantity: 5, lineTotal: total }] };
    await shop.confirmed(order, "pending");
    await shop.linesChanged(raised, "confirmed", newId(), "MUG: 2 → 5");
    await shop.settled(2);
    const card = shop.inbox()[0]?.text;
    expect(card).toContain("5 × Mug <blue> & white · €64.95");
    expect(card).not.toContain("Reason");

    const less = { ...order, version: 4 };
    const more = { ...raised, version: 5 };
    await shop.linesChanged(more, "confirmed");
    await shop.settled(3);
    await shop.linesChanged(less, "confirmed");
    const items = await shop.settled(4);
    expect(shop.inbox()).toHaveLength(1);
    expect(shop.inbox()[0]?.text).toContain("5 × Mug");
    expect(items[0]).toMatchObject({ state: "suppressed", reason: "newer news is shown already" });
  });

  test("a returned order says so on its card", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    await shop.confirmed(order, "pending");
    await shop.changed({ ...order, status: "returned", version: 5 }, "delivered", newId(), "Wrong colour");
    await shop.settled(2);
    const [card] = shop.inbox();
    expect(card?.text.split("\n")[1]).toBe("↩️ Returned");
    expect(card?.text).toContain("Reason: Wrong colour");
  });

  test("notify-19: a card that the person has deleted is sent anew", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    await shop.confirmed(order, "pending");
    await shop.settled(1);
    await shop.database.db.execute("update order_card set message_id = 999999");
    await shop.changed({ ...order, status: "packed", version: 3 }, "confirmed");
    await shop.changed({ ...order, status: "packed", version: 4, number: "K-1001b" }, "packed");
    await shop.settled(3);
    expect(shop.inbox().map(({ text }) => text.split("\n").slice(0, 2))).toEqual([
      ["Order K-1001", "✅ Confirmed"],
      ["Order K-1001b", "📦 Packed"],
    ]);
  });

  test("notify-9: an event that comes three times is told once", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    const id = newId();
    await Promise.all([1, 2, 3].map(() => shop.confirmed(order, "pending", id)));
    await shop.settled(1);
    expect(await shop.list()).toHaveLength(1);
    expect(shop.inbox()).toHaveLength(1);
  });

  test("a created order is silent", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer, { status: "pending", version: 1 });
    await shop.publish(envelopeOf("order.created", order.id, dataOf(order, null)));
    expect(await shop.list()).toEqual([]);
  });
});
