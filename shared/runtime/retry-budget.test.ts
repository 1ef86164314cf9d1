import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RETRIES_MIN, RETRY_SHARE, RETRY_WINDOW_SECONDS, RetryBudget } from "./retry-budget.ts";

const clockAt = (startMs: number) => {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
};

const retriesOf = (budget: RetryBudget): number => {
  for (let count = 0; ; count += 1) if (!budget.tryRetry()) return count;
};

type Steps = readonly { readonly waitMs: number; readonly isRetry: boolean }[];

/** Whether each retry that was granted is within the share of its window. */
const keepsWithin = (steps: Steps): boolean => {
  const clock = clockAt(0);
  const budget = new RetryBudget(clock.now);
  const seen: { second: number; isRetry: boolean }[] = [];
  return steps.every(({ waitMs, isRetry }) => {
    clock.advance(waitMs);
    const second = Math.floor(clock.now() / 1_000);
    if (isRetry && !budget.tryRetry()) return true;
    if (!isRetry) budget.call();
    seen.push({ second, isRetry });
    const recent = seen.filter((one) => second - one.second < RETRY_WINDOW_SECONDS);
    const retries = recent.filter((one) => one.isRetry).length;
    const most = Math.max(RETRIES_MIN, Math.floor((recent.length - retries) * RETRY_SHARE));
    return !isRetry || retries <= most;
  });
};

describe("a budget of retries", () => {
  test("leaves a few to whoever calls seldom, and no more", () => {
    const budget = new RetryBudget(clockAt(0).now);
    budget.call();
    expect(retriesOf(budget)).toBe(RETRIES_MIN);
    expect(budget.tryRetry()).toBe(false);
  });

  test("is a share of the calls of the window, and grows with them", () => {
    const budget = new RetryBudget(clockAt(0).now);
    for (let call = 0; call < 1_000; call += 1) budget.call();
    expect(retriesOf(budget)).toBe(1_000 * RETRY_SHARE);
    for (let call = 0; call < 10; call += 1) budget.call();
    expect(retriesOf(budget)).toBe(1);
  });

  test("forgets what was before the window", () => {
    const clock = clockAt(500);
    const budget = new RetryBudget(clock.now);
    for (let call = 0; call < 1_000; call += 1) budget.call();
    retriesOf(budget);
    clock.advance(RETRY_WINDOW_SECONDS * 1_000);
    expect(retriesOf(budget)).toBe(RETRIES_MIN);
  });

  test("is never passed in any window, whatever happens when", () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 3_000 }), isRetry: fc.boolean() });
    fc.assert(fc.property(fc.array(step, { maxLength: 300 }), keepsWithin));
  });
});
