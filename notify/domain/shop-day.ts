const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** No day is longer, however the clock is put (26 h), and none ends later after noon. */
const LONGEST_DAY_HOURS = 26;

/** The date on a wall calendar in the zone. */
const dateIn = (timezone: string): ((at: number) => string) => {
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, dateStyle: "short" });
  return (at) => format.format(at);
};

/** The first minute in (early, late] for which `holds`; it does for `late`, and from the first on. */
const firstMinute = (early: number, late: number, holds: (at: number) => boolean): number => {
  let [before, after] = [early, late];
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return after;
};

/**
 * The day of the shop in which `now` lies: from its first minute to that of the next day, whatever the clock does in between (a day
 * may have 23 or 25 hours, and need not begin at midnight). `timezone` is a name of the IANA database.
 */
export const shopDay = (timezone: string, now: Date): { readonly from: Date; readonly to: Date } => {
  const dateAt = dateIn(timezone);
  const at = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const today = dateAt(at);
  const [before, after] = [at - LONGEST_DAY_HOURS * HOUR_MS, at + LONGEST_DAY_HOURS * HOUR_MS];
  return {
    from: new Date(firstMinute(before, at, (one) => dateAt(one) === today)),
    to: new Date(firstMinute(at, after, (one) => dateAt(one) !== today)),
  };
};
