import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);
describe("who is written to", () => {
  test("a buyer whom the replica does not know is looked up with auth", async () => {
    const shop = await open();
    shop.auth.users.set(shop.buyer.id, shop.buyer);
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await shop.settled(1);
    expect(shop.inbox()).toHaveLength(1);
    expect(shop.auth.callsTo("/internal/users/")).toHaveLength(1);
  });

  test("a buyer without Telegram, and one whom nobody knows, get none, and the list says why", async () => {
    const shop = await open();
    const silent = userSnapshot();
    await shop.known(silent);
    await shop.confirmed(orderOf(silent), "pending");
    await shop.confirmed(orderOf(userSnapshot()), "pending");
    const items = await shop.settled(2);
    expect(items.map(({ state, reason }) => [state, reason])).toEqual([
      ["suppressed", "no such user"],
      ["suppressed", "no Telegram account"],
    ]);
  });

  test("while auth is away a delivery waits and goes out afterwards", async () => {
    const shop = await open();
    shop.auth.users.set(shop.buyer.id, shop.buyer);
    shop.auth.script.down = true;
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await waitFor(async () => (await shop.list())[0]?.reason === "auth does not answer");
    shop.auth.script.down = false;
    await shop.settled(1);
    expect(shop.inbox()).toHaveLength(1);
  });

  test("admins are alerted of orders and stock, customers are not, and neither is a barred admin", async () => {
    const shop = await open();
    const boss = await shop.people.started();
    const former = await shop.people.started();
    await shop.known(shop.buyer);
    await shop.known(userSnapshot({ telegramUserId: boss.id, role: "admin" }));
    await shop.known(userSnapshot({ telegramUserId: former.id, role: "admin", status: "blocked" }));
    await shop.confirmed(orderOf(shop.buyer), "pending");
    // One after the other: what waits at the same time comes as one message.
    await shop.settled(2);
    const fewer = orderOf(shop.buyer, { version: 3 });
    await shop.linesChanged(fewer, "confirmed", newId(), "MUG<1>: 5 → 2");
    await shop.settled(4);
    const low = { sku: "MUG<1>", available: 2, threshold: 5, version: 9 };
    await shop.publish(envelopeOf("stock.low", low.sku, low));
    await shop.settled(5);
    await shop.publish(envelopeOf("stock.restocked", "MUG", { sku: "MUG", available: 20, version: 10 }));
    await shop.settled(6);
    const alerts = shop.people.fromBot(boss.id).slice(1);
    expect(alerts.map(({ text }) => text)).toEqual([
      "✅ Order K-1001: confirmed\n2 pcs · €25.98",
      "✏️ Order K-1001: changed\n2 pcs · €25.98\nMUG<1>: 5 → 2",
      "⚠️ MUG<1> is running low: 2 left (threshold 5).",
      "🔄 MUG is back in stock: 20 available.",
    ]);
    expect(shop.inbox()).toHaveLength(2);
    expect(shop.people.fromBot(former.id)).toHaveLength(1);
  });

  test("older news of a user changes nothing, and a deleted one stays deleted", async () => {
    const shop = await open();
    const [before, after] = [shop.buyer, { ...shop.buyer, version: 3, language: "ar" }];
    await shop.publish(envelopeOf("user.updated", after.id, { user: after }));
    await shop.known(before);
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await shop.settled(1);
    expect(shop.inbox()[0]?.text).toContain("تم التأكيد");
    await shop.publish(envelopeOf("user.deleted", after.id, { id: after.id, version: 4 }));
    await shop.publish(envelopeOf("user.updated", after.id, { user: { ...after, version: 2 } }));
    await shop.confirmed(orderOf(shop.buyer), "pending");
    const [newest] = await shop.settled(2);
    expect(newest).toMatchObject({ state: "suppressed", reason: "no such user" });
  });

  test("notify-17: who blocks the bot hears nothing, and after Start again gets new messages but no backlog", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    await shop.people.block(shop.person.id);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-1" }), "pending");
    await shop.settled(1);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-2" }), "pending");
    const items = await shop.settled(2);
    expect(items[0]).toMatchObject({ state: "suppressed", reason: "the bot is blocked" });
    await shop.people.block(shop.person.id, false);
    await shop.people.start(shop.person.id);
    await waitFor(() => shop.inbox().length === 1, { what: "the greeting" });
    await shop.confirmed(orderOf(shop.buyer, { number: "K-3" }), "pending");
    await shop.settled(3);
    expect(
      shop
        .inbox()
        .filter(({ text }) => text.includes("K-"))
        .map(({ text }) => text.split("\n")[0]),
    ).toEqual(["Order K-3"]);
  });
});
