import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { jumpingClock, openStaff } from "./testing/open-staff.ts";
import { openTeam } from "./testing/open-team.ts";

const open = closedAfterEach(async (options: Parameters<typeof openStaff>[0] = {}) => {
  const shop = await openStaff(options);
  await shop.known();
  let version = 0;
  return {
    ...shop,
    /** Inventory says that these run low. */
    async runsLow(...skus: string[]) {
      version += 1;
      const data = { available: 2, threshold: 5, version };
      await shop.publish(...skus.map((sku) => envelopeOf("stock.low", sku, { sku, ...data })));
    },
    async deliveries() {
      const { rows } = await shop.database.db.execute<{
        sku: string;
        state: string;
        reason: string | null;
      }>(sql`
        select notice ->> 'sku' as sku, state, reason from delivery
        where user_id = ${shop.user.id}::uuid and notice ->> 'template' = 'stock-low' order by position`);
      return rows;
    },
  };
});

const openGroup = closedAfterEach(openTeam);

const SNOOZED = { sku: "MUG", state: "suppressed", reason: "snoozed by the person" };

describe("bot-8: alerts of stock", () => {
  test("bot-8: one opens the stock card, as a message of its own", async () => {
    const shop = await open();
    await shop.runsLow("MUG");
    const alert = await shop.hears(/MUG/);
    expect(alert.buttons.flat().map(({ label }) => label)).toEqual(["📦 MUG"]);
    await shop.tap(alert.messageId, { label: "📦 MUG" });
    expect((await shop.hears(/On hand: 7/)).messageId).toBeGreaterThan(alert.messageId);
    expect(shop.messageText(alert.messageId)).toBe(alert.text);
  });

  test("bot-10: in a group it opens for the shop's people alone, each in their own chat", async () => {
    const team = await openGroup();
    const [boss, nora] = [await team.hire("Boss", "admin"), await team.hire("Nora", "customer")];
    team.inventory.stock("MUG", 7);
    const group = await team.group([boss, nora]);
    await team.write(group, boss, "/admin here");
    await team.sees(group, /Alerts of the shop come here/);
    await team.publish(
      envelopeOf("stock.low", "MUG", { sku: "MUG", available: 2, threshold: 5, version: 1 }),
    );
    const { messageId } = await team.sees(group, /MUG/, "📦 MUG");
    const tapped = { label: "📦 MUG" };
    expect(await team.tap(nora, group, messageId, tapped)).toBe("This button is no longer in use.");
    expect(await team.tap(boss, group, messageId, tapped)).toContain("your own chat");
    await team.sees(boss.id, /On hand: 7/, "+5");
    expect(team.fromBot(group).some(({ text }) => text.includes("On hand"))).toBe(false);
  });

  test("bot-8: snoozed, they are withheld for a day, from this person alone, and the list says why", async () => {
    const { clock, jump } = jumpingClock();
    const shop = await open({ clock });
    shop.inventory.stock("TEA", 1);
    const { messageId } = await shop.cardOf("MUG");
    expect(await shop.tap(messageId, { label: "🔕 Snooze 24 h" })).toContain("No alerts");
    await shop.becomes(messageId, /🔕 No alerts until \d+ \w+, \d{2}:\d{2}/);
    await shop.runsLow("MUG", "TEA");
    await shop.hears(/TEA/);
    expect((await shop.deliveries()).find(({ sku }) => sku === "MUG")).toEqual(SNOOZED);
    expect((await shop.deliveries()).find(({ sku }) => sku === "TEA")?.reason).toBeNull();
    const list = await shop.call("GET", "/v1/notifications?state=suppressed", { as: "admin" });
    expect(JSON.stringify(await list.json())).toContain("snoozed by the person");
    jump(24 * 3_600_000 + 1);
    await shop.runsLow("MUG");
    await waitFor(
      async () => (await shop.deliveries()).some(({ sku, state }) => sku === "MUG" && state === "sent"),
      {
        what: "the alert of a day later",
      },
    );
  });

  test("bot-8: begun again by a tap, and by another instance after a restart they are withheld still", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    await shop.tap(messageId, { label: "🔕 Snooze 24 h" });
    await shop.becomes(messageId, /No alerts until/);
    await shop.notify.stop();
    const again = shop.make();
    await again.start();
    try {
      await shop.runsLow("MUG");
      await waitFor(async () => (await shop.deliveries()).length === 1, { what: "the alert" });
      expect(await shop.deliveries()).toEqual([SNOOZED]);
      expect(await shop.tap(messageId, { label: "🔔 Alerts again" })).toContain("come again");
      await shop.runsLow("MUG");
      await shop.hears(/MUG.*2/);
    } finally {
      await again.stop();
    }
  });

  test("bot-8: what waited when it was snoozed is withheld too", async () => {
    const shop = await open();
    const id = newId();
    await shop.database.db.execute(sql`
      insert into delivery (id, dedupe_key, class, user_id, lane, notice, expires_at, next_at, created_at, updated_at)
      values (${id}::uuid, ${id}, 'admin_alert', ${shop.user.id}::uuid, 3,
        ${JSON.stringify({ template: "stock-low", sku: "MUG", available: 2, threshold: 5 })}::jsonb,
        now() + interval '6 hours', now() + interval '1 hour', now(), now())`);
    const { messageId } = await shop.cardOf("MUG");
    await shop.tap(messageId, { label: "🔕 Snooze 24 h" });
    await shop.becomes(messageId, /No alerts until/);
    expect(await shop.deliveries()).toEqual([SNOOZED]);
  });

  test("bot-8: a snooze stands in the export of the person's data and goes with their erasure", async () => {
    const shop = await open();
    const { messageId } = await shop.cardOf("MUG");
    await shop.tap(messageId, { label: "🔕 Snooze 24 h" });
    await shop.becomes(messageId, /No alerts until/);
    await shop.tap(messageId, { label: "Set…" });
    const count = (table: string) => shop.database.db.$count(sql.raw(table));
    await waitFor(async () => (await count("chat_question")) === 1, { what: "the question" });
    await waitFor(async () => (await count("chat_menu")) === 1, { what: "the menu" });
    const path = `/internal/people/${shop.user.id}`;
    const told = JSON.stringify(await (await shop.internal("GET", `${path}/export`)).json());
    for (const part of ["stockSnoozes", "chatQuestions", "chatMenu", '"sku":"MUG"'])
      expect(told).toContain(part);
    const body = { erasureId: newId(), userVersion: 9, telegramUserId: shop.person.id };
    const erase = async () => {
      const answer = await shop.internal("PUT", `${path}/erasure`, body);
      return ((await answer.json()) as { state: string }).state;
    };
    expect(await erase()).toBe("waiting");
    expect([await count("stock_snooze"), await count("chat_question")]).toEqual([0, 0]);
    // Their menu goes with their role, and the erasure waits for it.
    await shop.publish(
      envelopeOf("user.deleted", shop.user.id, { id: shop.user.id, version: 9 }, { sequence: 9 }),
    );
    await waitFor(async () => (await count("chat_menu")) === 0, { what: "the end of the menu" });
  });
});
