/** Where the sandbox gets the time from; a test passes a virtual one. */
export interface Clock {
  now(): Date;
}

export type TimerHandle = unknown;

/** Where the sandbox gets its timers from, so that long polls and retries run on a virtual clock in tests. */
export interface Timers {
  set(callback: () => void, delayMs: number): TimerHandle;
  clear(handle: TimerHandle): void;
}

export const systemClock: Clock = { now: () => new Date() };

export const systemTimers: Timers = {
  set: (callback, delayMs) => setTimeout(callback, delayMs),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/** Unix time in whole seconds, as every date of the Bot API is given. */
export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
