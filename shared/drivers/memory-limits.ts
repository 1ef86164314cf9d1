import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Limits } from "../ports/limits.ts";
import { limitsBy } from "./rate-limits.ts";

/** Counts within this process. An entry lives until its window ends, so windows bound the memory. */
export const createMemoryLimits = (): Limits =>
  limitsBy(
    ({ name, points, windowSeconds }) =>
      new RateLimiterMemory({ keyPrefix: name, points, duration: windowSeconds }),
  );
