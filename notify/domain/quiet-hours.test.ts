import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type QuietHours, quietUntil } from "./quiet-hours.ts";

const MINUTE_MS = 60_000;
const timezones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Asia/Riyadh",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Casablanca",
];

const night: QuietHours = { from: "22:00", to: "08:00" };

/** The clock on the wall, read by another way than the rule reads it. */
const wallTime = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hour12: false }).format(
    at,
  );

const isQuiet = ({ from, to }: QuietHours, wall: string): boolean =>
  from < to ? from <= wall && wall < to : from <= wall || wall < to;

const twoDigits = (value: number): string => String(value).padStart(2, "0");
const timeOfDay = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map(([hour, minute]) => `${twoDigits(hour)}:${twoDigits(minute)}`);
const someHours = fc.record({ from: timeOfDay, to: timeOfDay }).filter(({ from, to }) => from !== to);

/** Moments around which clocks are put forward or back somewhere, and any others. */
const changes = [
  "2026-03-08T07:00:00Z",
  "2026-03-29T01:00:00Z",
  "2026-04-04T15:00:00Z",
  "2026-10-03T15:30:00Z",
  "2026-10-25T01:00:00Z",
  "2026-11-01T06:00:00Z",
].map((at) => Date.parse(at));
const aroundChange = fc
  .tuple(fc.constantFrom(...changes), fc.integer({ min: -1_500, max: 300 }))
  .map(([at, minutes]) => at + minutes * MINUTE_MS);
const anyMoment = fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2028-01-01") });

describe("notify-22: quiet hours", () => {
  test("last up to the first minute that is not quiet by the clock on the wall, in every zone", () => {
    fc.assert(
      fc.property(
        someHours,
        fc.constantFrom(...timezones),
        fc.oneof(aroundChange, anyMoment),
        (hours, timezone, at) => {
          const until = quietUntil(hours, timezone, new Date(at));
          const quietNow = isQuiet(hours, wallTime(at, timezone));
          expect(until !== null).toBe(quietNow);
          if (until === null) return;
          expect(until.getTime()).toBeGreaterThan(at);
          expect(until.getTime() % MINUTE_MS).toBe(0);
          expect(isQuiet(hours, wallTime(until.getTime(), timezone))).toBe(false);
          const minutes = Math.ceil((until.getTime() - at) / MINUTE_MS);
          // Each minute before is quiet: those next to both ends, and some between.
          const looks = [1, 2, 30, 59, 60, 61, 90, minutes - 60, Math.floor(minutes / 2)];
          for (const back of looks.filter((look) => look > 0 && look <= minutes)) {
            const before = Math.max(at, until.getTime() - back * MINUTE_MS);
            expect(isQuiet(hours, wallTime(before, timezone))).toBe(true);
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  const cases: readonly [string, QuietHours, string, string, string | null][] = [
    ["at noon there are none", night, "Europe/Berlin", "2026-01-01T12:00:00Z", null],
    [
      "they begin with their first minute",
      night,
      "Europe/Berlin",
      "2026-01-01T21:00:00Z",
      "2026-01-02T07:00:00Z",
    ],
    ["they end before their last", night, "Europe/Berlin", "2026-01-02T07:00:00Z", null],
    [
      "a night that loses an hour is shorter",
      night,
      "Europe/Berlin",
      "2026-03-28T21:30:00Z",
      "2026-03-29T06:00:00Z",
    ],
    [
      "a night that gains one is longer",
      night,
      "Europe/Berlin",
      "2026-10-24T20:30:00Z",
      "2026-10-25T07:00:00Z",
    ],
    [
      "an end that the clock leaves out is where it goes on",
      { from: "22:00", to: "02:30" },
      "Europe/Berlin",
      "2026-03-29T00:30:00Z",
      "2026-03-29T01:00:00Z",
    ],
    [
      "of an end that the clock shows twice the first counts",
      { from: "22:00", to: "02:30" },
      "Europe/Berlin",
      "2026-10-24T22:00:00Z",
      "2026-10-25T00:30:00Z",
    ],
    ["a zone that nobody knows is UTC", night, "Moon/Tycho", "2026-01-01T23:00:00Z", "2026-01-02T08:00:00Z"],
  ];
  for (const [name, hours, timezone, now, until] of cases)
    test(name, () =>
      expect(quietUntil(hours, timezone, new Date(now))?.toISOString() ?? null).toBe(
        until === null ? null : new Date(until).toISOString(),
      ),
    );
});
