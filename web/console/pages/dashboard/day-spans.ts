/** A day: from its midnight until before the next one. */
export interface DaySpan {
  readonly from: Date;
  readonly to: Date;
}

/** So many days up to and with that of `now`, the latest last, by the reader's clock: a day of 23 or 25 hours is one as well. */
export const daysUntil = (now: Date, count: number): readonly DaySpan[] => {
  const midnight = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);
  return Array.from({ length: count }, (_, place) => {
    const daysAgo = count - 1 - place;
    return { from: midnight(daysAgo), to: midnight(daysAgo - 1) };
  });
};
