import { expect, test } from "bun:test";
import fc from "fast-check";
import { shopDay } from "./shop-day.ts";

const dayOf = (timezone: string, at: string) => {
  const { from, to } = shopDay(timezone, new Date(at));
  return [from.toISOString().slice(0, 16), to.toISOString().slice(0, 16)];
};

test("bot-8: a day is that of the shop's clock, also where the clock is put forward or back", () => {
  expect(dayOf("UTC", "2026-03-01T00:00:00Z")).toEqual(["2026-03-01T00:00", "2026-03-02T00:00"]);
  expect(dayOf("Asia/Kathmandu", "2026-03-01T20:00:00Z")).toEqual(["2026-03-01T18:15", "2026-03-02T18:15"]);
  // 23 hours, and 25.
  expect(dayOf("Europe/Berlin", "2026-03-29T12:00:00Z")).toEqual(["2026-03-28T23:00", "2026-03-29T22:00"]);
  expect(dayOf("Europe/Berlin", "2026-10-25T12:00:00Z")).toEqual(["2026-10-24T22:00", "2026-10-25T23:00"]);
  // Midnight is left out: the day begins at one.
  expect(dayOf("Africa/Cairo", "2026-04-24T12:00:00Z")).toEqual(["2026-04-23T22:00", "2026-04-24T21:00"]);
});

test("bot-8: every moment lies in its day, and the days follow each other without a gap", () => {
  const zone = fc.constantFrom("UTC", "Europe/Berlin", "Africa/Cairo", "America/St_Johns", "Pacific/Apia");
  fc.assert(
    fc.property(
      zone,
      fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01") }),
      (timezone, at) => {
        fc.pre(!Number.isNaN(at.getTime()));
        const { from, to } = shopDay(timezone, at);
        expect(from <= at && at < to).toBe(true);
        expect(shopDay(timezone, to).from).toEqual(to);
        expect(shopDay(timezone, new Date(from.getTime() - 1)).to).toEqual(from);
      },
    ),
    { numRuns: 60 },
  );
});
