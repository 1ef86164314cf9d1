import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { jumpingClock, openStaff } from "./testing/open-staff.ts";

const open = closedAfterEach(async (options: Parameters<typeof openStaff>[0] = {}) => {
  const shop = await openStaff(options);
  return {
    ...shop,
    /** The question below a card, which Telegram has one answer. */
    async asked() {
      const card = await shop.cardOf("MUG");
      await shop.tap(card.messageId, { label: "Set…" });
      return { card, question: await shop.hears(/How many are on hand/) };
    },
  };
});

describe("bot-8: Set…", () => {
  test("bot-8: asks for the count, shows old and new, and sets it once that is confirmed", async () => {
    const shop = await open();
    const { card, question } = await shop.asked();
    expect(question.text).toContain("7 now");
    await shop.say("40");
    const sure = await shop.hears(/7 → 40/);
    expect(sure.buttons.flat().map(({ label }) => label)).toEqual(["Yes, set to 40", "No"]);
    expect(shop.inventory.writes).toEqual([]);
    // One living card: the one above has gone, and the question becomes it.
    const isGone = () => !shop.inbox().some(({ messageId }) => messageId === card.messageId);
    await waitFor(isGone, { what: "the card above to go" });
    expect(await shop.tap(sure.messageId, { label: "Yes, set to 40" })).toBe("Set: 40 on hand.");
    await shop.becomes(sure.messageId, /On hand: 40 /);
    expect(await shop.tap(sure.messageId, { label: "↩️ Undo" })).toBe("Undone: 7 on hand.");
  });

  test("bot-8: a wrong number gets a clear word and loses nothing", async () => {
    const shop = await open();
    const { question } = await shop.asked();
    for (const text of ["many", "-3", "1.5"]) {
      const words = () => shop.inbox().filter((message) => message.text.includes("That is no count")).length;
      const before = words();
      await shop.answer(question.messageId, text);
      await waitFor(() => words() === before + 1, { what: `a word on ${text}` });
    }
    // The word asks again, and the first question still does.
    await shop.say("٤٠");
    await shop.hears(/7 → 40/);
    await shop.answer(question.messageId, "12");
    const sure = await shop.hears(/7 → 12/);
    await shop.tap(sure.messageId, { label: "No" });
    await shop.becomes(sure.messageId, /On hand: 7 /);
    expect(shop.inventory.writes).toEqual([]);
  });

  test("bot-8: what was sold in between refuses it and shows the new number", async () => {
    const shop = await open();
    await shop.asked();
    await shop.say("40");
    const sure = await shop.hears(/7 → 40/);
    shop.inventory.script.beforeWrite = async () => shop.inventory.move("MUG", -2, "somebody");
    expect(await shop.tap(sure.messageId, { label: "Yes, set to 40" })).toContain("changed meanwhile");
    await shop.becomes(sure.messageId, /5 → 40/);
    expect(shop.inventory.level("MUG")?.onHand).toBe(5);
    await shop.tap(sure.messageId, { label: "Yes, set to 40" });
    await shop.becomes(sure.messageId, /On hand: 40 /);
  });

  test("bot-7: one that was made, and whose answer was lost, finds its own work", async () => {
    const shop = await open();
    await shop.asked();
    await shop.say("40");
    const sure = await shop.hears(/7 → 40/);
    const data = `ky:MUG:40:${shop.inventory.level("MUG")?.version}`;
    await shop.tap(sure.messageId, { data });
    await shop.becomes(sure.messageId, /On hand: 40 /);
    expect(await shop.tap(sure.messageId, { data })).toBe("Set: 40 on hand.");
    expect(shop.inventory.ledger).toHaveLength(2);
  });

  test("bot-8: no fewer than are reserved", async () => {
    const shop = await open();
    shop.inventory.sell("MUG", 4);
    await shop.asked();
    await shop.say("3");
    const sure = await shop.hears(/7 → 3/);
    expect(await shop.tap(sure.messageId, { label: "Yes, set to 3" })).toContain("4 are reserved");
    await shop.becomes(sure.messageId, /On hand: 7 · reserved: 4/);
  });

  test("bot-8: an answer of a day later, and one of who is of the shop no more, are words like any others", async () => {
    const { clock, jump } = jumpingClock();
    const shop = await open({ clock });
    const { question } = await shop.asked();
    shop.auth.users.set(shop.user.id, { ...shop.user, role: "customer" });
    await shop.answer(question.messageId, "40");
    await shop.hears(/can't read free text|free text/i);
    shop.auth.users.set(shop.user.id, shop.user);
    jump(25 * 3_600_000);
    await shop.answer(question.messageId, "40");
    await shop.say("/start");
    await shop.hears(/Tea & Co/);
    expect(shop.inbox().some(({ text }) => text.includes("→"))).toBe(false);
  });

  test("bot-8: what was asked is in the database, and goes with its answer", async () => {
    const shop = await open();
    const questions = () => shop.database.db.$count(sql`chat_question`);
    await shop.asked();
    await waitFor(async () => (await questions()) === 1, { what: "the question to be kept" });
    await shop.say("40");
    await shop.hears(/7 → 40/);
    await waitFor(async () => (await questions()) === 0, { what: "the question to go" });
  });
});
