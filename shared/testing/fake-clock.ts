import type { Clock } from "../kernel/clock.ts";

export interface FakeClock extends Clock {
  advance(milliseconds: number): void;
  set(time: Date | string): void;
}

/** A clock that stands still until told otherwise. */
export function fakeClock(start: Date | string = "2026-01-01T12:00:00.000Z"): FakeClock {
  let nowMs = new Date(start).getTime();
  return {
    now: () => new Date(nowMs),
    advance(milliseconds) {
      nowMs += milliseconds;
    },
    set(time) {
      nowMs = new Date(time).getTime();
    },
  };
}
