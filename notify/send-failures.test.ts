import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);
describe("when Telegram fails", () => {
  test("a send that was applied and whose answer was lost is unknown, and the person holds exactly one", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    await shop.people.fault({ method: "sendMessage", phase: "after" });
    await shop.confirmed(orderOf(shop.buyer), "pending");
    const items = await shop.settled(1);
    expect(items[0]).toMatchObject({ state: "unknown", attempts: 1, reason: "ECONNRESET" });
    expect(shop.inbox()).toHaveLength(1);
  });

  test.each([{ phase: "before", status: 500 }, { phase: "html502" }, { phase: "reset" }])(
    "a send that ends in %j is unknown and is not repeated",
    async (fault) => {
      const shop = await open();
      await shop.known(shop.buyer);
      await shop.people.fault({ method: "sendMessage", ...fault });
      await shop.confirmed(orderOf(shop.buyer), "pending");
      const items = await shop.settled(1);
      expect(items[0]).toMatchObject({ state: "unknown", attempts: 1 });
      expect(shop.inbox()).toHaveLength(0);
    },
  );

  test("a 429 waits as long as it says, keeps the order, and sends each once", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    await shop.people.fault({ method: "sendMessage", phase: "before", status: 429, retryAfter: 1 });
    await shop.confirmed(orderOf(shop.buyer, { number: "K-1" }), "pending");
    await shop.confirmed(orderOf(shop.buyer, { number: "K-2" }), "pending");
    const items = await shop.settled(2);
    expect(items.map(({ state, attempts }) => [state, attempts])).toEqual([
      ["sent", 1],
      ["sent", 2],
    ]);
    expect(shop.inbox().map(({ text }) => text.split("\n")[0])).toEqual(["Order K-1", "Order K-2"]);
  });

  test("an edit whose outcome is unknown is repeated, since it can do no harm", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    const order = orderOf(shop.buyer);
    await shop.confirmed(order, "pending");
    await shop.settled(1);
    await shop.people.fault({ method: "editMessageText", phase: "after" });
    await shop.changed({ ...order, status: "packed", version: 3 }, "confirmed");
    const items = await shop.settled(2);
    expect(items[0]).toMatchObject({ state: "sent", attempts: 2 });
    expect(shop.inbox()).toHaveLength(1);
  });

  test("what was being sent when the process died becomes unknown, never pending", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    await shop.notify.stop();
    await shop.database.db.execute(`
      insert into delivery (id, dedupe_key, class, user_id, notice, state, attempts, next_at, send_deadline, expires_at, created_at, updated_at)
      values ('${newId()}', 'one', 'transactional', '${shop.buyer.id}', '{"template":"stock-low","sku":"MUG","available":1,"threshold":5}',
        'sending', 1, now(), now() - interval '1 second', now() + interval '1 hour', now(), now())`);
    const next = shop.make();
    await next.start();
    const items = await shop.settled(1);
    await next.stop();
    expect(items[0]).toMatchObject({ state: "unknown", reason: "interrupted", attempts: 1 });
    expect(shop.inbox()).toHaveLength(0);
  });

  test("ten orders at once reach their buyer in order, each once", async () => {
    const shop = await open();
    await shop.known(shop.buyer);
    for (let n = 0; n < 10; n += 1)
      await shop.confirmed(orderOf(shop.buyer, { number: `K-${n}` }), "pending");
    await shop.settled(10);
    expect(shop.inbox().map(({ text }) => text.split("\n")[0])).toEqual(
      Array.from({ length: 10 }, (_, n) => `Order K-${n}`),
    );
  });

  test("what waits past its life expires and is not sent", async () => {
    const clock = fakeClock(new Date());
    const shop = await open({ clock });
    shop.auth.script.down = true;
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await waitFor(async () => (await shop.list())[0]?.reason === "auth does not answer");
    clock.advance(25 * 3_600_000);
    const items = await shop.settled(1);
    expect(items[0]).toMatchObject({ state: "expired" });
  });

  test("two instances share the work: every message once, each buyer's in order", async () => {
    const shop = await open();
    const second = shop.make();
    await second.start();
    await shop.known(shop.buyer);
    const other = await shop.people.started();
    const bob = userSnapshot({ telegramUserId: other.id });
    await shop.known(bob);
    const numbers = Array.from({ length: 10 }, (_, n) => `K-${n}`);
    for (const number of numbers) {
      await shop.confirmed(orderOf(shop.buyer, { number }), "pending");
      await shop.confirmed(orderOf(bob, { number }), "pending");
    }
    await shop.settled(20);
    await second.stop();
    const titles = (texts: { text: string }[]) => texts.map(({ text }) => text.split("\n")[0]);
    const expected = numbers.map((number) => `Order ${number}`);
    expect(titles(shop.inbox())).toEqual(expected);
    expect(titles(shop.people.fromBot(other.id).slice(1))).toEqual(expected);
  });
});
