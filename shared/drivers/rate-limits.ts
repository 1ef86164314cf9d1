import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";
import { unavailable } from "../kernel/errors.ts";
import type { LimitResult, LimitRule, Limits } from "../ports/limits.ts";

const resultOf = (allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): LimitResult => ({
  allowed,
  remaining: allowed ? remainingPoints : 0,
  resetSeconds: Math.max(0, Math.ceil(msBeforeNext / 1_000)),
});

const unreachable = (cause: unknown) => unavailable("The counter of calls cannot be reached.", 1, cause);

/** The `Limits` port over limiters of rate-limiter-flexible: one a rule, made when it is first used. */
export const limitsBy = (createLimiter: (rule: LimitRule) => RateLimiterAbstract): Limits => {
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterOf = (rule: LimitRule): RateLimiterAbstract =>
    limiters.getOrInsertComputed(`${rule.name}:${rule.points}:${rule.windowSeconds}`, () =>
      createLimiter(rule),
    );
  return {
    async consume(rule, subject, points = 1) {
      try {
        return resultOf(true, await limiterOf(rule).consume(subject, points));
      } catch (refused) {
        // The library rejects with a result when there are no points left, and with an error when the store fails.
        if (refused instanceof RateLimiterRes) return resultOf(false, refused);
        throw unreachable(refused);
      }
    },
    async reset(rule, subject) {
      try {
        await limiterOf(rule).delete(subject);
      } catch (error) {
        throw unreachable(error);
      }
    },
  };
};
