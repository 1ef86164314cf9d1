import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openTeam } from "./testing/open-team.ts";

const open = closedAfterEach(openTeam);

describe("bot-9: the card of an order for the shop's people", () => {
  test("bot-9: opens below the alert, shows what the role may see, and goes on by what orders allows", async () => {
    const team = await open();
    const [ann, boss] = [await team.hire("Ann"), await team.hire("Boss", "admin")];
    const buyer = await team.hire("Nora", "customer");
    const order = await team.order({ userId: buyer.user.id, note: "Ring twice" });

    const card = await team.card(ann, ann.id, order);
    expect(card.text.split("\n")).toEqual([
      "🧾 Order K-000041",
      "✅ New: to be packed",
      "2 × Mug <blue> · €25.98",
      "Total: €25.98",
      "📍 Nora N., Main St 1, Berlin, DE",
      "Note: Ring twice",
    ]);
    expect((await team.card(boss, boss.id, order)).text).toContain(`☎️ ${buyer.user.phone}`);
    const { messageId } = card;
    expect(team.labels(ann.id, messageId)).toEqual(["Packed", "Claim", "Cancel…"]);

    expect(await team.tap(ann, ann.id, messageId, { label: "Packed" })).toBe("Packed.");
    await team.sees(ann.id, /Packed: to be shipped/, "Ship…");
    expect(await team.tap(ann, ann.id, messageId, { label: "Ship…" })).toBe("With which tracking number?");
    await waitFor(() => team.labels(ann.id, messageId)?.includes("Type a tracking number"));
    await team.tap(ann, ann.id, messageId, { label: "Type a tracking number" });
    const asked = await team.sees(ann.id, /answer this message with the tracking number/);
    expect(asked.keyboard).toMatchObject({ kind: "forceReply" });
    await team.people.control("POST", `/people/${ann.id}/messages`, {
      text: "DHL\n 00340434",
      replyToMessageId: asked.messageId,
    });
    const shipped = await team.sees(ann.id, /On its way/, "Delivered");
    expect(shipped.text).toContain("Shipment: DHL 00340434");
    expect(shipped.messageId).toBe(messageId);
    await team.sees(buyer.id, /DHL 00340434/);
    // The card in the other chat has gone along, and is one message.
    await team.sees(boss.id, /Shipment: DHL 00340434/);
    expect(team.fromBot(boss.id).filter(({ text }) => text.startsWith("🧾"))).toHaveLength(1);
    expect(team.orders.writes().map(({ body, ifMatch }) => [body, ifMatch])).toEqual([
      [{ status: "packed" }, '"2"'],
      [{ status: "shipped", reason: "DHL 00340434" }, '"3"'],
    ]);
    expect(team.orders.writes().every(({ key }) => key?.startsWith("tg-") === true)).toBe(true);
  });

  test("bot-9: what destroys is red and asks once more; a reason is one of a list, or in own words", async () => {
    const team = await open();
    const ann = await team.hire("Ann");
    const first = await team.order({ number: "K-1" });
    const { messageId, buttons } = await team.card(ann, ann.id, first);
    expect(buttons.flat().find(({ label }) => label === "Cancel…")).toMatchObject({ style: "danger" });
    await team.tap(ann, ann.id, messageId, { label: "Cancel…" });
    await waitFor(() => team.labels(ann.id, messageId)?.includes("Not available"));
    expect(await team.tap(ann, ann.id, messageId, { label: "Back" })).toBe("Nothing was changed.");
    await waitFor(() => team.labels(ann.id, messageId)?.includes("Packed"));
    expect(team.orders.writes()).toEqual([]);
    await team.tap(ann, ann.id, messageId, { label: "Cancel…" });
    await waitFor(() => team.labels(ann.id, messageId)?.includes("Not available"));
    await team.tap(ann, ann.id, messageId, { label: "Not available" });
    await team.sees(ann.id, /✖️ Cancelled\n[\s\S]*Reason: Not available/);
    await waitFor(() => team.labels(ann.id, messageId)?.length === 0, { what: "no buttons" });

    const second = await team.order({ number: "K-2" });
    const other = await team.card(ann, ann.id, second);
    await team.tap(ann, ann.id, other.messageId, { data: `ww:${second.id}:cancelled:2` });
    const asked = await team.sees(ann.id, /why is K-2 cancelled/);
    const answer = (text: string) =>
      team.people.control("POST", `/people/${ann.id}/messages`, { text, replyToMessageId: asked.messageId });
    await answer("x".repeat(201));
    await team.sees(ann.id, /That is too long: 200/);
    // 204 as orders counts, and half as many as a person would.
    await answer("😀".repeat(102));
    const isToldAgain = () =>
      team.fromBot(ann.id).filter(({ text }) => text.startsWith("That is too long")).length === 2;
    await waitFor(isToldAgain, { what: "the second refusal" });
    await answer("No longer <made>");
    await team.sees(ann.id, /Reason: No longer <made>/);
  });

  test("bot-6: a card that shows an older version acts on nothing, says who did what, and is shown as it is now", async () => {
    const team = await open();
    const [ann, bob] = [await team.hire("Ann"), await team.hire("Bob")];
    const order = await team.order();
    const { messageId } = await team.card(ann, ann.id, order);
    const other = await team.card(bob, bob.id, order);
    await team.tap(ann, ann.id, messageId, { label: "Packed" });
    await team.sees(bob.id, /Packed: to be shipped/);
    const old = { data: `wm:${order.id}:packed:2` };
    expect(await team.tap(bob, bob.id, other.messageId, old)).toMatch(/^Ann packed it before you/);
    // Once more by who did it: an update that is delivered again says what it did.
    expect(await team.tap(ann, ann.id, messageId, old)).toBe("Packed.");
    expect(await team.tap(bob, bob.id, other.messageId, { data: `wa:${order.id}:cancelled:2` })).toMatch(
      /^Ann packed it/,
    );
    expect(team.orders.orders.get(order.id)).toMatchObject({ status: "packed", version: 3 });
  });

  test("bot-6: below a message of a day ago nothing is done, and the card comes anew", async () => {
    let aheadMs = 0;
    const team = await open({ clock: { now: () => new Date(Date.now() + aheadMs) } });
    const ann = await team.hire("Ann");
    const order = await team.order();
    const { messageId } = await team.card(ann, ann.id, order);
    aheadMs = 25 * 3_600_000;
    expect(await team.tap(ann, ann.id, messageId, { label: "Packed" })).toContain("out of date");
    await waitFor(() => (team.fromBot(ann.id).at(-1)?.messageId ?? 0) > messageId, { what: "the card anew" });
    expect(team.fromBot(ann.id).filter(({ text }) => text.startsWith("🧾"))).toHaveLength(1);
    expect(team.orders.writes()).toEqual([]);
  });

  test("bot-9: who is not of the shop's people is told so, also who was one when the card came", async () => {
    const team = await open();
    const [ann, nora] = [await team.hire("Ann"), await team.hire("Nora", "customer")];
    const order = await team.order();
    const { messageId } = await team.card(ann, ann.id, order);
    const [greeting] = team.fromBot(nora.id);
    const taps = [
      `wo:${order.id}`,
      `wm:${order.id}:packed:2`,
      `wk:${order.id}:2`,
      "wy",
      "wp:orders.auth-events",
    ];
    for (const data of taps)
      expect(await team.tap(nora, nora.id, greeting?.messageId ?? 0, { data })).toContain(
        "Only the shop's people",
      );
    await team.known({ ...ann.user, role: "customer", version: 2 });
    expect(await team.tap(ann, ann.id, messageId, { label: "Packed" })).toContain("Only the shop's people");
    // News of the order reach who has lost the role no more.
    await team.tell("order.status-changed", { ...order, status: "packed", version: 3 }, order);
    expect(team.orders.writes()).toEqual([]);
    expect(team.fromBot(ann.id).findLast(({ text }) => text.startsWith("🧾"))?.text).toContain(
      "to be packed",
    );
  });

  test("bot-9: nothing of the customer is kept in a delivery or told to who reads the list", async () => {
    const team = await open();
    const ann = await team.hire("Ann");
    const order = await team.order();
    await team.card(ann, ann.id, order);
    const response = await team.call("GET", "/v1/notifications", { as: `staff.${ann.user.id}` });
    const text = await response.text();
    expect(text).toContain("staff-card");
    expect(text).not.toContain("Main St");
    const { rows } = await team.database.db.execute("select notice::text as notice from delivery");
    expect(JSON.stringify(rows)).not.toContain("Main St");
  });

  test("bot-16: while orders is away the tap says so, and a card that was asked for waits and then comes", async () => {
    const team = await open();
    const ann = await team.hire("Ann");
    const order = await team.order();
    const { messageId } = await team.sees(ann.id, /Order K-000041/, "Open");
    team.orders.script.down = true;
    expect(await team.tap(ann, ann.id, messageId, { label: "Open" })).toMatch(
      /did not work.*\([0-9a-f]{8}\)/,
    );
    team.orders.script.down = false;
    await team.card(ann, ann.id, order);
  });
});
