import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatMoney, money, sum, times } from "./money.ts";

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });

describe("money", () => {
  test("a sum does not depend on the order of its amounts", () => {
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        const forwards = amounts.map((minor) => money(minor, "EUR"));
        expect(sum(forwards, "EUR")).toEqual(sum(forwards.toReversed(), "EUR"));
      }),
    );
  });

  test("a quantity of an amount is that amount added so often", () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 50 }), (minor, quantity) => {
        const unit = money(minor, "EUR");
        expect(times(unit, quantity).amountMinor).toBe(
          sum(Array(quantity).fill(unit), "EUR").amountMinor + 0,
        );
      }),
    );
  });

  test("fractions and amounts beyond the safe integers are refused", () => {
    expect(() => money(0.5, "EUR")).toThrow(RangeError);
    expect(() => times(money(Number.MAX_SAFE_INTEGER, "EUR"), 2)).toThrow(RangeError);
  });

  test("two currencies are never added", () => {
    expect(() => sum([money(1, "EUR"), money(1, "USD")], "EUR")).toThrow("cannot add USD to EUR");
  });

  test("each currency shows its own number of decimals", () => {
    expect(formatMoney(money(129_999, "USD"))).toBe("$1,299.99");
    expect(formatMoney(money(1300, "JPY"))).toBe("¥1,300");
  });
});
