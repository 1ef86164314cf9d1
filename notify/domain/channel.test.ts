import { describe, expect, test } from "bun:test";
import { channelRank, copyKeyOf } from "./channel.ts";
import { lanes } from "./lane.ts";
import type { Notice } from "./notice.ts";
import type { OrderCardNotice } from "./order-notice.ts";

const card: OrderCardNotice = {
  ...{ template: "order-card", orderId: "o-1", number: "K-1", status: "confirmed", version: 2 },
  ...{ lines: [], total: { amountMinor: 1, currency: "EUR" }, reason: null },
};
const keyOf = (notice: Notice) => copyKeyOf("transactional", "event:person:template", notice);

describe("what goes to a person's other channels", () => {
  test("an order, once a status, whatever event told of it", () => {
    expect(keyOf(card)).toBe("order:o-1:confirmed");
    expect(keyOf({ ...card, version: 7 })).toBe(keyOf(card));
    expect(keyOf({ ...card, status: "shipped" })).toBe("order:o-1:shipped");
  });

  test("not what only moves in the chat, was asked for there, or is told by the card already", () => {
    expect(keyOf({ ...card, status: "packed" })).toBeNull();
    expect(keyOf({ ...card, anew: true })).toBeNull();
    expect(
      keyOf({ template: "order-headline", orderId: "o-1", number: "K-1", status: "shipped", reason: null }),
    ).toBeNull();
  });

  test("security, products that are back and advertising, once an event; never what is for the shop's people", () => {
    expect(keyOf({ template: "phone-released", userId: "u" })).toBe("event:person:template");
    expect(keyOf({ template: "back-in-stock", sku: "MUG", version: 1 })).toBe("event:person:template");
    expect(copyKeyOf("admin_alert", "k", { template: "phone-released", userId: "u" })).toBeNull();
    expect(keyOf({ template: "stock-low", sku: "MUG", available: 0, threshold: 5 })).toBeNull();
  });
});

test("no other channel has the rank of one of the bot's lanes", () => {
  for (const rank of Object.values(channelRank)) expect(rank).toBeGreaterThanOrEqual(100);
  expect(lanes.length).toBeLessThan(100);
});
