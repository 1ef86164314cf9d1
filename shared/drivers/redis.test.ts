import { expect, setDefaultTimeout, test } from "bun:test";
import { type AddressInfo, connect, createServer } from "node:net";
import { limitsConformance } from "../conformance/limits.ts";
import { pubSubConformance } from "../conformance/pub-sub.ts";
import { ttlStoreConformance } from "../conformance/ttl-store.ts";
import { describeIf, realServers } from "../testing/real-servers.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { tcpProxy } from "../testing/tcp-proxy.ts";
import { waitFor } from "../testing/wait-for.ts";
import { openRedis } from "./redis-connection.ts";
import { createRedisLimits } from "./redis-limits.ts";
import { createRedisPubSub, SILENCE_MS, TICK_MS } from "./redis-pub-sub.ts";
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
  ttlStoreConformance(
    async () => {
      const redis = await openRedis(url, silentLogger());
      return { store: createRedisTtlStore(redis), close: redis.close };
    },
    { isShared: true },
  );

  limitsConformance(async () => {
    const redis = await openRedis(url, silentLogger());
    return { limits: createRedisLimits(redis), close: redis.close };
  });

  pubSubConformance(
    async () => {
      const { log, proxy, redis, steady, close } = await openBoth(url);
      // Ticks as fast as the test can do with; what they are otherwise is looked at below.
      const pubSub = await createRedisPubSub(redis, log, { tickMs: 50, silenceMs: 500 });
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
    { lossy: true, noticesSilence: true },
  );

  test("nothing waits for a connection, and nothing is sent again after a cut", async () => {
    const { redis, steady, proxy, close } = await openBoth(url);
    for (const client of [redis.client, await redis.openSubscriber("kiosk-test-options")]) {
      expect(client.options).toMatchObject({
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 1,
        enableOfflineQueue: false,
      });
      expect(client.options.commandTimeout).toBeGreaterThan(0);
    }
    expect(redis.client.options).toMatchObject({ commandTimeout: 200, socketTimeout: 5_000 });
    expect([TICK_MS, SILENCE_MS]).toEqual([5_000, 15_000]);
    // Executed, and the answer is lost: a client that sends again counts twice.
    const key = `test-${crypto.randomUUID()}`;
    proxy.swallowAnswers();
    const asked = redis.client.incr(key).catch(() => "failed");
    await waitFor(async () => (await steady.client.get(key)) === "1", { what: "the command to be executed" });
    proxy.cut();
    proxy.open();
    expect(await asked).toBe("failed");
    await waitFor(
      () =>
        redis.client.ping().then(
          () => true,
          () => false,
        ),
      { what: "Redis to be back" },
    );
    expect(await steady.client.get(key)).toBe("1");
    await steady.client.del(key);
    await close();
  });

  test("shops in different databases of one Redis do not hear each other", async () => {
    const open = async (database: number) => {
      const address = new URL(url);
      address.pathname = `/${database}`;
      const redis = await openRedis(address.href, silentLogger());
      return { redis, pubSub: await createRedisPubSub(redis, silentLogger()) };
    };
    const [mine, theirs] = [await open(0), await open(1)];
    const heard: string[] = [];
    const channel = `test-${crypto.randomUUID()}`;
    await mine.pubSub.subscribe(channel, { onMessage: (message) => heard.push(message) });
    await theirs.pubSub.publish(channel, "theirs");
    await mine.pubSub.publish(channel, "mine");
    await waitFor(() => heard.length > 0, { what: "the message" });
    expect(heard).toEqual(["mine"]);
    for (const { redis, pubSub } of [mine, theirs]) {
      await pubSub.close();
      await redis.close();
    }
  });

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

/** A line to a Redis on which the first PING gets lost, and nothing else. */
const losingOnePing = async (url: string) => {
  const { hostname, port } = new URL(url);
  let lost = 0;
  const server = createServer((client) => {
    const redis = connect(Number(port) || REDIS_PORT, hostname);
    for (const socket of [client, redis]) socket.on("error", () => undefined);
    client.on("data", (sent) => {
      if (lost === 0 && /\bping\b/i.test(String(sent))) lost += 1;
      else redis.write(sent);
    });
    client.on("close", () => redis.destroy());
    redis.pipe(client);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address() as AddressInfo;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `redis://127.0.0.1:${address.port}`, lost: () => lost, close };
};

describeIf(realServers.redis, "REDIS_URL", "a Redis whose first answer does not come in time", (url) => {
  test("is asked again", async () => {
    const line = await losingOnePing(url);
    const redis = await openRedis(line.url, silentLogger());
    expect(await redis.client.ping()).toBe("PONG");
    expect(line.lost()).toBe(1);
    await redis.close();
    await line.close();
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
