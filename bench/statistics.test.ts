import { expect, test } from "bun:test";
import { quantile, slopeOf } from "./statistics.ts";

test("the slope is that of the line through the points, whatever lies evenly about it", () => {
  const points = [0, 1, 2, 3, 4, 5, 6, 7].map((at) => ({
    at,
    value: 100 + 2.5 * at + (at % 4 === 0 || at % 4 === 3 ? 1 : -1),
  }));
  expect(slopeOf(points)).toBeCloseTo(2.5, 6);
  expect(slopeOf(points.map(({ at }) => ({ at, value: 7 })))).toBe(0);
});

test("a quantile is of the values in any order, and none is there of nothing", () => {
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(quantile([1, 2], 0.99)).toBe(2);
  expect(quantile([], 0.5)).toBeNaN();
});
