import { isTimezone } from "../../shared/kernel/timezone.ts";

/**
 * Hours of the day in which a person is left in peace, by the clock on their wall: `HH:MM` each, the end not included. `from`
 * after `to` goes over midnight; the same twice would be no time or all of it, and is refused at the door.
 */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** What the bot offers by one tap. */
export const usualQuietHours: QuietHours = { from: "22:00", to: "08:00" };

/** `HH:MM` of a day. */
export const TIME_OF_DAY = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Reads the clock on a wall in the zone, as if it were one of UTC; to the minute. */
const wallClock = (timezone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: isTimezone(timezone) ? timezone : "UTC",
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
  };
};

const minuteOfDay = (wall: number): number => Math.floor(wall / MINUTE_MS) % DAY_MINUTES;

const isWithin = ({ from, to }: QuietHours, minute: number): boolean => {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return begin < end ? begin <= minute && minute < end : begin <= minute || minute < end;
};

/** The first minute after `early` at which the zone's offset is no longer what it was then; there is one, up to `late`. */
const changeBetween = (offsetAt: (at: number) => number, early: number, late: number): number => {
  let [before, after] = [early, late];
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetAt(middle) === offsetAt(early)) before = middle;
    else after = middle;
  }
  return after;
};

/**
 * When the quiet in which `now` lies ends: the first minute that the clock on the wall does not count as quiet. Null where `now` is
 * not quiet. An hour that the clock leaves out is waited for by nobody, and one that it shows twice is as quiet both times. An unknown zone counts as UTC.
 */
export const quietUntil = (hours: QuietHours, timezone: string, now: Date): Date | null => {
  const wallAt = wallClock(timezone);
  const offsetAt = (at: number) => wallAt(at) - at;
  let at = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  if (!isWithin(hours, minuteOfDay(wallAt(at)))) return null;
  // By the clock as it goes now; where it is put forward or back on the way, what is left is counted anew from there.
  while (isWithin(hours, minuteOfDay(wallAt(at)))) {
    const left = (minutesOf(hours.to) - minuteOfDay(wallAt(at)) + DAY_MINUTES) % DAY_MINUTES;
    const end = at + left * MINUTE_MS;
    at = offsetAt(end) === offsetAt(at) ? end : changeBetween(offsetAt, at, end);
  }
  return new Date(at);
};
