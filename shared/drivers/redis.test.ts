import { expect, setDefaultTimeout, test } from "bun:test";
import { limitsConformance } from "../conformance/limits.ts";
import { pubSubConformance } from "../conformance/pub-sub.ts";
import { ttlStoreConformance } from "../conformance/ttl-store.ts";
import { describeIf, realServers } from "../testing/real-servers.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { waitFor } from "../testing/wait-for.ts";
import { openRedis } from "./redis-connection.ts";
import { createRedisLimits } from "./redis-limits.ts";
import { createRedisPubSub } from "./redis-pub-sub.ts";
import { createRedisTtlStore } from "./redis-ttl-store.ts";

// Recovery takes some backoff.
setDefaultTimeout(30_000);

const REDIS_PORT = 6379;

/** One connection through a proxy that can be cut, and one that cannot. */
const openBoth = async (url: string) => {
  const log = silentLogger();
  const proxy = await tcpProxy(url, REDIS_PORT);
  const redis = await openRedis(proxy.through(url), log);
  const steady = await openRedis(url, log);
  const close = async () => {
    await redis.close();
    await steady.close();
    await proxy.close();
  };
  return { log, proxy, redis, steady, close };
};

describeIf(realServers.redis, "REDIS_URL", "the Redis drivers", (url) => {
  ttlStoreConformance(async () => {
    const redis = await openRedis(url, silentLogger());
    return { store: createRedisTtlStore(redis), close: redis.close };
  });

  limitsConformance(async () => {
    const redis = await openRedis(url, silentLogger());
    return { limits: createRedisLimits(redis), close: redis.close };
  });

  pubSubConformance(
    async () => {
      const { log, proxy, redis, steady, close } = await openBoth(url);
      const pubSub = await createRedisPubSub(redis, log);
      const other = await createRedisPubSub(steady, log);
      return {
        pubSub,
        other,
        faults: proxy,
        async close() {
          await pubSub.close();
          await other.close();
          await close();
        },
      };
    },
    { lossy: true },
  );

  test("the store and the limits are UNAVAILABLE while Redis is away, and back after it", async () => {
    const { proxy, redis, log, close } = await openBoth(url);
    const store = createRedisTtlStore(redis);
    const limits = createRedisLimits(redis);
    const rule = { name: `test-${crypto.randomUUID()}`, points: 1, windowSeconds: 60 };
    const key = `test-${crypto.randomUUID()}`;
    proxy.shut();
    await expect(store.get(key)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(store.set(key, "x", 1_000)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(limits.consume(rule, "a")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(store.ping()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    proxy.open();
    await waitFor(
      () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      { timeoutMs: 10_000, what: "Redis to be back" },
    );
    expect((await limits.consume(rule, "a")).allowed).toBe(true);
    await limits.reset(rule, "a");
    expect(log.lines.filter((line) => line.level === "warn")).toHaveLength(1);
    await close();
  });

  test("a subscription that hears no ticks is made anew", async () => {
    const { log, redis, steady, close } = await openBoth(url);
    const connectionName = `kiosk-test-${crypto.randomUUID()}`;
    const pubSub = await createRedisPubSub(redis, log, { connectionName, tickMs: 20, silenceMs: 300 });
    const idNow = async () => {
      const clients = String(await steady.client.client("LIST"));
      const line = clients.split("\n").find((client) => client.includes(`name=${connectionName}`));
      return /^id=(\d+)/.exec(line ?? "")?.[1];
    };
    const before = await idNow();
    let resyncs = 0;
    await pubSub.subscribe("any", { onMessage: () => undefined, onResync: () => resyncs++ });
    // From here on Redis carries no tick of ours: the command connection ends, and with it the ticks.
    redis.client.disconnect();
    await waitFor(() => resyncs > 0, { what: "the resync" });
    expect(await idNow()).not.toBe(before);
    await pubSub.close();
    await close();
  });
});

test("a Redis that does not answer is said so at the start, without the password", async () => {
  const proxy = await tcpProxy("redis://127.0.0.1:1", REDIS_PORT);
  const url = `redis://:secret-word@127.0.0.1:${proxy.port}`;
  const failure = await openRedis(url, silentLogger()).then(
    () => "opened",
    (error: unknown) => String(error),
  );
  expect(failure).toContain(`Redis at redis://127.0.0.1:${proxy.port} does not answer`);
  expect(failure).not.toContain("secret-word");
  await proxy.close();
});
