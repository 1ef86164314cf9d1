import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { dataOf, openShop, orderOf } from "./testing/open-shop.ts";
import { orderAlert } from "./testing/open-store.ts";

setDefaultTimeout(40_000);

/** A shop whose bot keeps Telegram's pace, with an admin who has a chat. */
const open = closedAfterEach(async (environment: Readonly<Record<string, string>> = {}) => {
  const shop = await openShop({ environment: { TELEGRAM_PACE: "telegram", ...environment } });
  const boss = await shop.people.started();
  const admin = userSnapshot({ telegramUserId: boss.id, role: "admin" });
  await shop.known(shop.buyer);
  await shop.known(admin);
  const alerts = () => shop.people.fromBot(boss.id).slice(1);
  /** Alerts that wait for the admin, as if they had come in a rush. */
  const flood = (count: number) =>
    shop.database.transaction((tx) =>
      createDeliveryStore(tx).enqueue(
        Array.from({ length: count }, (_, i) => ({
          ...{ id: newId(), dedupeKey: newId(), class: "admin_alert" as const, userId: admin.id },
          notice: orderAlert(`KX-${i}`),
          expiresAt: new Date(Date.now() + 3_600_000),
        })),
        new Date(),
      ),
    );
  return { ...shop, boss, admin, alerts, flood };
});

const confirmedFor = (buyer: Parameters<typeof orderOf>[0], number: string) => {
  const order = orderOf(buyer, { number });
  return envelopeOf("order.confirmed", order.id, dataOf(order, "pending"), { sequence: order.version });
};

describe("alerts", () => {
  test("of many orders at once come as one message, and the list shows each of them", async () => {
    const shop = await open();
    const buyers = await Promise.all(Array.from({ length: 4 }, () => shop.people.started()));
    const users = buyers.map((person) => userSnapshot({ telegramUserId: person.id }));
    for (const user of users) await shop.known(user);
    const events = Array.from({ length: 12 }, (_, i) => confirmedFor(users[i % 4] ?? shop.buyer, `KX-${i}`));
    await shop.publish(...events);
    const items = await waitFor(
      async () => {
        const own = (await shop.list(shop.staff, "?limit=100")).filter(
          ({ userId }) => userId === shop.admin.id,
        );
        return own.length === 12 && own.every(({ state }) => state === "sent") && own;
      },
      { what: "all alerts to be sent", timeoutMs: 20_000 },
    );
    expect(new Set(items.map(({ subject }) => subject)).size).toBe(12);
    const texts = shop.alerts().map(({ text }) => text);
    expect(texts.length).toBeLessThanOrEqual(2);
    const named = texts.flatMap((text) => text.match(/KX-\d+/g) ?? []);
    expect(named.sort()).toEqual(events.map((_, i) => `KX-${i}`).sort());
  });

  test("notify-12: whose message's fate is unknown are all unknown, and are not told again", async () => {
    const shop = await open();
    await shop.notify.stop();
    await shop.flood(5);
    await shop.people.fault({ method: "sendMessage", phase: "after" });
    const next = shop.make();
    await next.start();
    const items = await shop.settled(5);
    await next.stop();
    expect(items.map(({ state, reason }) => [state, reason])).toEqual(
      Array.from({ length: 5 }, () => ["unknown", "ECONNRESET"]),
    );
    expect(shop.alerts()).toHaveLength(1);
  });

  test("of two shops' worth of instances are told once", async () => {
    const shop = await open({ TELEGRAM_PACE: "off" });
    const second = shop.make();
    await second.start();
    for (let n = 0; n < 10; n += 1) await shop.flood(7);
    await waitFor(
      async () => {
        const items = await shop.list(shop.staff, "?limit=100");
        return items.length === 70 && items.every(({ state }) => state === "sent");
      },
      { what: "all alerts to be sent", timeoutMs: 20_000 },
    );
    await second.stop();
    const counted = shop.alerts().map(({ text }) => Number(/(\d+) new orders/.exec(text)?.[1] ?? 1));
    expect(counted.reduce((total, count) => total + count, 0)).toBe(70);
  });
});

test("notify-14: ten thousand alerts that wait hold up a code by no more than what is under way", async () => {
  const shop = await open();
  await shop.flood(10_000);
  await waitFor(() => shop.alerts().length > 0, { what: "the first alerts" });
  const sends = () => shop.sandbox.outbox().filter(({ method }) => method.toLowerCase() === "sendmessage");
  const before = sends().length;
  const response = await shop.internal("POST", "/internal/codes", {
    challengeId: newId(),
    chatId: shop.boss.id,
    code: "90417263",
    expiresAt: new Date(Date.now() + 300_000).toISOString(),
    language: "en",
    purpose: "login",
    askedFrom: "Firefox on Linux",
  });
  expect(await response.json()).toEqual({ outcome: "sent" });
  const place = sends().findIndex(({ params }) => JSON.stringify(params).includes("90417263"));
  expect(place).toBeLessThanOrEqual(before + 3);
});

test("in a storm of refusals nobody hammers Telegram, and everybody hears once", async () => {
  const shop = await open({ TELEGRAM_PACE: "off" });
  const buyers = await Promise.all(Array.from({ length: 10 }, () => shop.people.started()));
  const users = buyers.map((person) => userSnapshot({ telegramUserId: person.id }));
  for (const user of users) await shop.known(user);
  await shop.people.fault({ method: "sendMessage", phase: "before", status: 429, retryAfter: 1, count: 6 });
  await shop.publish(...users.map((user, i) => confirmedFor(user, `KX-${i}`)));
  await shop.settled(11);
  await waitFor(async () => (await shop.list()).every(({ state }) => state === "sent"), {
    timeoutMs: 20_000,
  });
  for (const [i, { id }] of buyers.entries())
    expect(shop.people.fromBot(id).filter(({ text }) => text.startsWith(`Order KX-${i}`))).toHaveLength(1);
  // Each round of three that is refused pauses the bot, so nobody was refused more often than there were rounds.
  const attempts = (await shop.database.db.execute<{ n: number }>("select max(attempts) as n from delivery"))
    .rows;
  expect(attempts[0]?.n).toBeLessThanOrEqual(4);
});

test("a person who buys one thing hears at once, though the pace is kept", async () => {
  const shop = await open();
  const order = orderOf(shop.buyer);
  await shop.confirmed(order, "pending");
  await shop.cancelled({ ...order, status: "cancelled", version: 3 }, "confirmed");
  await shop.settled(5);
  expect(shop.inbox().map(({ text }) => text.split("\n")[0])).toEqual([
    "Order K-1001",
    expect.stringContaining("has been cancelled"),
  ]);
});
