import { expect, test } from "bun:test";
import { locales } from "../../domain/locale.ts";
import type { StockCard } from "../../usecases/stock-card.ts";
import { adminScreen, stockCardScreen, stockListScreen, todayScreen } from "../stock-screens.ts";
import { textsFor } from "./texts.ts";

const facts = { shopName: "Tea & <Co>", shopUrl: null, support: null, timezone: "Europe/Berlin" };
const at = new Date("2026-11-21T22:34:00Z");
const stock = {
  sku: `<${"S".repeat(63)}`,
  onHand: 2,
  reserved: 1,
  available: 1,
  lowStockThreshold: 5,
  version: 3,
};
const change = { delta: -1_000_000_000, by: { name: "<b>".repeat(60) }, at } as const;
const card: StockCard = {
  ...{ stock, name: "<i>".repeat(100), changes: [change, change, change], undo: 3, snoozedUntil: at },
};
const items = Array.from({ length: 10 }, () => ({ stock, name: null }));
const today = {
  from: at,
  orders: {
    count: 9,
    byStatus: { confirmed: 4, packed: 5 },
    revenue: [{ amountMinor: 100, currency: "EUR" }],
  },
  ...{ low: 500, lowIsMore: true, soldOut: Array.from({ length: 40 }, () => stock.sku) },
};

test("bot-13: screens of the shop's people are short, in every language, and show what others wrote as it is", () => {
  for (const locale of locales) {
    const texts = textsFor(locale);
    const screens = [
      stockCardScreen(card, texts, facts),
      stockListScreen({ items, page: 1, hasNext: true }, true, texts),
      todayScreen(today, texts, facts),
      adminScreen(texts, facts),
    ];
    for (const { words } of screens) {
      expect(words.markup.split("\n").length).toBeLessThanOrEqual(12);
      expect(words.markup).toMatch(/^(\p{Emoji}\uFE0F? )?<b>/u);
      expect(words.markup.replace(/<\/?(b|code)>/g, "")).not.toMatch(/[<>]/);
    }
  }
});

test("bot-13: times are those of the shop's clock, and amounts those of the language", () => {
  expect(textsFor("en").stock.card(card, "Europe/Berlin").text).toContain("21 Nov, 23:34");
  expect(textsFor("en").stock.card(card, "Asia/Tokyo").text).toContain("22 Nov, 07:34");
  const words = (locale: "en" | "ar") =>
    textsFor(locale).stock.today({ today, timezone: "UTC", status: textsFor(locale).status });
  expect(words("en").text).toContain("Revenue: €1.00");
  expect(words("en").text).toContain("Low stock: 500+");
  expect(words("en").text).toContain("+35");
  expect(words("ar").text).toContain("الإيراد");
});

test("bot-8: a card says at a glance whether there is enough, little or nothing", () => {
  const marks = [
    [9, "✅"],
    [5, "⚠️"],
    [0, "🚫"],
  ] as const;
  for (const [available, mark] of marks) {
    const shown = textsFor("en").stock.card({ ...card, stock: { ...stock, available } }, "UTC").text;
    expect(shown).toContain(`${mark} Available: ${available} `);
  }
});
