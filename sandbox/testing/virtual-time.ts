import type { Clock, Timers } from "../time.ts";

interface Waiting {
  at: number;
  order: number;
  callback: () => void;
}

export interface VirtualTime {
  clock: Clock;
  timers: Timers;
  /** Moves the time on, running what falls due in order; settles once what it set off has had its turn. */
  advance(ms: number): Promise<void>;
  /** Timers that have not fired. */
  pending(): number;
}

/** A clock and timers that move only when told to: no test has to sleep. */
export function createVirtualTime(start = new Date("2026-01-05T12:00:00Z")): VirtualTime {
  let now = start.getTime();
  let order = 0;
  const waiting = new Set<Waiting>();
  const nextDue = (until: number) =>
    [...waiting].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    clock: { now: () => new Date(now) },
    timers: {
      set(callback, delayMs) {
        const entry = { at: now + delayMs, order: order++, callback };
        waiting.add(entry);
        return entry;
      },
      clear(handle) {
        waiting.delete(handle as Waiting);
      },
    },
    async advance(ms) {
      const until = now + ms;
      await turn();
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        waiting.delete(due);
        now = due.at;
        due.callback();
        await turn();
      }
      now = until;
      await turn();
    },
    pending: () => waiting.size,
  };
}

/** Lets everything that is ready to run do so; a few rounds, because one thing sets off the next. */
async function turn(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
}
