import { expect, test } from "bun:test";
import fc from "fast-check";
import { PRICE_RANGES_MAX, priceLadder, priceRanges } from "./price-ranges.ts";

/** As `width_bucket` of PostgreSQL numbers them. */
const rungOf = (price: number): number => priceLadder.filter((rung) => rung <= price).length;

const rangesOf = (prices: readonly number[]) =>
  priceRanges(new Map([...Map.groupBy(prices, rungOf)].map(([rung, all]) => [rung, all.length])));

test("ranges begin at rounded prices", () => {
  expect(rangesOf([5, 120, 199, 2_500])).toEqual([
    { minMinor: 5, maxMinor: 9, count: 1 },
    { minMinor: 100, maxMinor: 199, count: 2 },
    { minMinor: 2_000, maxMinor: 4_999, count: 1 },
  ]);
  expect(rangesOf([0])).toEqual([{ minMinor: 0, maxMinor: 0, count: 1 }]);
  expect(rangesOf([])).toEqual([]);
});

test("a handful of ranges, one beside the other, hold every price once", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000_000), { maxLength: 60 }), (prices) => {
      const ranges = rangesOf(prices);
      expect(ranges.length).toBeLessThanOrEqual(PRICE_RANGES_MAX);
      for (const { minMinor, maxMinor, count } of ranges) {
        expect(prices.filter((price) => price >= minMinor && price <= maxMinor)).toHaveLength(count);
      }
      expect(ranges.reduce((sum, { count }) => sum + count, 0)).toBe(prices.length);
      expect(ranges.every(({ minMinor }, at) => at === 0 || minMinor > (ranges[at - 1]?.maxMinor ?? 0))).toBe(
        true,
      );
    }),
  );
});
