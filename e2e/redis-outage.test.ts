import { expect, test } from "bun:test";
import { realServers } from "../shared/testing/real-servers.ts";
import { reportSuite } from "../shared/testing/suite-report.ts";
import { startCluster } from "./cluster.ts";
import { openOneProcess } from "./one-process.ts";
import { ownRedis, redisServer } from "./own-redis.ts";
import { type RedisOutageReport, runRedisOutage } from "./redis-outage.ts";

const TIMEOUT_MS = 240_000;

const expectUnharmed = (report: RedisOutageReport) => {
  console.info("Redis was killed and started again under load:", JSON.stringify(report));
  // The scarce SKU runs out (409): of Redis nobody hears.
  const statuses = Object.keys(report.answers);
  expect(statuses.filter((status) => !["201", "202", "409"].includes(status))).toEqual([]);
  expect(report.accepted).toBeGreaterThan(0);
  expect(report.differences).toEqual([]);
  expect(report.backward).toEqual([]);
};

const title = "Redis stopped and started under load";
if (redisServer === null)
  reportSuite({ outcome: "skipped", title, reason: "redis-server is not on the PATH" });

test.if(redisServer !== null)(
  `${title}: orders go on, replicas and a hundred readers converge`,
  async () => {
    const redis = await ownRedis(redisServer ?? "");
    const shop = await openOneProcess({ REDIS_URL: redis.url, RATE_LIMITS: "off" });
    try {
      expectUnharmed(await runRedisOutage(shop, redis));
    } finally {
      await shop.close();
      await redis.kill();
    }
  },
  TIMEOUT_MS,
);

const { postgres, rabbitmq } = realServers;
const cluster = postgres !== undefined && rabbitmq !== undefined && realServers.redis !== undefined;
if (!cluster)
  reportSuite({
    outcome: "skipped",
    title: `${title}, with the catalog in a process of its own`,
    reason: "DATABASE_URL, REDIS_URL or RABBITMQ_URL is not set",
  });

test.if(cluster && redisServer !== null)(
  `${title}: the same with the catalog and inventory in processes of their own`,
  async () => {
    const redis = await ownRedis(redisServer ?? "");
    const shop = await startCluster([["gateway", "orders"], ["inventory"], ["catalog"], ["auth", "notify"]], {
      env: { RATE_LIMITS: "off" },
      servers: { postgres: postgres ?? "", redis: redis.url, rabbitmq: rabbitmq ?? "" },
    });
    try {
      expectUnharmed(await runRedisOutage(shop, redis));
    } finally {
      await shop.close();
      await redis.kill();
    }
  },
  TIMEOUT_MS,
);
