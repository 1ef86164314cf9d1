import { describe, expect, test } from "bun:test";
import { SANDBOX_BOT_TOKEN } from "../sandbox/sandbox.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { POLL_SECONDS, POLL_TIMEOUT_SECONDS, SEND_TIMEOUT_SECONDS } from "./telegram/connection.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);
describe("when Telegram fails", () => {
  test.each([
    ["lost", { phase: "after" }, "ECONNRESET"],
    ["later than the timeout", { phase: "hang", applied: true }, "Error"],
    ["a connection that is reset", { phase: "reset", applied: true }, "ECONNRESET"],
    ["a page of a proxy, 502", { phase: "html502", applied: true }, "SyntaxError"],
    ["an error of the server, 500", { phase: "after", status: 500 }, "Internal Server Error"],
  ])(
    "notify-11, notify-12: a send that was applied and whose answer is %s is unknown, and the person holds exactly one",
    async (_, fault, reason) => {
      const shop = await open({ telegram: { sendTimeoutSeconds: 1 } });
      await shop.known(shop.buyer);
      await shop.people.fault({ method: "sendMessage", ...fault });
      await shop.confirmed(orderOf(shop.buyer), "pending");
      const [item] = await shop.settled(1);
      expect(item).toMatchObject({ state: "unknown", attempts: 1, reason: expect.stringContaining(reason) });
      expect(shop.inbox()).toHaveLength(1);
      // Only a person sends it again, who knows that it may be the second.
      const again = await shop.call("POST", `/v1/notifications/${item?.id}/retry`, { as: shop.staff });
      expect(again.status).toBe(200);
      await waitFor(() => shop.inbox().length === 2, { what: "the message that staff sent again" });
    },
  );

  test("notify-13: a send is waited for as long as the design says, and a poll longer than Telegram holds it", () => {
    expect([SEND_TIMEOUT_SECONDS, POLL_SECONDS, POLL_TIMEOUT_SECONDS]).toEqual([15, 50, 65]);
  });

  test("notify-12: where the shop wants it, what is unknown is sent once more after 30 s, and never a third time", async () => {
    const clock = fakeClock(new Date());
    const shop = await open({ clock, environment: { TELEGRAM_RESEND_UNKNOWN: "on" } });
    await shop.known(shop.buyer);
    await shop.people.fault({ method: "sendMessage", phase: "reset", count: 2 });
    await shop.confirmed(orderOf(shop.buyer, { number: "K-1" }), "pending");
    const stateOf = async () => (await shop.list()).map(({ state, attempts }) => [state, attempts]);
    const becomes = (state: string, attempts: number) =>
      waitFor(async () => (await stateOf()).join() === `${state},${attempts}`, {
        what: `${state} after ${attempts}`,
      });
    await becomes("unknown", 1);
    clock.advance(29_000);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-2" }), "pending");
    // The queue was swept meanwhile: the second order was taken out of it.
    await waitFor(async () => (await stateOf())[0]?.join() === "unknown,1");
    expect((await stateOf())[1]).toEqual(["unknown", 1]);
    clock.advance(1_000);
    await waitFor(() => shop.inbox().length === 1, { what: "the first to be sent once more" });
    expect(shop.inbox()[0]?.text).toContain("K-1");
    clock.advance(30_000);
    await waitFor(() => shop.inbox().length === 2, { what: "the second to be sent once more" });
    const { rows } = await shop.database.db.execute("select count(resent_at)::int as resent from delivery");
    expect(rows).toEqual([{ resent: 2 }]);
    await shop.people.fault({ method: "sendMessage", phase: "reset" });
    const third = orderOf(shop.buyer, { number: "K-3" });
    await shop.confirmed(third, "pending");
    await waitFor(async () => (await stateOf())[0]?.join() === "unknown,1");
    await shop.people.fault({ method: "sendMessage", phase: "reset" });
    clock.advance(30_000);
    await waitFor(async () => (await stateOf())[0]?.join() === "unknown,2");
    clock.advance(3_600_000);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-4" }), "pending");
    await waitFor(() => shop.inbox().some(({ text }) => text.includes("K-4")));
    expect((await stateOf())[1]).toEqual(["unknown", 2]);
  });

  test("notify-17: a message to a group that became a supergroup goes there, once, and so does the next", async () => {
    const shop = await open();
    const { people, database, sandbox } = shop;
    await shop.known(shop.buyer);
    const group = await people.control("POST", "/groups", {
      title: "Home",
      members: [shop.person.id],
      kind: "group",
    });
    await waitFor(async () => (await database.db.execute("select 1 from chat")).rows.length === 1);
    await people.control("POST", `/groups/${group.id}/migrate`);
    // As where the news of it was lost, so that only the refusal tells: the bot has heard of it before the chat is in the group.
    const info = `http://sandbox.local/sandbox/bot${SANDBOX_BOT_TOKEN}/getWebhookInfo`;
    const heard = async () => {
      const answer = await sandbox.botFetch(info);
      const { result } = (await answer.json()) as { result: { pending_update_count: number } };
      const left = await database.db.execute("select 1 from telegram_update where payload is not null");
      return result.pending_update_count === 0 && left.rows.length === 0;
    };
    await waitFor(heard, { what: "the bot to have heard all" });
    await database.db.execute(`update chat set chat_id = ${Number(group.id)}`);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-1" }), "pending");
    await shop.settled(1);
    await shop.confirmed(orderOf(shop.buyer, { number: "K-2" }), "pending");
    const items = await shop.settled(2);
    expect(items.map(({ state, attempts }) => [state, attempts])).toEqual([
      ["sent", 1],
      ["sent", 1],
    ]);
    const sends = sandbox
      .outbox()
      .filter(({ method, params }) => method === "sendMessage" && String(params.text).includes("K-"));
    expect(sends.map(({ status }) => status)).toEqual([400, 200, 200]);
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

  test("notify-11: a 429 waits as long as it says, keeps the order, and sends each once", async () => {
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

  test("notify-10: what was being sent when the process died becomes unknown, never pending", async () => {
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

  test("notify-10: two instances share the work: every message once, each buyer's in order", async () => {
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
