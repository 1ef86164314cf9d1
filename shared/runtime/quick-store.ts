import type { Clock } from "../kernel/clock.ts";
import type { TtlStore } from "../ports/ttl-store.ts";
import { Breaker } from "./breaker.ts";
import { within } from "./retry.ts";

/** A store that is slower than this is of no use: what it would save takes no longer. */
const DEADLINE_MS = 50;

export interface QuickStoreOptions {
  readonly store: TtlStore;
  readonly clock: Clock;
  readonly deadlineMs?: number;
  /** Values that it takes within one life of a value, at most: what nobody asks for again lies there until its time is over. */
  readonly putsMax?: number;
}

/** A shared store that nobody ever waits long for, and whose failures are misses. */
export interface QuickStore {
  /** Null where there is nothing, and while the store is away or slow. Never fails. */
  get(key: string): Promise<string | null>;
  /** Not waited for. What the store does not take is not there. */
  put(key: string, value: string, ttlMs: number): void;
}

const PUTS_MAX = 50_000;

/** A budget that is full again after each span of time. */
const createBudget = (max: number, clock: Clock) => {
  let left = max;
  let endsAt = 0;
  return (spanMs: number): boolean => {
    const now = clock.now().getTime();
    if (now >= endsAt) [left, endsAt] = [max, now + spanMs];
    left -= 1;
    return left >= 0;
  };
};

/** A TTL store as a cache: with a short deadline, a breaker, and a bound on what is put into it. */
export const createQuickStore = ({
  store,
  clock,
  deadlineMs = DEADLINE_MS,
  putsMax = PUTS_MAX,
}: QuickStoreOptions): QuickStore => {
  const breaker = new Breaker(clock);
  const mayPut = createBudget(putsMax, clock);
  const late = () => new Error("The shared store is slow.");

  /** What the store says; null while it does not. */
  const ask = async <Answer>(command: () => Promise<Answer>): Promise<Answer | null> => {
    if (!breaker.tryAcquire()) return null;
    try {
      const answer = await within(command(), deadlineMs, late);
      breaker.record(true);
      return answer;
    } catch {
      breaker.record(false);
      return null;
    }
  };

  return {
    get: (key) => ask(() => store.get(key)),
    put(key, value, ttlMs) {
      if (mayPut(ttlMs)) void ask(() => store.set(key, value, ttlMs));
    },
  };
};
