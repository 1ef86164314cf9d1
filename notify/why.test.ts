import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { shopOrder } from "./testing/fake-shop.ts";
import { openChat } from "./testing/open-chat.ts";
import { openStaff } from "./testing/open-staff.ts";

const open = closedAfterEach(openStaff);
const openCustomer = closedAfterEach(openChat);

const at = "2026-11-21T22:34:00.000Z";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

const step = (code: string, more: object = {}) => ({
  ...{ code, says: `Said: ${code}.`, at, actor: { kind: "system", name: null }, reason: null, shortages: [] },
  ...more,
});

/** An order that was cancelled, as orders explains it. */
const orderWhy = (name: string | null, more: object = {}) => ({
  ...{ orderId: newId(), number: "K-000041", status: "cancelled", omitted: 0, waiting: null, traceId: TRACE },
  causes: [
    step("placed", { actor: { kind: "user", name: null } }),
    step("confirmed"),
    step("cancelled", { actor: { kind: "staff", name }, reason: "It <b>broke" }),
    step("gift-wrapped"),
  ],
  ...more,
});

const link = (code: string, more: object) => ({
  ...{ code, says: `Said: ${code}.`, at, movements: 1, orders: 0, actor: null, reason: null, note: null },
  onHand: { before: 0, delta: 0, after: 0 },
  available: { delta: 0, after: 0 },
  units: { held: 0, released: 0, expired: 0, sold: 0, returned: 0 },
  ...more,
});

const stockWhy = (holder: string, admin: string) => ({
  ...{ sku: "MUG", code: "in-stock", level: { onHand: 5, reserved: 2, available: 3 } },
  holds: { orders: 3, items: [{ orderId: holder, quantity: 2 }] },
  causes: [
    link("orders", {
      ...{ orders: 4, available: { delta: -37, after: 3 } },
      units: { held: 37, released: 0, expired: 0, sold: 35, returned: 0 },
    }),
    link("adjusted", {
      ...{ available: { delta: -2, after: 40 }, actor: { kind: "staff", id: admin } },
      ...{ reason: "damage", note: "fell <off>" },
    }),
    link("earlier", { available: { delta: 42, after: 42 }, movements: 9 }),
  ],
  sum: { addsUp: true, movements: 120 },
});

const shopTells = (
  { inbox }: { inbox(): readonly { readonly text: string }[] },
  pattern: RegExp,
  times: number,
): Promise<unknown> =>
  waitFor(() => inbox().filter(({ text }) => pattern.test(text)).length === times, {
    what: `${times} messages like ${pattern}`,
  });

describe("bot-8: /why for the shop's people", () => {
  test("bot-8: a SKU is told with its arithmetic, its holders by number, and who did what", async () => {
    const shop = await open();
    const held = shopOrder({ userId: shop.user.id, number: "K-000077" });
    shop.shop.orders.set(held.id, held);
    shop.inventory.script.explanations.set("MUG", stockWhy(held.id, shop.user.id));
    await shop.say("/why MUG");
    expect((await shop.hears(/^🔎 Mug/)).text.split("\n")).toEqual([
      "🔎 Mug <blue>",
      "MUG",
      "Available: 3 = 5 on hand − 2 reserved",
      "Reserved for K-000077 × 2 and 2 more",
      "−37 → 3 · 4 orders: held 37, sold 35 · 21 Nov, 22:34",
      "−2 → 40 · adjusted (damage, fell <off>) · Ada · 21 Nov, 22:34",
      "+42 → 42 · 9 movements before · 21 Nov, 22:34",
      "✅ 120 movements from 0: it adds up.",
    ]);
    // A part of a SKU that finds one alone is enough.
    await shop.say("/why mu");
    await shopTells(shop, /^🔎 Mug/, 2);
    await shop.say("/why NOTHING");
    await shop.hears(/no such order, and no SKU/);
    await shop.say("/why");
    await shop.hears(/Send \/why and a SKU/);
  });

  test("bot-8: an order by its number, with names and the trace; a ledger that is wrong is not called sound", async () => {
    const shop = await open();
    const why = orderWhy("Clara", { omitted: 2, waiting: { step: "releasing", attempts: 4 } });
    shop.shop.script.explanations.set("41", { readers: [shop.user.id], body: why });
    await shop.say("/why 41");
    expect((await shop.hears(/^🔎 Order/)).text.split("\n")).toEqual([
      "🔎 Order K-000041",
      "✖️ Cancelled",
      "2 earlier steps, then:",
      "21 Nov, 22:34 · placed · the buyer",
      "21 Nov, 22:34 · confirmed, stock held",
      "21 Nov, 22:34 · cancelled · Clara: It <b>broke",
      "21 Nov, 22:34 · Said: gift-wrapped.",
      "⏳ Waits for an answer, asked 4 times.",
      `Trace: ${TRACE}`,
    ]);
    // What looks like a number may be a SKU, where there is no such order.
    const wrong = { ...stockWhy(newId(), shop.user.id), sku: "42", sum: { addsUp: false, movements: 7 } };
    shop.inventory.script.explanations.set("42", wrong);
    await shop.say("/why 42");
    const { text } = await shop.hears(/^🔎 .*\n(.*\n)*⚠️ The ledger does not add up/);
    expect(text).not.toContain("✅");
    // Where there is one as well, both are told.
    shop.inventory.script.explanations.set("41", { ...stockWhy(newId(), shop.user.id), sku: "41" });
    await shop.say("/why 41");
    await shop.hears(/^🔎 41\n/);
    await shopTells(shop, /^🔎 Order K-000041/, 2);
  });
});

describe("bot-11: /why for a buyer", () => {
  test("bot-11: tells of their own order in their language, and of nothing else", async () => {
    const chat = await openCustomer({ language: "ar" });
    const short = step("rejected-out-of-stock", { shortages: [{ sku: "MUG", requested: 5, available: 3 }] });
    const why = orderWhy(null, { status: "rejected", causes: [step("placed"), short] });
    chat.shop.script.explanations.set("k-41", { readers: [chat.user.id], body: why });
    chat.shop.script.explanations.set("42", { readers: [newId()], body: why });
    chat.inventory.script.explanations.set("MUG", stockWhy(newId(), chat.user.id));
    await chat.say("/why k-41");
    const { text } = await chat.hears(/^🔎 الطلب/);
    await chat.say("/why k-٤١");
    await shopTells(chat, /^🔎 الطلب/, 2);
    expect(text).toContain("(المطلوب 5، المتاح 3)");
    expect(text).not.toContain(TRACE);
    for (const words of ["42", "MUG", ""]) await chat.say(`/why ${words}`);
    await shopTells(chat, /أرسل \/why/, 2);
    await chat.hears(/لا أجد هذا الطلب/);
    expect(chat.inbox().filter(({ text: told }) => told.includes("MUG"))).toHaveLength(2);
  });
});
