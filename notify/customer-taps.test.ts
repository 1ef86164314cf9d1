import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Clock } from "../shared/kernel/clock.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { shopOrder } from "./testing/fake-shop.ts";
import { openChat } from "./testing/open-chat.ts";

const open = closedAfterEach(openChat);

/** A clock that runs as the system's does, with a jump into the future. */
const jumpingClock = () => {
  let aheadMs = 0;
  const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
  return {
    clock,
    jump(ms: number) {
      aheadMs += ms;
    },
  };
};

describe("bot-6: buttons that are out of date", () => {
  test("bot-6: one that names an older version refreshes the card instead of acting", async () => {
    const chat = await open();
    const order = chat.order();
    const { messageId } = await chat.card(order);
    chat.shop.orders.set(order.id, { ...order, status: "packed", version: 3 });
    for (const label of ["Cancel the order"]) {
      expect(await chat.tap(messageId, { label })).toContain("out of date");
      await chat.buttonsBecome(messageId, ["Order again", "Support"]);
    }
    expect((await chat.hears(/Packed/)).messageId).toBe(messageId);
    expect(await chat.tap(messageId, { data: `oy:${order.id}:2` })).toContain("out of date");
    // With the version of today it is orders that decides, and a button that is not shown does not act.
    expect(await chat.tap(messageId, { data: `oy:${order.id}:3` })).toContain("no longer possible");
    expect(chat.shop.writes()).toEqual([]);
  });

  test("bot-6: one below a message of a day ago shows the card anew and does nothing else", async () => {
    const { clock, jump } = jumpingClock();
    const chat = await open({ clock });
    const order = chat.order();
    const { messageId } = await chat.card(order);
    jump(25 * 3_600_000);
    for (const data of [`oc:${order.id}:2`, `oy:${order.id}:2`, `op:${order.id}:2`]) {
      const last = chat.inbox().at(-1)?.messageId ?? messageId;
      expect(await chat.tap(last, { data })).toContain("out of date");
      await waitFor(() => (chat.inbox().at(-1)?.messageId ?? 0) > last, { what: "the card anew" });
    }
    expect(chat.inbox().filter(({ text }) => text.includes(order.number))).toHaveLength(1);
    expect(chat.shop.writes()).toEqual([]);
  });

  test("bot-6: somebody else's order is none, whatever data they send", async () => {
    const chat = await open();
    const foreign = shopOrder({ userId: newId() });
    chat.shop.orders.set(foreign.id, foreign);
    const [greeting] = chat.inbox();
    for (const letters of ["oc", "oy", "or", "op", "ok"])
      expect(await chat.tap(greeting?.messageId, { data: `${letters}:${foreign.id}:2` })).toContain(
        "can't find",
      );
    expect(chat.shop.writes()).toEqual([]);
  });
});

describe("bot-7: a tap acts once", () => {
  test("bot-7: an update that is delivered again places one order; two taps place two, and both are told", async () => {
    const chat = await open();
    const order = chat.order();
    const { messageId } = await chat.card(order);
    const repeat = { data: `op:${order.id}:2` };
    await chat.people.control("POST", "/duplicates", { count: 1 });
    await chat.tap(messageId, repeat);
    await chat.hears(/Order K-100 is placed/);
    await chat.tap(messageId, repeat);
    await chat.hears(/Order K-101 is placed/);
    const keys = chat.shop.writes().map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(keys.every((key) => /^tg-\S+$/.test(key ?? ""))).toBe(true);
    expect(chat.shop.orders.size).toBe(3);
  });

  test("bot-7: also where the memory of updates is lost in between: orders knows the key", async () => {
    const chat = await open();
    const order = chat.order();
    const { messageId } = await chat.card(order);
    const { db } = chat.database;
    const written = Promise.withResolvers<void>();
    chat.shop.script.before = written.promise;
    await chat.tap(messageId, { data: `op:${order.id}:2` });
    await db.execute(sql`
      create table not_recorded as select update_id, chat_id, payload from telegram_update where payload is not null`);
    written.resolve();
    const isDone = async () => (await db.$count(sql`telegram_update where payload is not null`)) === 0;
    await waitFor(isDone, { what: "the update to be recorded" });
    await db.execute(sql`
      update telegram_update t set payload = n.payload, chat_id = n.chat_id, claimed_until = null
      from not_recorded n where n.update_id = t.update_id`);
    await waitFor(() => chat.shop.writes().length === 2, { what: "the same tap twice", timeoutMs: 30_000 });
    expect(new Set(chat.shop.writes().map(({ key }) => key)).size).toBe(1);
    expect(chat.shop.orders.size).toBe(2);
  });
});

describe("bot-5: every tap is answered within a second", () => {
  test("bot-5: also while the shop is slow: the spinner ends, and the word comes as a message", async () => {
    const chat = await open();
    const { messageId } = await chat.card(chat.order());
    const { promise, resolve } = Promise.withResolvers<void>();
    chat.shop.script.before = promise;
    expect(await chat.tap(messageId, { label: "Cancel the order" })).toBe("");
    resolve();
    await chat.hears(/Do you want to cancel this order/);
  });

  test("bot-5: also where it fails, with a reference, and with data that no button has", async () => {
    const chat = await open();
    const order = chat.order();
    const { messageId } = await chat.card(order);
    for (const data of [
      "x:1",
      "oc",
      "oc:1:2",
      `oc:${order.id}`,
      `oc:${order.id}:-1`,
      `ol:${order.id}`,
      "lg:xx",
    ])
      expect(await chat.tap(messageId, { data })).toBe("This button is no longer in use.");
    chat.auth.script.down = true;
    await chat.people.tap(chat.person.id, { messageId, label: "Support" });
    const said = () => [...chat.answers(), ...chat.inbox().map(({ text }) => text)].join("\n");
    await waitFor(() => /did not work.*\([0-9a-f]{8}\)/.test(said()), { what: "the apology" });
  });
});
