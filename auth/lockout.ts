import type { Clock } from "../shared/kernel/clock.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { TtlStore } from "../shared/ports/ttl-store.ts";
import type { Lockout } from "./usecases/limit-ports.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Failures in a row within a day that close the way; a success in between begins anew. */
export const FAILURES_MAX = 20;
/** It is closed for an hour, then for two, four …, and for a day at most. */
const FIRST_CLOSED_SECONDS = HOUR_SECONDS;
const LONGEST_CLOSED_SECONDS = DAY_SECONDS;
/** How often it has been closed is forgotten this long after it opened again. */
const REMEMBERED_SECONDS = DAY_SECONDS;

/** How often the way was closed, and when it opens after the last time, in milliseconds since 1970. */
interface Closing {
  readonly times: number;
  readonly endsAtMs: number;
}

const NEVER: Closing = { times: 0, endsAtMs: 0 };

const closedSecondsAfter = (times: number): number =>
  Math.min(FIRST_CLOSED_SECONDS * 2 ** times, LONGEST_CLOSED_SECONDS);

const writeClosing = ({ times, endsAtMs }: Closing): string => `${times} ${endsAtMs}`;

const readClosing = (text: string | null): Closing => {
  const [times = 0, endsAtMs = 0] = (text ?? "").split(" ").map(Number);
  return Number.isSafeInteger(times) && Number.isSafeInteger(endsAtMs) ? { times, endsAtMs } : NEVER;
};

export interface LockoutOptions {
  /** The way that it closes: each is counted and closed apart from the others. */
  readonly way: "password" | "code";
  readonly limits: Limits;
  readonly ttlStore: TtlStore;
  readonly clock: Clock;
}

/**
 * Counted over all instances, and the same for accounts that there are and that there are not. Failures are counted by the closing that
 * they follow: whoever comes late with a try of before finds that count used up, and not a new one.
 */
export const createLockout = ({ way, limits, ttlStore, clock }: LockoutOptions): Lockout => {
  const rule = { name: `${way}-failures`, points: FAILURES_MAX, windowSeconds: DAY_SECONDS };
  const keyOf = (subject: string) => `auth:${way}-closing:${subject}`;
  const countOf = (subject: string, { endsAtMs }: Closing) => `${subject}:${endsAtMs}`;
  const lastClosing = async (subject: string) => readClosing(await ttlStore.get(keyOf(subject)));
  const secondsLeft = ({ endsAtMs }: Closing): number | null => {
    const seconds = Math.ceil((endsAtMs - clock.now().getTime()) / 1000);
    return seconds > 0 ? seconds : null;
  };
  /** Closes it once more than before; done twice it is done once. */
  const close = async (subject: string, last: Closing): Promise<number> => {
    const seconds = closedSecondsAfter(last.times);
    const closing = { times: last.times + 1, endsAtMs: clock.now().getTime() + seconds * 1000 };
    await ttlStore.set(keyOf(subject), writeClosing(closing), (seconds + REMEMBERED_SECONDS) * 1000);
    return seconds;
  };
  const forget = async (subject: string, last: Closing): Promise<void> => {
    await limits.reset(rule, countOf(subject, last));
    if (last.times > 0) await limits.reset(rule, countOf(subject, NEVER));
    await ttlStore.delete(keyOf(subject));
  };
  return {
    closedFor: async (subject) => secondsLeft(await lastClosing(subject)),
    async take(subject) {
      const last = await lastClosing(subject);
      const seconds = secondsLeft(last);
      if (seconds !== null) return { outcome: "closed", retryAfterSeconds: seconds };
      const { allowed, remaining } = await limits.consume(rule, countOf(subject, last));
      // Whoever took the last try is about to close the way, or died before it could.
      if (!allowed) return { outcome: "closed", retryAfterSeconds: await close(subject, last) };
      return {
        outcome: "open",
        async failed() {
          if (remaining > 0) return false;
          await close(subject, last);
          return true;
        },
        succeeded: () => forget(subject, last),
      };
    },
  };
};
