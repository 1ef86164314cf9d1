import { z } from "zod";
import type { PartName } from "../boot/config.ts";
import { databaseNames, databaseUrl } from "../shared/drivers/ensure-database.ts";
import { tcpProxy } from "../shared/testing/tcp-proxy.ts";
import { type TemporaryPostgres, temporaryPostgres } from "../shared/testing/temporary-postgres.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import type { Shop, ShopFloor } from "./busy-shop.ts";
import { startCluster } from "./cluster.ts";
import { crowdEnv } from "./crowd.ts";
import { ownFolder } from "./own-folder.ts";
import type { Databases } from "./shop-invariants.ts";

/** A Kiosk on a PostgreSQL of its own, with which a test may do what it likes. */
export interface PostgresShop extends Shop, Databases {
  readonly postgres: TemporaryPostgres;
  readonly processes: readonly KioskProcess[];
  /** Pages with the metrics of all its pools. */
  readonly metricsUrls: readonly string[];
  close(): Promise<void>;
}

/** Cards of all orders in a few chats: at Telegram's pace they would take minutes. */
const env = { ...crowdEnv, TELEGRAM_PACE: "off" };
const ADMIN_PHONE = "+15550000001";
const PARTS = ["gateway", "auth", "catalog", "inventory", "orders", "notify"] as const satisfies PartName[];
/** Generous: a server that was killed has to recover first, and so have we, on a machine that may be busy. */
const RECOVERY_TIMEOUT_MS = 60_000;
const POLL_MS = 20;

/** Everything in one process, with the database by DATABASE_URL, and that by way of a proxy where one is wanted. */
export const openOneProcess = async ({ proxied = false } = {}) => {
  const postgres = await temporaryPostgres();
  const proxy = await tcpProxy(postgres.url, 5432);
  const own = ownFolder();
  const close = async () => {
    await own.close();
    await proxy.close();
    await postgres.remove();
  };
  const url = proxied ? proxy.through(postgres.url) : postgres.url;
  const settings = { ...env, DATABASE_URL: url, ADMIN_PHONES: ADMIN_PHONE };
  const kiosk = await own.start({ env: settings }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const shop: PostgresShop = {
    ...{ postgres, close, url: kiosk.url, dataDir: own.dataDir, adminPhone: ADMIN_PHONE },
    processes: [kiosk],
    metricsUrls: [`${kiosk.url}/metrics`],
    databaseUrl: (service) => databaseUrl(postgres.url, databaseNames[service]),
  };
  return { ...shop, proxy };
};

/** Each part in a process of its own, on the RabbitMQ and the Redis of the environment. */
export const openSixProcesses = async (): Promise<PostgresShop> => {
  const postgres = await temporaryPostgres();
  const parts = PARTS.map((part) => [part]);
  const cluster = await startCluster(parts, { env, postgres: postgres.url }).catch(async (error: unknown) => {
    await postgres.remove();
    throw error;
  });
  return {
    ...cluster,
    postgres,
    metricsUrls: PARTS.map((part) => `${cluster.urlOf(part)}/metrics`),
    async close() {
      await cluster.close();
      await postgres.remove();
    },
  };
};

const readySchema = z.object({
  services: z.record(
    z.string(),
    z.object({ status: z.string(), dependencies: z.array(z.object({ state: z.string() })).default([]) }),
  ),
});

/** Services that are well with all that they depend on. */
const wellServices = async ({ api }: ShopFloor): Promise<string[]> => {
  const { services } = readySchema.parse((await api.send("/ready")).body);
  return Object.entries(services).flatMap(([name, { status, dependencies }]) =>
    status === "ok" && dependencies.every(({ state }) => state === "up") ? [name] : [],
  );
};

/** One more order, answered with 201 when it is confirmed. */
export const placeOne = async ({ api, buyers, initial }: ShopFloor): Promise<number> => {
  const [sku] = initial.keys();
  const body = { lines: [{ sku, quantity: 1 }], note: crypto.randomUUID() };
  const call = { method: "POST", token: buyers[0]?.accessToken, body } as const;
  return (await api.send("/v1/orders", call)).status;
};

export interface Recovery {
  /** Seconds until each service was ready, by its name. */
  readonly ready: ReadonlyMap<string, number>;
  /** Seconds until an order was confirmed. */
  readonly ordered: number;
}

/** Waits until every service is well and an order is confirmed, and says how long each took from now on. */
export const recovery = async (floor: ShopFloor): Promise<Recovery> => {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1_000;
  const options = { timeoutMs: RECOVERY_TIMEOUT_MS, everyMs: POLL_MS };
  const ready = new Map<string, number>();
  const allReady = async () => {
    for (const name of await wellServices(floor)) if (!ready.has(name)) ready.set(name, seconds());
    return ready.size === Object.keys(databaseNames).length;
  };
  const [ordered] = await Promise.all([
    waitFor(async () => (await placeOne(floor)) === 201, {
      ...options,
      what: "an order to be confirmed",
    }).then(seconds),
    waitFor(allReady, { ...options, what: "every service to be ready" }),
  ]);
  return { ready, ordered };
};

const POOL_LINE = /^database_pool_connections\{database="(\w+)",state="(\w+)"\} (\d+)$/gm;

/** What every pool says of itself, as lines such as `orders: total 10, idle 10, waiting 0`, and whether all of them rest. */
export const readPools = async ({ metricsUrls }: PostgresShop) => {
  const pages = await Promise.all(metricsUrls.map(async (url) => (await fetch(url)).text()));
  const pools = new Map<string, Record<string, number>>();
  for (const [, database = "", state = "", count] of pages.flatMap((page) => [...page.matchAll(POOL_LINE)]))
    pools.set(database, { ...pools.get(database), [state]: Number(count) });
  const all = [...pools.values()];
  return {
    rest: all.length > 0 && all.every(({ total, idle, waiting }) => total === idle && waiting === 0),
    waiting: all.reduce((sum, { waiting = 0 }) => sum + waiting, 0),
    lines: [...pools].map(
      ([name, { total, idle, waiting }]) => `${name}: total ${total}, idle ${idle}, waiting ${waiting}`,
    ),
  };
};

/** How many of the processes have ended. */
export const endedProcesses = async ({ processes }: PostgresShop): Promise<number> => {
  const ends = await Promise.all(
    processes.map(({ exited }) => Promise.race([exited.then(() => 1), Promise.resolve(0)])),
  );
  return ends.reduce<number>((sum, end) => sum + end, 0);
};
