import { describe, expect, test } from "bun:test";
import type { LimitRule, Limits } from "../ports/limits.ts";
import { waitFor } from "../testing/wait-for.ts";

export interface LimitsHarness {
  readonly limits: Limits;
  close(): Promise<void>;
}

/** What every driver of the `Limits` port must do. */
export const limitsConformance = (open: () => Promise<LimitsHarness>): void => {
  const withLimits = async (run: (limits: Limits, rule: LimitRule) => Promise<void>) => {
    const { limits, close } = await open();
    const rule = { name: `test-${crypto.randomUUID()}`, points: 3, windowSeconds: 60 };
    try {
      await run(limits, rule);
    } finally {
      await limits.reset(rule, "a");
      await limits.reset(rule, "b");
      await close();
    }
  };

  describe("limits", () => {
    test("allow as many points as the rule has, then refuse and say when to come back", () =>
      withLimits(async (limits, rule) => {
        expect(await limits.consume(rule, "a")).toEqual({ allowed: true, remaining: 2, resetSeconds: 60 });
        expect(await limits.consume(rule, "a", 2)).toMatchObject({ allowed: true, remaining: 0 });
        const refused = await limits.consume(rule, "a");
        expect(refused).toMatchObject({ allowed: false, remaining: 0 });
        expect(refused.resetSeconds).toBeGreaterThan(50);
        expect(refused.resetSeconds).toBeLessThanOrEqual(60);
      }));

    test("count subjects and rules apart", () =>
      withLimits(async (limits, rule) => {
        await limits.consume(rule, "a", 3);
        expect((await limits.consume(rule, "a")).allowed).toBe(false);
        expect((await limits.consume(rule, "b")).allowed).toBe(true);
        const other = { ...rule, name: `${rule.name}-other` };
        expect((await limits.consume(other, "a")).allowed).toBe(true);
        await limits.reset(other, "a");
      }));

    test("let exactly the rule's points of 40 parallel calls pass", () =>
      withLimits(async (limits, rule) => {
        const calls = Array.from({ length: 40 }, () => limits.consume(rule, "a"));
        const allowed = (await Promise.all(calls)).filter((result) => result.allowed);
        expect(allowed).toHaveLength(3);
      }));

    test("begin anew after a reset", () =>
      withLimits(async (limits, rule) => {
        await limits.consume(rule, "a", 3);
        await limits.reset(rule, "a");
        expect((await limits.consume(rule, "a")).remaining).toBe(2);
      }));

    test("begin anew when the window has ended, which refused calls do not put off", () =>
      withLimits(async (limits, rule) => {
        const short = { ...rule, windowSeconds: 1 };
        await limits.consume(short, "a", 3);
        await waitFor(async () => (await limits.consume(short, "a")).allowed, {
          timeoutMs: 3_000,
          what: "the window to end",
        });
      }));
  });
};
