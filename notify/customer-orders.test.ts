import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { shopOrder } from "./testing/fake-shop.ts";
import { openChat } from "./testing/open-chat.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { dataOf, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openChat);
const CONFIRMED = ["Order again", "Support", "Cancel the order"];

describe("bot-2: /start and its payloads", () => {
  test("bot-2: without a payload it is one screen with buttons for the orders, the notifications and the shop", async () => {
    const chat = await open({ environment: { SHOP_URL: "https://tea.example" } });
    const [screen] = chat.inbox();
    expect(screen?.text).toContain("Welcome to Tea & Co");
    expect(screen?.buttons.flat().map(({ label }) => label)).toEqual([
      "My orders",
      "Notifications",
      "Open the shop",
    ]);
    expect(screen?.buttons.flat().at(-1)).toMatchObject({ url: "https://tea.example" });
    await chat.known();
    await chat.tap(screen?.messageId, { label: "Notifications" });
    await chat.hears(/bot tells you/);
    await chat.tap(screen?.messageId, { label: "My orders" });
    await chat.hears(/no orders yet/);
  });

  test("bot-2: a shop without a public address has no button that opens it", async () => {
    const chat = await open();
    expect(
      chat
        .inbox()[0]
        ?.buttons.flat()
        .map(({ label }) => label),
    ).toEqual(["My orders", "Notifications"]);
  });

  test("bot-2: o_ shows an order by id or number, p_ a product with its live stock; what is not there is explained", async () => {
    const chat = await open();
    const order = chat.order({ number: "K-000077" });
    await chat.people.start(chat.person.id, "o_k-000077");
    expect((await chat.hears(/Order K-000077/)).text).toContain("2 × Mug <blue> · €25.98");
    await chat.people.start(chat.person.id, `o_${newId()}`);
    await chat.hears(/can't find this order/);
    await chat.people.start(chat.person.id, "p_MUG");
    expect((await chat.hears(/In stock: 7/)).text).toContain("Mug <blue>");
    await chat.people.start(chat.person.id, "p_NOTHING");
    await chat.hears(/can't find this product/);
    await chat.people.start(chat.person.id, "zz_1");
    await chat.hears(/no longer valid/);
    expect(order.status).toBe("confirmed");
  });

  test("bot-2: the order of somebody else is found no more than one that is not there", async () => {
    const chat = await open();
    const foreign = shopOrder({ userId: newId(), number: "K-000078" });
    chat.shop.orders.set(foreign.id, foreign);
    await chat.people.start(chat.person.id, `o_${foreign.id}`);
    await chat.hears(/can't find this order/);
  });
});

describe("bot-11: orders in the chat", () => {
  test("bot-11: /orders lists them as buttons, and each shows its card with what may be done", async () => {
    const chat = await open();
    chat.order({ number: "K-1", status: "delivered" });
    chat.order({ number: "K-2" });
    await chat.say("/orders");
    const list = await chat.hears(/Your last orders/);
    const labels = list.buttons.flat().map(({ label }) => label);
    expect(labels).toEqual(["✅ K-2 · €25.98", "🏁 K-1 · €25.98"]);
    await chat.tap(list.messageId, { label: labels[0] ?? "" });
    const card = await chat.hears(/Order K-2/);
    expect(card.buttons.flat().map(({ label }) => label)).toEqual(CONFIRMED);
    await chat.tap(list.messageId, { label: labels[1] ?? "" });
    expect((await chat.hears(/Order K-1\b/)).buttons.flat().map(({ label }) => label)).toEqual([
      "Order again",
      "Support",
    ]);
  });

  test("bot-11: the automatic card has the same buttons, and they follow the status", async () => {
    const chat = await open();
    await chat.known();
    const order = orderOf(chat.user);
    await chat.publish(envelopeOf("order.confirmed", order.id, dataOf(order, "pending"), { sequence: 2 }));
    const card = await chat.hears(/Order K-1001/);
    expect(chat.labelsOf(card.messageId)).toEqual(CONFIRMED);
    const packed = { ...order, status: "packed", version: 3 } as const;
    await chat.publish(
      envelopeOf("order.status-changed", order.id, dataOf(packed, "confirmed"), { sequence: 3 }),
    );
    await chat.buttonsBecome(card.messageId, ["Order again", "Support"]);
  });

  test("bot-11: a card that is asked for is sent again, and the one before goes: one living card", async () => {
    const chat = await open();
    const order = chat.order();
    const first = await chat.card(order);
    await chat.people.start(chat.person.id, `o_${order.id}`);
    const cards = () => chat.inbox().filter(({ text }) => text.includes(order.number));
    await waitFor(() => cards().length === 1 && cards()[0]?.messageId !== first.messageId);
    const event = {
      ...orderOf(chat.user),
      id: order.id,
      number: order.number,
      status: "packed",
      version: 3,
    } as const;
    await chat.publish(
      envelopeOf("order.status-changed", order.id, dataOf(event, "confirmed"), { sequence: 3 }),
    );
    await chat.hears(/Packed/);
    expect(cards()).toHaveLength(1);
  });

  test("bot-11: cancelling asks once more, in red, and then asks orders in the person's name", async () => {
    const chat = await open();
    const order = chat.order();
    const { messageId } = await chat.card(order);
    expect(await chat.tap(messageId, { label: "Cancel the order" })).toBe(
      "Do you want to cancel this order?",
    );
    await chat.buttonsBecome(messageId, ["Yes, cancel it", "No"]);
    expect(chat.inbox().at(-1)?.buttons[0]?.[0]).toMatchObject({ style: "danger" });
    expect(chat.shop.writes()).toEqual([]);
    expect(await chat.tap(messageId, { label: "No" })).toBe("Nothing was changed.");
    await chat.buttonsBecome(messageId, CONFIRMED);

    await chat.tap(messageId, { label: "Cancel the order" });
    await chat.buttonsBecome(messageId, ["Yes, cancel it", "No"]);
    expect(await chat.tap(messageId, { label: "Yes, cancel it" })).toBe("The order is cancelled.");
    expect(chat.shop.writes()).toMatchObject([
      { path: `/v1/orders/${order.id}/cancel`, bearer: chat.user.id, ifMatch: '"2"' },
    ]);
    expect(chat.auth.callsTo("/act").at(-1)?.body).toEqual({ telegramUserId: chat.person.id, rights: "own" });
  });

  test("bot-11: an order is repeated after one more question, and what is short is told", async () => {
    const chat = await open();
    const { messageId } = await chat.card(chat.order());
    await chat.tap(messageId, { label: "Order again" });
    await chat.buttonsBecome(messageId, ["Yes, order at today's prices", "No"]);
    expect(chat.shop.writes()).toEqual([]);
    await chat.tap(messageId, { label: "Yes, order at today's prices" });
    await chat.hears(/Order K-100 is placed: €25.98/);
    expect(chat.shop.writes()[0]).toMatchObject({ body: { lines: [{ sku: "MUG", quantity: 2 }] } });
    await chat.buttonsBecome(messageId, CONFIRMED);

    chat.shop.script.stock.set("MUG", 1);
    await chat.tap(messageId, { label: "Order again" });
    await chat.buttonsBecome(messageId, ["Yes, order at today's prices", "No"]);
    await chat.tap(messageId, { label: "Yes, order at today's prices" });
    await chat.hears(/Mug <blue>: 2 wanted, 1 left/);
  });

  test("bot-11: support names the order and how to reach the shop", async () => {
    const chat = await open({ environment: { SHOP_SUPPORT: "@tea_support" } });
    const order = chat.order();
    const { messageId } = await chat.card(order);
    await chat.tap(messageId, { label: "Support" });
    expect((await chat.hears(/@tea_support/)).text).toContain(order.number);
  });
});
