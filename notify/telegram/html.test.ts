import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { locales } from "../domain/locale.ts";
import type { Notice } from "../domain/notice.ts";
import { shownStatuses } from "../domain/order-status.ts";
import { clip, html, TEXT_MAX } from "./html.ts";
import { textsFor, wordsOf } from "./texts/texts.ts";

/** What people and products are called: markup, emoji, right-to-left, and far too much of it. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.constantFrom(
    "<b>",
    "&amp;",
    '"&<>',
    "</code>",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦",
    "<".repeat(10_000),
    "é".repeat(10_000),
  ),
);

const money = fc.record({ amountMinor: fc.integer({ min: 0, max: 1e11 }), currency: fc.constant("EUR") });
const card = fc.record({
  template: fc.constant("order-card" as const),
  orderId: fc.uuid(),
  number: hostile,
  status: fc.constantFrom(...shownStatuses),
  version: fc.integer({ min: 1 }),
  lines: fc.array(fc.record({ name: hostile, quantity: fc.integer({ min: 1 }), lineTotal: money }), {
    maxLength: 100,
  }),
  total: money,
  reason: fc.option(hostile),
});

describe("the html tag", () => {
  test("shows every value exactly as it is, whatever is in it", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(html`<b>${value}</b>`.text).toBe(value);
      }),
    );
  });

  test("keeps markup that it made itself", () => {
    expect(html`a ${html`<b>${"<"}</b>`} ${[html`<i>x</i>`, html`y`]} ${7}`.markup).toBe(
      "a <b>&lt;</b> <i>x</i>y 7",
    );
  });

  test("clips by characters, not by halves of them", () => {
    expect(clip("😀😀😀", 2)).toBe("😀…");
    expect(clip("abc", 3)).toBe("abc");
  });
});

describe("messages", () => {
  test("are never longer than Telegram takes, and their markup is balanced", () => {
    fc.assert(
      fc.property(card, fc.constantFrom(...locales), (notice: Notice, locale) => {
        const words = wordsOf(notice, textsFor(locale));
        expect(words.text.length).toBeLessThanOrEqual(TEXT_MAX);
        const tags = words.markup.match(/<[^>]*>/g) ?? [];
        expect(tags.filter((tag) => tag === "<b>").length).toBe(tags.filter((tag) => tag === "</b>").length);
        expect(tags.every((tag) => tag === "<b>" || tag === "</b>")).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("name the number of lines that they leave out", () => {
    const price = { amountMinor: 100, currency: "EUR" };
    const line = { name: "Mug", quantity: 1, lineTotal: price };
    const notice: Notice = {
      template: "order-card",
      orderId: "o",
      number: "K-1",
      status: "confirmed",
      version: 1,
      lines: Array.from({ length: 20 }, () => line),
      total: price,
      reason: null,
    };
    expect(wordsOf(notice, textsFor("en")).text).toContain("and 12 more");
  });
});
