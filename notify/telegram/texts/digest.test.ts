import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { locales } from "../../domain/locale.ts";
import type { Notice } from "../../domain/notice.ts";
import type { OrderAlertNotice } from "../../domain/order-notice.ts";
import { TEXT_MAX } from "../html.ts";
import { digestOf } from "./digest.ts";
import { textsFor } from "./texts.ts";

const english = textsFor("en");
const order = (number: string, facts: Partial<OrderAlertNotice> = {}): Notice => ({
  template: "order-alert",
  orderId: number,
  number,
  status: "confirmed",
  pieces: 2,
  total: { amountMinor: 4_315, currency: "USD" },
  reason: null,
  ...facts,
});
const low = (sku: string, available: number, version: number): Notice => ({
  template: "stock-low",
  ...{ sku, available, threshold: 5, version },
});

describe("several alerts as one message", () => {
  test("count the orders, add them up and name the first", () => {
    const orders = Array.from({ length: 15 }, (_, i) => order(`KX-${i + 1}`));
    const text = digestOf(orders, english).text;
    expect(text).toBe(
      `✅ 15 new orders, $647.25 in all:\n${Array.from({ length: 12 }, (_, i) => `KX-${i + 1}`).join(", ")}, and 3 more`,
    );
  });

  test("tell what is single as always, and each kind by itself", () => {
    const cancelled = order("KX-3", { status: "cancelled", reason: "Too late" });
    expect(digestOf([order("KX-1"), cancelled, order("KX-2")], english).text).toBe(
      "✅ 2 new orders, $86.30 in all:\nKX-1, KX-2\n\n✖️ Order KX-3: cancelled\n2 pcs · $43.15\nReason: Too late",
    );
  });

  test("say of each product what is so now, whichever news of it came last", () => {
    const back: Notice = { template: "stock-restocked", sku: "MUG", available: 20, version: 9 };
    expect(digestOf([low("MUG", 3, 7), back, low("MUG", 2, 8), low("LAMP", 0, 4)], english).text).toBe(
      "🔄 MUG is back in stock: 20 available.\n🚫 LAMP is out of stock (threshold 5).",
    );
    const flapping = Array.from({ length: 100 }, (_, i) => low("MUG", 1 + (i % 2), i + 1));
    expect(digestOf(flapping, english).text.split("\n")).toHaveLength(1);
  });

  test("keep amounts of different currencies apart", () => {
    const euros = order("KX-2", { total: { amountMinor: 100, currency: "EUR" } });
    expect(digestOf([order("KX-1"), euros], english).text).toContain("$43.15 + €1.00 in all");
  });

  test("fit into a message with balanced markup, however many and whatever they are called", () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 100 }),
      fc.constantFrom("<b>", '"&<>', "</b>", "مرحبا", "👩‍👩‍👧‍👦".repeat(50), "é".repeat(10_000)),
    );
    const total = fc.record({
      amountMinor: fc.integer({ min: 0, max: 1e9 }),
      currency: fc.constantFrom("USD", "EUR", "JPY", "KWD", "GBP"),
    });
    const notice: fc.Arbitrary<Notice> = fc.oneof(
      fc
        .record({
          number: name,
          status: fc.constantFrom("confirmed", "changed", "cancelled"),
          total,
          reason: name,
        })
        .map(({ number, ...facts }) => order(number, facts as Partial<OrderAlertNotice>)),
      fc
        .record({ sku: name, available: fc.nat(), version: fc.nat() })
        .map((row) => low(row.sku, row.available, row.version)),
      fc.record({ queue: name, count: fc.nat() }).map(({ queue, count }) => ({
        template: "messages-parked" as const,
        queue: queue.slice(0, 50),
        count,
        types: ["order.confirmed"],
      })),
    );
    fc.assert(
      fc.property(
        fc.array(notice, { minLength: 2, maxLength: 500 }),
        fc.constantFrom(...locales),
        (notices, locale) => {
          const { text, markup } = digestOf(notices, textsFor(locale));
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(TEXT_MAX);
          const tags = markup.match(/<\/?(b|code)>/g) ?? [];
          for (const tag of ["b", "code"])
            expect(tags.filter((each) => each === `<${tag}>`).length).toBe(
              tags.filter((each) => each === `</${tag}>`).length,
            );
        },
      ),
      { numRuns: 60 },
    );
  });
});
