import { afterEach, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { Redis } from "ioredis";
import { z } from "zod";
import { catalogConfigSchema } from "../catalog/config.ts";
import {
  type CatalogUnderTest,
  catalogUnderTest,
  stockChange,
} from "../catalog/testing/catalog-under-test.ts";
import { openRedis } from "../shared/drivers/redis-connection.ts";
import { createRedisTtlStore } from "../shared/drivers/redis-ttl-store.ts";
import { readConfig } from "../shared/runtime/config.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { reportSuite } from "../shared/testing/suite-report.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { openOneProcess } from "./one-process.ts";
import { type OwnRedis, ownRedis, redisServer } from "./own-redis.ts";

const TIMEOUT_MS = 120_000;
const ROUNDS = 8;
/** How long the tests are ready to wait for what takes moments. */
const PATIENCE = { timeoutMs: 30_000 } as const;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
}, TIMEOUT_MS);

const openOwnRedis = async (): Promise<OwnRedis> => {
  const redis = await ownRedis(redisServer ?? "");
  closers.push(redis.kill);
  return redis;
};

/** An instance of the catalog on a Redis, beside those that are on the same database. */
const openInstance = async (redis: OwnRedis, first?: CatalogUnderTest): Promise<CatalogUnderTest> => {
  const connection = await openRedis(redis.url, silentLogger());
  closers.push(connection.close);
  const common =
    first === undefined ? {} : { database: first.database, pubSub: first.pubSub, bus: first.bus };
  const instance = await catalogUnderTest({ ...common, ttlStore: createRedisTtlStore(connection) });
  closers.push(first === undefined ? instance.close : () => instance.service.stop());
  await instance.service.start();
  return instance;
};

const nameAt = async (catalog: CatalogUnderTest, id: string): Promise<string> =>
  (await catalog.get(`/v1/products/${id}`)).body.name;

const namesListed = async (catalog: CatalogUnderTest): Promise<string[]> =>
  (await catalog.get("/v1/products?limit=5")).body.items.map(({ name }) => name);

/** Reads by the layer that answered. */
const countsOf = async ({ metrics }: CatalogUnderTest) => {
  const page = await metrics.registry.metrics();
  const read = (layer: string) => {
    const line = `kiosk_catalog_cache_requests_total\\{cache="product",layer="${layer}"\\} (\\d+)`;
    return Number(new RegExp(line).exec(page)?.[1]);
  };
  return { memory: read("memory"), redis: read("redis"), database: read("database") };
};

/** Changes on one instance: there at once, at the other soon and then never older, alone and in lists. */
const expectTrueCopies = async (one: CatalogUnderTest, two: CatalogUnderTest, id: string, phase: string) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `${phase} ${round}`;
    await Promise.all([nameAt(one, id), nameAt(two, id), namesListed(one), namesListed(two)]);
    const { status } = await one.call("PATCH", `/v1/products/${id}`, { as: "staff", body: { name } });
    expect(status).toBe(200);
    expect(await nameAt(one, id)).toBe(name);
    expect(await namesListed(one)).toContain(name);
    await waitFor(async () => (await nameAt(two, id)) === name, {
      ...PATIENCE,
      what: `${name} at the other`,
    });
    const seen = await Promise.all(Array.from({ length: 20 }, () => nameAt(two, id)));
    expect(new Set(seen)).toEqual(new Set([name]));
    expect(await namesListed(two)).toContain(name);
  }
};

/** What somebody does past every instance: no instance writes it, and those that do not listen just then are not told. */
const renameByHand = ({ database }: CatalogUnderTest, id: string, name: string) =>
  database.db.execute(sql`update product set name = ${name}, version = version + 1 where id = ${id}`);

const endListening = ({ database }: CatalogUnderTest) =>
  database.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'kiosk-catalog-listen'`);

const title = "two catalogs, one database, and a Redis";
if (redisServer === null)
  reportSuite({ outcome: "skipped", title, reason: "redis-server is not on the PATH" });

describe.if(redisServer !== null)(title, () => {
  test(
    "what one changes is there at once, and at the other soon, with Redis, without it and when it is back",
    async () => {
      const redis = await openOwnRedis();
      const one = await openInstance(redis);
      const two = await openInstance(redis, one);
      const { id } = await one.product();
      await expectTrueCopies(one, two, id, "with Redis");
      await redis.kill();
      await expectTrueCopies(one, two, id, "without Redis");
      await redis.start();
      await expectTrueCopies(two, one, id, "with Redis again");
    },
    TIMEOUT_MS,
  );

  test(
    "connections that listen are cut in the moment of a change: nobody goes on showing what was before",
    async () => {
      const redis = await openOwnRedis();
      const one = await openInstance(redis);
      const two = await openInstance(redis, one);
      const { id } = await one.product();
      for (let round = 0; round < 3; round += 1) {
        const name = `Unheard ${round}`;
        await Promise.all([nameAt(one, id), nameAt(two, id), namesListed(one)]);
        await endListening(one);
        await renameByHand(one, id, name);
        for (const catalog of [one, two]) {
          await waitFor(async () => (await nameAt(catalog, id)) === name, { ...PATIENCE, what: name });
          await waitFor(async () => (await namesListed(catalog)).includes(name), { ...PATIENCE, what: name });
        }
        const { memory } = await countsOf(two);
        await waitFor(async () => (await nameAt(two, id)) === name && (await countsOf(two)).memory > memory, {
          ...PATIENCE,
          what: "copies to be used again",
        });
        const seen = await Promise.all([...Array(20).keys()].map((n) => nameAt(n % 2 ? one : two, id)));
        expect(new Set(seen)).toEqual(new Set([name]));
      }
    },
    TIMEOUT_MS,
  );

  test(
    "who starts takes what the others have left in Redis, unless the catalogue has changed meanwhile, heard by nobody",
    async () => {
      const redis = await openOwnRedis();
      const one = await openInstance(redis);
      const { id } = await one.product({ name: "Before" });
      expect(await nameAt(one, id)).toBe("Before");
      const client = new Redis(redis.url);
      closers.push(async () => client.disconnect());
      const keys = () => client.keys("kiosk:ttl:catalog:product:*");
      await waitFor(async () => (await keys()).length > 0, { ...PATIENCE, what: "the product in Redis" });
      for (const key of await keys()) {
        const ttlMs = await client.pttl(key);
        expect(ttlMs).toBeGreaterThan(0);
        expect(ttlMs).toBeLessThanOrEqual(300_000);
      }

      const warm = await openInstance(redis, one);
      expect(await nameAt(warm, id)).toBe("Before");
      expect(await countsOf(warm)).toMatchObject({ redis: 1, database: 0 });

      await warm.service.stop();
      await one.service.stop();
      await renameByHand(one, id, "After");
      expect((await keys()).length).toBeGreaterThan(0);
      const late = await openInstance(redis, one);
      expect(await nameAt(late, id)).toBe("After");
      expect(await countsOf(late)).toMatchObject({ redis: 0, database: 1 });
    },
    TIMEOUT_MS,
  );

  test(
    "while Redis is away products are read from the database once, and then from memory",
    async () => {
      const redis = await openOwnRedis();
      const one = await openInstance(redis);
      one.inventory.record(stockChange("ANY", 1, 1));
      const { id, name } = await one.product();
      await redis.kill();
      for (let n = 0; n < 30; n += 1) expect(await nameAt(one, id)).toBe(name);
      const counts = await countsOf(one);
      expect(counts.memory).toBeGreaterThan(20);
      expect(counts.redis).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    "CATALOG_CACHE_TTL_SECONDS is how long a product lies in Redis",
    async () => {
      const redis = await openOwnRedis();
      const shop = await openOneProcess({ REDIS_URL: redis.url, CATALOG_CACHE_TTL_SECONDS: "7" });
      closers.push(shop.close);
      const api = createApiClient(shop.url);
      const ids = z.object({ items: z.array(z.object({ id: z.string() })) });
      const { items } = (await api.expect(200, ids, "/v1/products")).body;
      for (const { id } of items) await api.expect(200, z.looseObject({}), `/v1/products/${id}`);
      const client = new Redis(redis.url);
      closers.push(async () => client.disconnect());
      // A value of seconds is soon gone again: looked at in one go.
      const left = await client.eval(
        "local all = {} for _, key in ipairs(redis.call('KEYS', 'kiosk:ttl:catalog:product:*')) do all[#all + 1] = redis.call('PTTL', key) end return all",
        0,
      );
      const leftMs = z.array(z.int()).parse(left);
      expect(leftMs.length).toBeGreaterThan(0);
      expect(Math.max(...leftMs)).toBeLessThanOrEqual(7_000);
      expect(Math.min(...leftMs)).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

test("CATALOG_CACHE_TTL_SECONDS is a whole number of seconds up to a day, five minutes where it is not set", () => {
  const ttlOf = (value?: string) =>
    readConfig(catalogConfigSchema, { CATALOG_CACHE_TTL_SECONDS: value }).CATALOG_CACHE_TTL_SECONDS;
  expect([ttlOf(), ttlOf("1"), ttlOf("86400")]).toEqual([300, 1, 86_400]);
  for (const wrong of ["0", "86401", "-1", "1.5", "soon"])
    expect(() => ttlOf(wrong)).toThrow("CATALOG_CACHE_TTL_SECONDS");
});
