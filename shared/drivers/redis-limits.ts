import { RateLimiterRedis } from "rate-limiter-flexible";
import type { Limits } from "../ports/limits.ts";
import { limitsBy } from "./rate-limits.ts";
import { KEY_PREFIX, type RedisConnection } from "./redis-connection.ts";

/** Counts over all instances, in Redis. */
export const createRedisLimits = ({ client }: RedisConnection): Limits =>
  limitsBy(
    ({ name, points, windowSeconds }) =>
      new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `${KEY_PREFIX}limit:${name}`,
        points,
        duration: windowSeconds,
      }),
  );
