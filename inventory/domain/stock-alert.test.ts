import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { alertOf } from "./stock-alert.ts";
import type { StockLevel, Supply } from "./stock-level.ts";

const level = (onHand: number, lowStockThreshold: number, told: Supply, exists = true): StockLevel => ({
  sku: "A",
  onHand,
  reserved: 0,
  version: 1,
  lowStockThreshold,
  told,
  exists,
  updatedAt: new Date("2026-01-01T12:00:00.000Z"),
});

/** What is heard while a level goes through these amounts. */
const heard = (amounts: readonly number[], threshold: number, from: Supply = "enough"): string[] => {
  let told = from;
  return amounts.slice(1).flatMap((amount, i) => {
    const step = alertOf(level(amounts[i] ?? 0, threshold, told), level(amount, threshold, told), null);
    told = step.told;
    if (step.alert === null) return [];
    return [`${step.alert.type} ${step.alert.available}${step.alert.quiet ? ", quietly" : ""}`];
  });
};

const loud = (news: readonly string[]): string[] => news.filter((words) => !words.endsWith("quietly"));

describe("notify-20: an alert", () => {
  test.each([
    ["above the threshold", [10, 6], []],
    ["onto the threshold", [6, 5], ["stock.low 5"]],
    ["through the threshold to nothing", [6, 0], ["stock.low 0"]],
    ["down below it and out", [6, 5, 3, 0], ["stock.low 5", "stock.low 0"]],
    ["up from low by the margin only", [6, 5, 6], ["stock.low 5"]],
    ["up from low beyond the margin", [6, 5, 7], ["stock.low 5", "stock.restocked 7"]],
    ["up from nothing by one", [6, 0, 1], ["stock.low 0", "stock.restocked 1, quietly"]],
    ["up from nothing, still low", [6, 0, 2], ["stock.low 0", "stock.restocked 2"]],
    ["up from nothing to plenty", [6, 0, 50], ["stock.low 0", "stock.restocked 50"]],
    ["nowhere", [5, 5], []],
  ] as const)("for a level that goes %s", (_, amounts, expected) => {
    expect(heard(amounts, 5, amounts[0] <= 5 ? "low" : "enough")).toEqual([...expected]);
  });

  test.each([
    ["around the threshold", 5, 6],
    ["between nothing and one", 0, 1],
  ])("comes once for a hundred changes that flutter %s", (_, low, high) => {
    const flutter = Array.from({ length: 101 }, (_, i) => (i % 2 === 0 ? high : low));
    expect(loud(heard(flutter, low))).toEqual([`stock.low ${low}`]);
  });

  test("a tenth of a large threshold is the margin", () => {
    expect(heard([101, 100, 110], 100)).toEqual(["stock.low 100"]);
    expect(heard([101, 100, 111], 100)).toEqual(["stock.low 100", "stock.restocked 111"]);
  });

  test("comes when the threshold is moved past what is available", () => {
    const raised = alertOf(level(5, 2, "enough"), level(5, 8, "enough"), null);
    expect([raised.told, raised.alert?.type]).toEqual(["low", "stock.low"]);
    const lowered = alertOf(level(5, 8, "low"), level(5, 2, "low"), null);
    expect([lowered.told, lowered.alert?.type]).toEqual(["enough", "stock.restocked"]);
  });

  test("is given for no level that is new or gone, and what is so from its beginning is known", () => {
    expect(alertOf(level(0, 0, "enough", false), level(1, 5, "enough"), null)).toEqual({
      told: "low",
      alert: null,
    });
    expect(alertOf(level(9, 5, "enough"), level(0, 5, "enough", false), null).alert).toBeNull();
  });

  test("whatever the way: who waits hears of each return from nothing, and the shop hears of each thing once", () => {
    const way = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(way, fc.integer({ min: 0, max: 20 }), (amounts, threshold) => {
        const news = heard([100, ...amounts], threshold);
        const returns = amounts.filter((amount, i) => amount > 0 && amounts[i - 1] === 0).length;
        expect(news.filter((words) => words.startsWith("stock.restocked")).length).toBeGreaterThanOrEqual(
          returns,
        );
        const kinds = loud(news).map((words) => (words.endsWith(" 0") ? "out" : words.split(" ")[0]));
        expect(kinds.some((kind, i) => kind === "out" && kinds[i + 1] === "out")).toBe(false);
        expect(kinds.some((kind, i) => kind === "stock.low" && kinds[i + 1] === "stock.low")).toBe(false);
      }),
    );
  });
});
