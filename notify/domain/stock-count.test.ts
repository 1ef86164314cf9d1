import { expect, test } from "bun:test";
import fc from "fast-check";
import { readUnits } from "./stock-count.ts";

test("bot-8: a count is a whole number that inventory takes, in the digits of either language", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (units) => {
      const arabic = new Intl.NumberFormat("ar-EG", { useGrouping: false }).format(units);
      expect([readUnits(String(units)), readUnits(` ${units}\n`), readUnits(arabic)]).toEqual([
        units,
        units,
        units,
      ]);
    }),
  );
});

test("bot-8: anything else is none, whatever somebody types", () => {
  for (const text of [
    "",
    "-1",
    "+5",
    "1.5",
    "1,000",
    "12 mugs",
    "1e3",
    "1000000001",
    "99999999999",
    "٤٠٫٥",
    "０",
  ])
    expect([text, readUnits(text)]).toEqual([text, null]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const units = readUnits(text);
      expect(units === null || (Number.isSafeInteger(units) && units >= 0)).toBe(true);
    }),
  );
});
