import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { chatTable, copiesOfChats } from "./service.ts";
import { createChatStore } from "./store/chat-store.ts";
import { createGroupStore } from "./store/group-store.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { type OpenTeam, openTeam, type TeamPerson } from "./testing/open-team.ts";

const open = closedAfterEach(openTeam);

const low = (sku: string, version = 1) =>
  envelopeOf("stock.low", sku, { sku, available: 2, threshold: 5, version });

const staffed = async (options: Parameters<typeof openTeam>[0] = {}) => {
  const team = await open(options);
  const [boss, ann] = [await team.hire("Boss", "admin"), await team.hire("Ann")];
  const bob = await team.hire("Bob");
  return { team, boss, ann, bob };
};

/** A message that the bot has not answered by then was left alone: what is written after it is answered. */
const afterAllBefore = async (team: OpenTeam, group: number, boss: TeamPerson) => {
  await team.write(group, boss, "/admin what");
  await team.sees(group, /\/admin here: alerts of the shop come into this group/);
};

describe("notify-25: groups that alerts go to", () => {
  test("notify-25: an admin of the shop makes one by a command in it; nobody else does", async () => {
    const { team, boss, ann } = await staffed();
    const nora = await team.hire("Nora", "customer");
    const stranger = { id: (await team.people.started()).id, user: userSnapshot() };
    const group = await team.group([ann, boss, nora, stranger]);
    for (const who of [ann, nora, stranger]) {
      await team.write(group, who, "/admin here");
      await waitFor(() => team.fromBot(group).at(-1)?.text.startsWith("Only an admin of the shop"));
    }
    await team.order({ number: "K-0" });
    await team.sees(boss.id, /Order K-0/);
    await team.write(group, boss, "/admin here");
    const hello = await team.sees(group, /Alerts of the shop come here/);
    expect(hello.buttons.flat().map(({ label }) => label)).toEqual([
      "✅ Orders",
      "✅ Stock",
      "✅ Operations",
    ]);
    await team.order({ number: "K-1" });
    await team.sees(group, /Order K-1: confirmed/, "Open");
    expect(team.fromBot(group).some(({ text }) => text.includes("K-0"))).toBe(false);
    // The shop's people of whatever role with the right are told too, its customers are not.
    await team.sees(ann.id, /Order K-1: confirmed/);
    expect(team.fromBot(nora.id)).toHaveLength(1);
  });

  test("notify-25: what it is told of is chosen by admins, by buttons; /admin off ends it", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.alerted(boss, [ann]);
    const { messageId } = await team.sees(group, /Alerts of the shop/);
    expect(await team.tap(ann, group, messageId, { label: "✅ Stock" })).toContain("Only the shop's people");
    expect(await team.tap(boss, group, messageId, { label: "✅ Stock" })).toBe("Saved.");
    await waitFor(() => team.labels(group, messageId)?.includes("⬜ Stock"), { what: "the choice" });
    await team.publish(low("A"));
    await team.sees(boss.id, /A is running low/);
    await team.order({ number: "K-1" });
    await team.sees(group, /Order K-1/);
    expect(team.fromBot(group).some(({ text }) => text.includes("running low"))).toBe(false);

    await team.tap(boss, group, messageId, { label: "⬜ Stock" });
    await team.publish(low("B"));
    await team.sees(group, /B is running low/);
    await team.write(group, ann, "/admin off");
    await team.sees(group, /Only an admin/);
    await team.write(group, boss, "/admin off");
    await team.sees(group, /No more alerts/);
    await team.order({ number: "K-2" });
    await team.sees(boss.id, /Order K-2/);
    expect(team.fromBot(group).some(({ text }) => text.includes("K-2"))).toBe(false);
    expect(await team.tap(boss, group, messageId, { label: "✅ Orders" })).toContain("No alerts come here");
  });

  test("bot-10: who is anonymous is told that nobody can tell who they are", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.group([ann, boss], { kind: "supergroup" });
    await team.people.control("POST", `/groups/${group}/members`, {
      ...{ personId: boss.id, status: "administrator", anonymous: true },
    });
    await team.write(group, boss, "/admin here");
    await team.sees(group, /in the name of the group/);
    await team.people.control("POST", `/groups/${group}/members`, {
      ...{ personId: boss.id, status: "administrator", anonymous: false },
    });
    await team.write(group, boss, "/admin here");
    await team.sees(group, /Alerts of the shop come here/);
  });

  test("notify-25: address, note and phone are left out in groups, unless the shop wants them there", async () => {
    for (const shown of [false, true]) {
      const environment: Record<string, string> = shown ? { GROUPS_SHOW_CUSTOMER: "on" } : {};
      const { team, boss, ann } = await staffed({ environment });
      const buyer = await team.hire("Nora", "customer");
      const group = await team.alerted(boss, [ann]);
      const order = await team.order({ userId: buyer.user.id, note: "Ring twice" });
      const { text } = await team.card(ann, group, order);
      for (const part of ["Main St 1", "Ring twice", buyer.user.phone ?? "?"])
        expect([part, text.includes(part)]).toEqual([part, shown]);
      expect(text).toContain("Mug <blue>");
    }
  });

  test("notify-25: what a buyer wrote when they cancelled is left out in groups as their note is, and stands in the chats of the shop's people", async () => {
    const words = "I am in hospital until May";
    for (const shown of [false, true]) {
      const environment: Record<string, string> = shown ? { GROUPS_SHOW_CUSTOMER: "on" } : {};
      const { team, boss, ann } = await staffed({ environment });
      const group = await team.alerted(boss, [ann]);
      const order = await team.order();
      const { messageId } = await team.card(ann, group, order);
      const cancelled = { ...order, status: "cancelled", version: order.version + 1, reason: words } as const;
      team.orders.orders.set(order.id, { ...cancelled, nextStatuses: [], claimable: false });
      await team.tell("order.cancelled", { ...cancelled, nextStatuses: [], claimable: false }, order);
      const own = await team.sees(ann.id, /cancelled/);
      expect(own.text).toContain(words);
      const alert = await team.sees(group, /Order K-000041: cancelled/);
      const card = await waitFor(
        () =>
          team.fromBot(group).find((one) => one.messageId === messageId && one.text.includes("Cancelled")),
        { what: "the card to say so" },
      );
      expect([alert.text.includes(words), card.text.includes(words)]).toEqual([shown, shown]);
    }
  });

  test("notify-25: one from which the bot is removed gets nothing more, the admins are told once, and an admin brings it back", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.alerted(boss, [ann]);
    await team.people.control("POST", `/groups/${group}/bot`, { status: "kicked" });
    await team.sees(boss.id, /A group gets no alerts any more/);
    await team.order({ number: "K-1" });
    await team.sees(boss.id, /Order K-1/);
    await team.people.control("POST", `/groups/${group}/bot`, { status: "member" });
    await team.order({ number: "K-2" });
    await team.sees(boss.id, /Order K-2/);
    await team.write(group, boss, "/admin here");
    const hellos = () => team.fromBot(group).filter(({ text }) => text.startsWith("Alerts of the shop"));
    await waitFor(() => hellos().length === 2, { what: "the group to be known again" });
    await team.order({ number: "K-3" });
    await team.sees(group, /Order K-3/);
    const texts = team.fromBot(group).map(({ text }) => text);
    expect(texts.some((text) => /K-[12]/.test(text))).toBe(false);
    expect(team.fromBot(boss.id).filter(({ text }) => text.includes("no alerts any more"))).toHaveLength(1);
    expect(team.fromBot(ann.id).some(({ text }) => text.includes("no alerts any more"))).toBe(false);
  });

  test("notify-25: a 403 at sending tells as much as the news of the removal", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.alerted(boss, [ann]);
    await team.people.fault({ method: "sendMessage", chatId: group, phase: "before", status: 403 });
    await team.order({ number: "K-1" });
    await team.sees(boss.id, /A group gets no alerts any more/);
    await team.order({ number: "K-2" });
    await team.sees(boss.id, /Order K-2/);
    expect(team.fromBot(group).some(({ text }) => /K-[12]/.test(text))).toBe(false);
  });

  test("notify-25: one that becomes a supergroup is followed, and its cards come anew there", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.alerted(boss, [ann]);
    const order = await team.order();
    await team.card(ann, group, order);
    const { id } = await team.people.control("POST", `/groups/${group}/migrate`);
    const supergroup = Number(id);
    await team.order({ number: "K-2" });
    await team.sees(supergroup, /Order K-2: confirmed/, "Open");
    const card = await team.card(ann, supergroup, await team.order({ number: "K-3" }));
    expect(await team.tap(ann, supergroup, card.messageId, { label: "Packed" })).toBe("Packed.");
    await waitFor(() => team.labels(supergroup, card.messageId)?.includes("Ship…"), {
      what: "the edit there",
    });
    expect(team.fromBot(supergroup).filter(({ text }) => text.startsWith("🧾"))).toHaveLength(1);
    await afterAllBefore(team, supergroup, boss);
  });

  test("notify-25: the replica of users leaves groups alone, and the erasure of an admin leaves the group", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.alerted(boss, [ann]);
    const { db } = team.database;
    const kept = await chatTable.keptAfter(db, null, 100);
    const groupId = (await createGroupStore(db).find(group))?.groupId ?? "none";
    expect(kept.map(({ key }) => key)).not.toContain(groupId);
    expect(kept).toHaveLength(3);
    // A deleted user's row is rebuilt beside it, as any.
    await team.database.transaction((tx) =>
      chatTable.save(tx, copiesOfChats({ items: [], gone: [{ id: boss.user.id, version: 9 }] })),
    );
    await team.order();
    await team.sees(group, /Order K-000041/);
    const { rows } = await db.execute(sql`select 1 from chat where kind = 'group' and state = 'active'`);
    expect(rows).toHaveLength(1);
  });

  test("notify-25: of several who find out that a group is lost one tells; who makes it at once makes one", async () => {
    const { team, boss, ann } = await staffed();
    const store = createGroupStore(team.database.db);
    const chatId = -4_242;
    const now = new Date();
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => store.open({ groupId: newId(), chatId, language: "en" }, now)),
    );
    expect(new Set(opened).size).toBe(1);
    const lost = await Promise.all(Array.from({ length: 8 }, () => store.lose(chatId, now)));
    expect(lost.filter((id) => id !== null)).toEqual([opened[0] ?? "none"]);
    // A group's id is no person's: nobody takes somebody's own chat for one.
    expect(await store.open({ groupId: newId(), chatId: ann.id, language: "en" }, now)).toBeNull();
    expect(await store.end(boss.id, now)).toBeNull();
  });

  test("notify-25: one that was made one of ours under its new id as well is one group and no two", async () => {
    const { team } = await staffed();
    const { db } = team.database;
    const [groups, chats] = [createGroupStore(db), createChatStore(db)];
    const [before, since] = [-4_243, -1_000_000_004_243];
    const now = new Date();
    // Whoever says it in the supergroup may come before the news that it is one, or that news may be lost.
    const old = await groups.open({ groupId: newId(), chatId: before, language: "en" }, now);
    const known = await groups.open({ groupId: newId(), chatId: since, language: "en" }, now);
    for (let again = 0; again < 2; again += 1) await chats.moveChat(before, since, now);
    expect(await groups.find(before)).toBeNull();
    expect(await groups.find(since)).toEqual({ groupId: known ?? "none", isActive: true });
    const hearers = await chats.hearerIds({ roles: [], groups: true });
    expect([hearers.includes(known ?? "none"), hearers.includes(old ?? "none")]).toEqual([true, false]);
  });

  test("notify-25: a group that a 403 closed while nobody could be told of it is told of by the next message", async () => {
    const { team, boss, ann } = await staffed();
    const group = await team.alerted(boss, [ann]);
    const { db } = team.database;
    await db.execute(sql`
      create function refuse_group_lost() returns trigger language plpgsql as $$ begin
        if new.notice ->> 'template' = 'group-lost' then raise exception 'not now'; end if;
        return new; end $$`);
    await db.execute(
      sql`create trigger refuse_group_lost before insert on delivery for each row execute function refuse_group_lost()`,
    );
    await team.people.fault({ method: "sendMessage", chatId: group, phase: "before", status: 403 });
    await team.order({ number: "K-1" });
    const isRefused = async () => {
      const { rows } = await db.execute(
        sql`select 1 from delivery d join chat c using (user_id) where c.kind = 'group' and d.state = 'failed'`,
      );
      return rows.length > 0;
    };
    await waitFor(isRefused, { what: "the refusal" });
    await db.execute(sql`drop trigger refuse_group_lost on delivery`);
    await team.people.fault({ method: "sendMessage", chatId: group, phase: "before", status: 403 });
    await team.order({ number: "K-2" });
    await team.sees(boss.id, /A group gets no alerts any more/);
  });
});
