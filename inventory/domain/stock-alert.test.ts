import { describe, expect, test } from "bun:test";
import { alertOf } from "./stock-alert.ts";
import type { StockLevel } from "./stock-level.ts";

const level = (onHand: number, lowStockThreshold: number, exists = true): StockLevel => ({
  sku: "A",
  onHand,
  reserved: 0,
  version: 1,
  lowStockThreshold,
  exists,
  updatedAt: new Date("2026-01-01T12:00:00.000Z"),
});

const typeOf = (before: StockLevel, after: StockLevel) => alertOf(before, after, null)?.type ?? null;

describe("an alert", () => {
  test.each([
    ["above the threshold", 10, 6, null],
    ["onto the threshold", 6, 5, "stock.low"],
    ["through the threshold", 6, 0, "stock.low"],
    ["further down below it", 5, 3, null],
    ["up, but still low", 3, 5, null],
    ["up from nothing, still low", 0, 1, "stock.restocked"],
    ["up above the threshold", 5, 6, "stock.restocked"],
    ["nowhere", 5, 5, null],
  ] as const)("for a change %s", (_, before, after, type) => {
    expect(typeOf(level(before, 5), level(after, 5))).toBe(type);
  });

  test("comes when the threshold is moved past what is available", () => {
    expect(typeOf(level(5, 2), level(5, 8))).toBe("stock.low");
    expect(typeOf(level(5, 8), level(5, 2))).toBe("stock.restocked");
  });

  test("is given for no level that is new or gone", () => {
    expect(typeOf(level(0, 0, false), level(1, 5))).toBeNull();
    expect(typeOf(level(9, 5), level(0, 5, false))).toBeNull();
  });
});
