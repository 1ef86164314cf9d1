/** Where code learns the time. Domain code never asks: it is told a `Date`. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
