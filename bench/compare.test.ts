import { expect, test } from "bun:test";
import { compare } from "./compare.ts";
import { verdictOf } from "./targets.ts";

const rate = { id: "P4", what: "orders / naive", limit: 2, wanted: "at least" } as const;
const wait = { id: "P6", what: "p50, ms", limit: 5, wanted: "at most" } as const;

const regressed = (now: Parameters<typeof compare>[0], kept: Parameters<typeof compare>[1]) =>
  compare(now, kept).map(({ isRegression }) => isRegression);

test("worse by more than the rounds differ is a regression, in the direction of the target", () => {
  const kept = [verdictOf(rate, [2, 2.1, 2.2]), verdictOf(wait, [4, 4.2, 4.4])];
  const lower = [verdictOf(rate, [1.5, 1.6, 1.7]), verdictOf(wait, [2, 2.2, 2.4])];
  const higher = [verdictOf(rate, [2.8, 2.9, 3]), verdictOf(wait, [6, 6.2, 6.4])];
  expect(regressed(lower, kept)).toEqual([true, false]);
  expect(regressed(higher, kept)).toEqual([false, true]);
});

test("what the rounds of either run differ by anyway is none, nor is a twentieth", () => {
  expect(regressed([verdictOf(rate, [1, 1.6, 2.4])], [verdictOf(rate, [2, 2.1, 2.2])])).toEqual([false]);
  expect(regressed([verdictOf(rate, [1.5, 1.6, 1.7])], [verdictOf(rate, [1.2, 2.1, 2.2])])).toEqual([false]);
  expect(regressed([verdictOf(wait, [4.1])], [verdictOf(wait, [4])])).toEqual([false]);
});

test("a target that was not kept, or whose figure was none, is compared with nothing", () => {
  const now = [verdictOf(rate, [2])];
  const none = JSON.parse(JSON.stringify([verdictOf(rate, [])])) as typeof now;
  for (const kept of [[], none])
    expect(compare(now, kept)).toEqual([
      { now: verdictOf(rate, [2]), kept: null, change: null, isRegression: false },
    ]);
  const [compared] = compare([verdictOf(rate, [3])], [verdictOf(rate, [2])]);
  expect(compared?.change).toBe(0.5);
});
