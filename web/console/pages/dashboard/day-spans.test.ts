import { expect, test } from "bun:test";
import fc from "fast-check";
import { daysUntil } from "./day-spans.ts";

const moments = fc.date({ min: new Date(2020, 0, 2), max: new Date(2035, 0, 1), noInvalidDate: true });

test("the days follow on each other without a gap, and the last one holds the moment", () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 40 }), (now, count) => {
      const days = daysUntil(now, count);
      expect(days).toHaveLength(count);
      for (const [place, { from, to }] of days.entries()) {
        expect([from.getHours(), from.getMinutes()]).toEqual([0, 0]);
        expect(to.getTime()).toBe((days[place + 1]?.from ?? to).getTime());
        expect(to.getTime()).toBeGreaterThan(from.getTime());
      }
      const today = days.at(-1);
      expect(today !== undefined && today.from <= now && now < today.to).toBe(true);
    }),
  );
});

test("they go back over a month and a year", () => {
  const days = daysUntil(new Date(2026, 0, 2, 15, 30), 3);
  expect(days.map(({ from }) => [from.getFullYear(), from.getMonth(), from.getDate()])).toEqual([
    [2025, 11, 31],
    [2026, 0, 1],
    [2026, 0, 2],
  ]);
});
