/** Where code learns the time. Domain code never asks: it is told a `Date`. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The system's clock, so many milliseconds ahead of it; behind it where that is negative. For processes whose clock is wrong on purpose. */
export const clockOffBy = (ms: number): Clock =>
  ms === 0 ? systemClock : { now: () => new Date(Date.now() + ms) };
