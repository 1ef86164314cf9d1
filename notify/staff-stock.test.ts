import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { jumpingClock, openStaff } from "./testing/open-staff.ts";

const open = closedAfterEach(openStaff);

const BUTTONS = ["+1", "+5", "+10", "Set…", "🔕 Snooze 24 h"];

describe("bot-8: the stock card", () => {
  test("bot-8: shows the product, what there is, and the last three changes with who and when", async () => {
    const shop = await open();
    const bob = await shop.hire({ name: "Bob <b>", role: "staff" });
    shop.inventory.move("MUG", 3, bob.user.id);
    shop.inventory.move("MUG", -1, "0190a000-0000-7000-8000-00000000dead");
    shop.inventory.sell("MUG", 2);
    const { text, buttons } = await shop.cardOf("MUG");
    const lines = text.split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "📦 Mug <blue>",
      "MUG",
      "On hand: 9 · reserved: 2",
      "✅ Available: 7 · low at 5",
      "Last changes:",
    ]);
    expect(lines.slice(5).map((line) => line.split(" · ").slice(0, 2))).toEqual([
      ["−1", "staff"],
      ["+3", "Bob <b>"],
      ["+7", "the system"],
    ]);
    for (const line of lines.slice(5)) expect(line).toMatch(/ · \d{1,2} \w{3,4}, \d{2}:\d{2}$/);
    expect(buttons.flat().map(({ label }) => label)).toEqual(BUTTONS);
    expect(lines.length).toBeLessThanOrEqual(12);
  });

  test("bot-8: each act edits the card to what inventory has, by the tap's own key", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    expect(await shop.tap(messageId, { label: "+5" })).toBe("+5: 12 on hand.");
    await shop.becomes(messageId, /On hand: 12 /);
    expect(shop.messageText(messageId)).toContain("+5 · Ada");
    await shop.buttonsBecome(messageId, [...BUTTONS, "↩️ Undo"]);
    const [write] = shop.inventory.writes;
    expect(write).toMatchObject({ sku: "MUG", bearer: shop.user.id, body: { delta: 5, reason: "receipt" } });
    expect(write?.key).toMatch(/^tg-\S+$/);
  });

  test("bot-8: whose role was taken acts no more, whatever still stands in their chat", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    shop.auth.users.set(shop.user.id, { ...shop.user, role: "customer" });
    for (const data of [
      "ka:MUG:1",
      "ks:MUG",
      "ky:MUG:4:1",
      "ku:MUG:1",
      "kz:MUG:1",
      "kc:MUG",
      "kl:low:0",
      "kt",
    ])
      expect(await shop.tap(messageId, { data })).toBe("This button is no longer in use.");
    expect(shop.inventory.writes).toEqual([]);
  });

  test("bot-16: what was booked is never told as failed: the card is missing, and it is said so", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    shop.inventory.script.unreadable = true;
    expect(await shop.tap(messageId, { label: "+1" })).toBe("+1: 8 on hand.");
    await shop.hears(/It is booked/);
    shop.inventory.script.down = true;
    await shop.people.tap(shop.person.id, { messageId, label: "+1" });
    const said = () => [...shop.answers(), ...shop.inbox().map(({ text }) => text)].join("\n");
    await waitFor(() => /may have been done.*\([0-9a-f]{8}\)/.test(said()), { what: "the apology" });
    expect(shop.inventory.level("MUG")?.onHand).toBe(8);
  });

  test("bot-6: a SKU that fills a button alone is found by its end and its hash", async () => {
    const shop = await open();
    const [one, other] = [`A${"x".repeat(59)}-END`, `B${"x".repeat(59)}-END`];
    shop.inventory.stock(one, 1);
    shop.inventory.stock(other, 2);
    const { messageId } = await shop.cardOf(other);
    await shop.tap(messageId, { label: "+10" });
    await shop.becomes(messageId, /On hand: 12 /);
    expect(shop.inventory.level(one)?.onHand).toBe(1);
  });

  test("bot-6: below a card of a day ago nothing is done: it is shown as it is now", async () => {
    const { clock, jump } = jumpingClock();
    const shop = await open({ clock });
    const { messageId } = await shop.cardOf("MUG");
    shop.inventory.stock("MUG", 3);
    jump(25 * 3_600_000);
    expect(await shop.tap(messageId, { data: "ka:MUG:10" })).toContain("This card was old");
    await shop.becomes(messageId, /On hand: 3 /);
    expect(shop.inventory.writes).toEqual([]);
  });
});

describe("bot-7: acts and their repetitions", () => {
  test("bot-7: two real taps act twice, and the card shows both", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    await Promise.all([1, 2].map(() => shop.people.tap(shop.person.id, { messageId, label: "+1" })));
    await shop.becomes(messageId, /On hand: 9 /);
    expect(shop.messageText(messageId).match(/\+1 · Ada/g)).toHaveLength(2);
  });

  test("bot-7: an update that comes again acts once", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    await shop.people.control("POST", "/duplicates", { count: 1 });
    await shop.tap(messageId, { label: "+5" });
    await shop.becomes(messageId, /On hand: 12 /);
    await shop.tap(messageId, { label: "+1" });
    await shop.becomes(messageId, /On hand: 13 /);
    expect(shop.inventory.writes).toHaveLength(2);
  });

  test("bot-7: also where a process ended between the act and its record: it is done again, by the same key", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    const { db } = shop.database;
    shop.inventory.script.beforeWrite = async () => {
      await db.execute(sql`
        create table not_recorded as select update_id, chat_id, payload from telegram_update where payload is not null`);
    };
    await shop.tap(messageId, { label: "+5" });
    await shop.becomes(messageId, /On hand: 12 /);
    const isDone = async () => (await db.$count(sql`telegram_update where payload is not null`)) === 0;
    await waitFor(isDone, { what: "the update to be recorded" });
    await db.execute(sql`
      update telegram_update t set payload = n.payload, chat_id = n.chat_id, claimed_until = null
      from not_recorded n where n.update_id = t.update_id`);
    await waitFor(() => shop.inventory.writes.length === 2, {
      what: "the same tap again",
      timeoutMs: 30_000,
    });
    await waitFor(isDone, { what: "the update to be recorded again" });
    expect(new Set(shop.inventory.writes.map(({ key }) => key)).size).toBe(1);
    expect(shop.messageText(messageId)).toContain("On hand: 12 ");
    expect(shop.inventory.ledger).toHaveLength(2);
  });

  test("bot-7: two people at once both count, round after round", async () => {
    const shop = await open();
    const bob = await shop.hire({ name: "Bob" });
    const own = await shop.cardOf("MUG");
    await shop.people.say(bob.id, "/stock MUG");
    const his = await shop.cardIn(bob.id);
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all([
        shop.people.tap(shop.person.id, { messageId: own.messageId, label: "+1" }),
        shop.people.tap(bob.id, { messageId: his.messageId, label: "+1" }),
      ]);
      await waitFor(() => shop.inventory.level("MUG")?.onHand === 7 + 2 * round, { what: "both to count" });
    }
    expect(new Set(shop.inventory.writes.map(({ key }) => key)).size).toBe(10);
  });
});

describe("bot-8: undo", () => {
  const added = async (shop: Awaited<ReturnType<typeof open>>) => {
    const { messageId } = await shop.cardOf("MUG");
    await shop.tap(messageId, { label: "+10" });
    await shop.buttonsBecome(messageId, [...BUTTONS, "↩️ Undo"]);
    return messageId;
  };

  test("bot-8: takes one's own change back, once, and says so", async () => {
    const shop = await open();
    const messageId = await added(shop);
    const data = `ku:MUG:${shop.inventory.level("MUG")?.version}`;
    expect(await shop.tap(messageId, { label: "↩️ Undo" })).toBe("Undone: 7 on hand.");
    await shop.buttonsBecome(messageId, BUTTONS);
    expect(shop.messageText(messageId)).toContain("−10 · Ada");
    expect(await shop.tap(messageId, { data })).toContain("undone already");
    expect(shop.inventory.level("MUG")?.onHand).toBe(7);
    expect(shop.inventory.writes.at(-1)?.body).toMatchObject({ delta: -10, reason: "correction" });
  });

  test("bot-8: two at once undo once", async () => {
    const shop = await open();
    const messageId = await added(shop);
    const data = `ku:MUG:${shop.inventory.level("MUG")?.version}`;
    // From two devices: nothing keeps their order but inventory's key.
    const bob = await shop.hire({ name: "Bob" });
    shop.auth.users.set(bob.user.id, { ...bob.user, id: shop.user.id });
    await shop.people.say(bob.id, "/stock MUG");
    const his = await shop.cardIn(bob.id);
    await Promise.all([
      shop.people.tap(shop.person.id, { messageId, data }),
      shop.people.tap(bob.id, { messageId: his.messageId, data }),
    ]);
    await waitFor(() => shop.answers().filter((words) => /[Uu]ndone/.test(words)).length === 2, {
      what: "both answers",
    });
    expect(shop.inventory.level("MUG")?.onHand).toBe(7);
    expect(shop.inventory.ledger.filter(({ onHandDelta }) => onHandDelta === -10)).toHaveLength(1);
  });

  test("bot-8: not after 60 seconds, and not somebody else's", async () => {
    const { clock, jump } = jumpingClock();
    const shop = await open({ clock });
    const messageId = await added(shop);
    const data = `ku:MUG:${shop.inventory.level("MUG")?.version}`;
    const bob = await shop.hire({ name: "Bob" });
    await shop.people.say(bob.id, "/stock MUG");
    const his = await shop.cardIn(bob.id);
    expect(his.buttons.flat().map(({ label }) => label)).toEqual(BUTTONS);
    await shop.people.tap(bob.id, { messageId: his.messageId, data });
    await waitFor(() => shop.answers().some((words) => words.includes("Only who made")), {
      what: "the refusal",
    });
    jump(61_000);
    expect(await shop.tap(messageId, { data })).toContain("60 seconds");
    await shop.buttonsBecome(messageId, BUTTONS);
    expect(shop.inventory.level("MUG")?.onHand).toBe(17);
  });

  test("bot-8: not where the result would be negative: the reason is said", async () => {
    const shop = await open();
    const messageId = await added(shop);
    shop.inventory.sell("MUG", 15);
    expect(await shop.tap(messageId, { label: "↩️ Undo" })).toContain("only 2 are available");
    await shop.becomes(messageId, /Available: 2 /);
    expect(shop.inventory.level("MUG")?.onHand).toBe(17);
  });
});
