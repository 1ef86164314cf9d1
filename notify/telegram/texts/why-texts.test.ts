import { expect, test } from "bun:test";
import { locales } from "../../domain/locale.ts";
import type { NamedStockWhy } from "../../usecases/explain-in-chat.ts";
import type { OrderWhy, OrderWhyCause, StockWhyCause } from "../../usecases/explanation-ports.ts";
import { textsFor } from "./texts.ts";

const at = new Date("2026-11-21T22:34:00Z");
const long = "<b>".repeat(200);

const step: OrderWhyCause = {
  ...{ code: "cancelled", says: "Cancelled.", at, actor: { kind: "staff", name: long }, reason: long },
  shortages: Array.from({ length: 9 }, () => ({ sku: "S".repeat(64), requested: 5, available: 3 })),
};
const order: OrderWhy = {
  ...{ orderId: "o1", number: "K-000041", omitted: 7, traceId: "a".repeat(32) },
  status: "cancelled",
  ...{ causes: Array.from({ length: 90 }, () => step), waiting: { step: "releasing", attempts: 12 } },
};

const link: StockWhyCause = {
  ...{ code: "corrected", says: "Corrected.", at, movements: 1, orders: 0, reason: long, note: long },
  onHand: { before: 0, delta: 1_000_000_000, after: 1_000_000_000 },
  available: { delta: 1_000_000_000, after: 1_000_000_000 },
  units: { held: 0, released: 0, expired: 0, sold: 0, returned: 0 },
  actor: { kind: "staff", id: "ada" },
};
const stock: NamedStockWhy = {
  ...{ name: long, people: new Map([["ada", long]]) },
  holders: Array.from({ length: 3 }, () => ({ number: "K-000041", quantity: 10_000 })),
  why: {
    ...{ sku: `<${"S".repeat(63)}`, code: "in-stock", sum: { addsUp: false, movements: 1_000_000 } },
    level: { onHand: 1_000_000_000, reserved: 1, available: 999_999_999 },
    holds: { orders: 900, items: [] },
    causes: Array.from({ length: 7 }, () => link),
  },
};

test("bot-13: an explanation is fifteen lines at most in every language, and shows what others wrote as it is", () => {
  for (const locale of locales) {
    const { why } = textsFor(locale);
    const shown = [
      why.order({ why: order, asStaff: true, timezone: "UTC" }),
      why.stock(stock, "UTC"),
      ...[true, false].flatMap((asStaff) => [why.usage(asStaff), why.unknown(asStaff)]),
    ];
    for (const { markup, text } of shown) {
      expect(markup.split("\n").length).toBeLessThanOrEqual(15);
      expect(text.length).toBeLessThanOrEqual(4096);
      expect(markup.replace(/<\/?(b|code)>/g, "")).not.toMatch(/[<>]/);
    }
  }
});

test("bot-13: every step and every cause has words in every language", () => {
  const steps = ["placed", "confirmed", "rejected-payment-declined", "stock-released", "archived"];
  for (const locale of locales)
    for (const code of steps) {
      const said = textsFor(locale).why.order({
        why: { ...order, causes: [{ ...step, code, says: "THE API'S WORDS" }] },
        ...{ asStaff: false, timezone: "UTC" },
      });
      expect(said.text).not.toContain("THE API'S WORDS");
      expect(said.text).not.toContain("a".repeat(32));
    }
});
