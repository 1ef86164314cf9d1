import type { Clock } from "../shared/kernel/clock.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { TtlStore } from "../shared/ports/ttl-store.ts";
import type { Lockout } from "./usecases/password-ports.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Failures in a row within a day that close the way; a success in between begins anew. */
export const FAILURES_MAX = 20;
const FAILURES = { name: "password-failures", points: FAILURES_MAX, windowSeconds: DAY_SECONDS } as const;
/** It is closed for an hour, then for two, four …, and for a day at most. */
const FIRST_CLOSED_SECONDS = HOUR_SECONDS;
const LONGEST_CLOSED_SECONDS = DAY_SECONDS;
/** How often it has been closed is forgotten this long after it opened again. */
const REMEMBERED_SECONDS = DAY_SECONDS;

const closedKey = (subject: string): string => `auth:password-closed:${subject}`;
const timesKey = (subject: string): string => `auth:password-closings:${subject}`;

const closedSecondsAfter = (times: number): number =>
  Math.min(FIRST_CLOSED_SECONDS * 2 ** times, LONGEST_CLOSED_SECONDS);

/** Counted over all instances, and the same for accounts that there are and that there are not. */
export const createLockout = (limits: Limits, ttlStore: TtlStore, clock: Clock): Lockout => {
  const close = async (subject: string): Promise<void> => {
    const times = Number((await ttlStore.get(timesKey(subject))) ?? "0");
    const seconds = closedSecondsAfter(Number.isSafeInteger(times) ? times : 0);
    const endsAt = clock.now().getTime() + seconds * 1000;
    await ttlStore.set(closedKey(subject), String(endsAt), seconds * 1000);
    await ttlStore.set(timesKey(subject), String(times + 1), (seconds + REMEMBERED_SECONDS) * 1000);
    await limits.reset(FAILURES, subject);
  };
  return {
    async closedFor(subject) {
      const endsAt = await ttlStore.get(closedKey(subject));
      if (endsAt === null) return null;
      const seconds = Math.ceil((Number(endsAt) - clock.now().getTime()) / 1000);
      return seconds > 0 ? seconds : null;
    },
    async failed(subject) {
      const { allowed, remaining } = await limits.consume(FAILURES, subject);
      if (!allowed || remaining === 0) await close(subject);
    },
    async succeeded(subject) {
      await limits.reset(FAILURES, subject);
      await ttlStore.delete(timesKey(subject));
    },
  };
};
