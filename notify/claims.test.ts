import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openTeam } from "./testing/open-team.ts";

const open = closedAfterEach(openTeam);

const inGroup = async () => {
  const team = await open();
  const boss = await team.hire("Boss", "admin");
  const [ann, bob] = [await team.hire("Ann"), await team.hire("Bob")];
  const group = await team.alerted(boss, [ann, bob]);
  return { team, boss, ann, bob, group };
};

describe("bot-10: Claim", () => {
  test("bot-10: shows the owner in all chats; a second one is told who has it; it is given back", async () => {
    const { team, boss, ann, bob, group } = await inGroup();
    const order = await team.order();
    const { messageId } = await team.card(ann, group, order);
    const own = await team.card(boss, boss.id, order);
    expect(await team.tap(ann, group, messageId, { label: "Claim" })).toBe("It is yours.");
    await team.sees(group, /👤 Claimed by Ann/, "Give back");
    expect((await team.sees(boss.id, /👤 Claimed by Ann/)).messageId).toBe(own.messageId);
    expect(await team.tap(bob, group, messageId, { data: `wk:${order.id}:2` })).toMatch(/^Ann claimed it/);
    expect(await team.tap(bob, group, messageId, { data: `wk:${order.id}:3` })).toBe("Ann has this order.");
    expect(await team.tap(bob, group, messageId, { label: "Give back" })).toBe("Ann has this order.");
    // What somebody else has claimed may be worked on, and it is said whose it is.
    expect(await team.tap(bob, group, messageId, { label: "Packed" })).toBe(
      "Packed. Note: Ann has claimed this order.",
    );
    await team.sees(group, /Packed: to be shipped/, "Give back");
    expect(await team.tap(ann, group, messageId, { label: "Give back" })).toBe("It is free for others.");
    const free = await team.sees(group, /Packed: to be shipped/, "Claim");
    expect(free.text).not.toContain("👤");
    expect(team.fromBot(group).filter(({ text }) => text.startsWith("🧾"))).toHaveLength(1);
  });

  test("bot-10: members without a shop role cannot act, nor can who hides behind the group", async () => {
    const { team, ann, group } = await inGroup();
    const order = await team.order();
    const { messageId } = await team.card(ann, group, order);
    const nora = await team.hire("Nora", "customer");
    await team.people.control("POST", `/groups/${group}/members`, { personId: nora.id, status: "member" });
    for (const label of ["Claim", "Packed", "Cancel…"])
      expect(await team.tap(nora, group, messageId, { label })).toContain("Only the shop's people");
    expect(team.orders.writes()).toEqual([]);
  });

  test("bot-10: in a group only who was asked answers in words", async () => {
    const { team, ann, bob, group } = await inGroup();
    const order = await team.order({ status: "packed", version: 4 });
    const { messageId } = await team.card(ann, group, order);
    await team.tap(ann, group, messageId, { data: `ww:${order.id}:shipped:4` });
    const asked = await team.sees(group, /answer this message with the tracking number/);
    const reply = { replyToMessageId: asked.messageId };
    await team.write(group, bob, "DHL 2", reply);
    await team.sees(group, /Only who was asked/);
    await team.write(group, ann, "DHL 1", reply);
    await team.sees(group, /Shipment: DHL 1/);
    expect(team.orders.writes()).toHaveLength(1);
  });

  test("bot-10: of two who press different buttons at once one acts, and the other is told who did what", async () => {
    const { team, ann, bob, group } = await inGroup();
    const sides = [
      { data: "wm", argument: ":packed", said: "Packed.", deed: "packed it" },
      { data: "wk", argument: "", said: "It is yours.", deed: "claimed it" },
    ] as const;
    for (const [round, first] of [0, 1, 0, 1].entries()) {
      const order = await team.order({ number: `K-${round + 1}` });
      const { messageId } = await team.card(ann, group, order);
      const [left, right] = first === 0 ? [ann, bob] : [bob, ann];
      const tapOf = (side: (typeof sides)[number]) => ({
        data: `${side.data}:${order.id}${side.argument}:2`,
      });
      const said = await Promise.all([
        team.tap(left, group, messageId, tapOf(sides[0])),
        team.tap(right, group, messageId, tapOf(sides[1])),
      ]);
      const winner = said.findIndex((words, i) => words === sides[i]?.said);
      const names = [left.user.name, right.user.name];
      expect(winner).not.toBe(-1);
      expect(said[1 - winner]).toBe(
        `${names[winner]} ${sides[winner]?.deed} before you. Here is how it stands now.`,
      );
      expect(team.orders.orders.get(order.id)?.version).toBe(3);
      const shown = winner === 0 ? /Packed: to be shipped/ : /Claimed by/;
      await waitFor(
        () => shown.test(team.fromBot(group).find((one) => one.messageId === messageId)?.text ?? ""),
        { what: "the card as it is now" },
      );
    }
  });
});
