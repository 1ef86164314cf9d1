import { describe, expect, test } from "bun:test";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { createMemoryTtlStore } from "../shared/drivers/memory-ttl-store.ts";
import { openRedis } from "../shared/drivers/redis-connection.ts";
import { createRedisLimits } from "../shared/drivers/redis-limits.ts";
import { createRedisTtlStore } from "../shared/drivers/redis-ttl-store.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { createLockout, FAILURES_MAX } from "./lockout.ts";
import type { Lockout } from "./usecases/limit-ports.ts";

const HOUR_SECONDS = 3_600;
const somebody = () => crypto.randomUUID();

const open = () => {
  const clock = fakeClock();
  const shared = { limits: createMemoryLimits(), ttlStore: createMemoryTtlStore(), clock };
  return {
    clock,
    codes: createLockout({ ...shared, way: "code" }),
    passwords: createLockout({ ...shared, way: "password" }),
  };
};

/** One failed try: true where it closed the way, null where it was closed already. */
const fail = async (lockout: Lockout, subject: string): Promise<boolean | null> => {
  const taken = await lockout.take(subject);
  return taken.outcome === "open" ? taken.failed() : null;
};
const failures = async (lockout: Lockout, subject: string, count: number): Promise<(boolean | null)[]> => {
  const seen: (boolean | null)[] = [];
  for (let n = 0; n < count; n += 1) seen.push(await fail(lockout, subject));
  return seen;
};

/** What of 40 tries at once at two instances was open; all of those fail. Leaves nothing behind. */
const guessAtOnce = async (instances: readonly Lockout[]) => {
  const subject = somebody();
  const at = (n: number) => instances[n % instances.length];
  const taken = await Promise.all(Array.from({ length: 40 }, (_, n) => at(n)?.take(subject)));
  const opened = taken.filter((each) => each?.outcome === "open");
  const closed = (await Promise.all(opened.map((each) => each?.failed()))).filter(Boolean);
  const left = await Promise.all(instances.map((instance) => instance.closedFor(subject)));
  await opened[0]?.succeeded();
  return { opened: opened.length, closed: closed.length, left };
};
const RACE = { opened: FAILURES_MAX, closed: 1, left: [HOUR_SECONDS, HOUR_SECONDS] };

describe("auth-7: a lockout", () => {
  test("closes at the twentieth failure in a row, for an hour", async () => {
    const { codes, clock } = open();
    const subject = somebody();
    expect(await failures(codes, subject, FAILURES_MAX - 1)).not.toContain(true);
    expect(await codes.closedFor(subject)).toBe(null);
    expect(await fail(codes, subject)).toBe(true);
    expect(await codes.take(subject)).toEqual({ outcome: "closed", retryAfterSeconds: HOUR_SECONDS });
    clock.advance(HOUR_SECONDS * 1000 - 1);
    expect(await codes.closedFor(subject)).toBe(1);
    clock.advance(1);
    expect(await codes.closedFor(subject)).toBe(null);
    expect(await fail(codes, subject)).toBe(false);
  });

  test("doubles, to a day at most", async () => {
    const { codes, clock } = open();
    const subject = somebody();
    const hours: number[] = [];
    for (let closing = 0; closing < 7; closing += 1) {
      expect((await failures(codes, subject, FAILURES_MAX)).at(-1)).toBe(true);
      const seconds = (await codes.closedFor(subject)) ?? 0;
      hours.push(seconds / HOUR_SECONDS);
      clock.advance(seconds * 1000);
    }
    expect(hours).toEqual([1, 2, 4, 8, 16, 24, 24]);
  });

  test("begins anew after a success, also after it has been closed", async () => {
    const { codes, clock } = open();
    const subject = somebody();
    const succeed = async () => {
      const taken = await codes.take(subject);
      if (taken.outcome === "open") await taken.succeeded();
      return taken.outcome;
    };
    await failures(codes, subject, FAILURES_MAX - 1);
    // The last of the tries may be the right one.
    expect(await succeed()).toBe("open");
    for (let round = 0; round < 2; round += 1) {
      expect((await failures(codes, subject, FAILURES_MAX)).filter(Boolean)).toEqual([true]);
      expect(await codes.closedFor(subject)).toBe(HOUR_SECONDS);
      clock.advance(HOUR_SECONDS * 1000);
      expect(await succeed()).toBe("open");
    }
  });

  test("closes one way of one account, and no other", async () => {
    const { codes, passwords } = open();
    const [guessed, other] = [somebody(), somebody()];
    await failures(codes, guessed, FAILURES_MAX);
    expect(await passwords.closedFor(guessed)).toBe(null);
    expect(await codes.closedFor(other)).toBe(null);
  });

  test("closes although whoever took the last try died with it", async () => {
    const { codes } = open();
    const subject = somebody();
    for (let n = 0; n < FAILURES_MAX; n += 1) await codes.take(subject);
    expect(await codes.closedFor(subject)).toBe(null);
    expect(await codes.take(subject)).toEqual({ outcome: "closed", retryAfterSeconds: HOUR_SECONDS });
    expect(await codes.closedFor(subject)).toBe(HOUR_SECONDS);
  });

  test("lets exactly twenty of forty tries at once through, and is closed once", async () => {
    const { codes } = open();
    expect(await guessAtOnce([codes, codes])).toEqual(RACE);
  });
});

describeIf(realServers.redis, "REDIS_URL", "auth-7: a lockout over Redis", (url) => {
  test("lets exactly twenty of forty tries at two instances through, and is closed once for both", async () => {
    const clock = fakeClock();
    const connections = await Promise.all([openRedis(url, silentLogger()), openRedis(url, silentLogger())]);
    try {
      const instances = connections.map((redis) =>
        createLockout({
          ...{ way: "code", limits: createRedisLimits(redis), ttlStore: createRedisTtlStore(redis), clock },
        }),
      );
      expect(await guessAtOnce(instances)).toEqual(RACE);
    } finally {
      await Promise.all(connections.map((redis) => redis.close()));
    }
  });
});
