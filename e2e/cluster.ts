import amqp from "amqplib";
import { Redis } from "ioredis";
import { type PartName, partNames } from "../boot/config.ts";
import { topology } from "../shared/contracts/events.ts";
import { databaseUrl, ensureDatabases, withClient } from "../shared/drivers/ensure-database.ts";
import { freePort } from "../shared/drivers/free-port.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { canary } from "../shared/testing/canary/canary.ts";
import { dumpRedis } from "../shared/testing/canary/redis-dump.ts";
import { dumpTables } from "../shared/testing/canary/table-dump.ts";
import { realServers } from "../shared/testing/real-servers.ts";
import { doAll } from "./do-all.ts";
import { ownFolder } from "./own-folder.ts";

/** Takes the exchanges and queues of one cluster away, so that the broker is as before. */
const removeTopology = async (url: string, prefix: string): Promise<void> => {
  const connection = await amqp.connect(url);
  connection.on("error", () => undefined);
  try {
    const channel = await connection.createChannel();
    for (const { exchange, queues } of topology) {
      for (const queue of queues) await channel.deleteQueue(prefix + queue);
      await channel.deleteExchange(prefix + exchange);
    }
  } finally {
    await connection.close();
  }
};

const dropDatabases = (postgres: string, names: readonly string[]): Promise<void> =>
  withClient(postgres, async (client) => {
    for (const name of names) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });

/** The databases that a Redis has unless it is told otherwise. */
const REDIS_DATABASES = 16;

/** An empty database of the Redis for one cluster, emptied again when it is closed. */
const borrowRedis = async (url: string, world: string) => {
  const client = new Redis(url);
  for (let database = 1; database < REDIS_DATABASES; database += 1) {
    await client.select(database);
    if ((await client.dbsize()) > 0) continue;
    // Clusters of other test files may be looking for one at this moment.
    if ((await client.set("borrowed", "for a test", "NX")) === null) continue;
    const giveBack = (): Promise<void> =>
      doAll([() => dumpRedis(client, world), () => client.flushdb(), () => client.disconnect()]);
    return { path: `/${database}`, giveBack };
  }
  client.disconnect();
  throw new Error("The Redis of REDIS_URL has no empty database: clear one of 1 to 15.");
};

const withPath = (url: string, path: string): string => {
  const changed = new URL(url);
  changed.pathname = path;
  return changed.href;
};

const urlAt = (port: number): string => `http://127.0.0.1:${port}`;

/** A port for each process that runs a part; a part that nobody runs yet has one for whoever starts it later. */
const takePorts = (processes: readonly (readonly PartName[])[]): Record<PartName, readonly number[]> => {
  const runs = (parts: readonly PartName[], part: PartName) => parts.length === 0 || parts.includes(part);
  const portsOf = (part: PartName) => {
    const count = Math.max(1, processes.filter((parts) => runs(parts, part)).length);
    return Array.from({ length: count }, freePort);
  };
  return Object.fromEntries(partNames.map((part) => [part, portsOf(part)])) as Record<PartName, number[]>;
};

/** Where each service answers, all of its addresses, and which of them are those of this process. */
const addressesEnv = (ports: Record<PartName, readonly number[]>, nth: number): Record<string, string> => ({
  PORT: String(ports.gateway[0]),
  ...Object.fromEntries(
    serviceNames.flatMap((name) => [
      [`${name.toUpperCase()}_PORT`, String(ports[name][nth] ?? ports[name][0])],
      [`${name.toUpperCase()}_URL`, ports[name].map(urlAt).join()],
    ]),
  ),
});

export interface ClusterOptions {
  /** What every process gets beside its addresses. */
  readonly env?: Readonly<Record<string, string>>;
  /** By which addresses the processes reach the servers, such as a proxy's: the real ones by default. */
  readonly servers?: { readonly postgres: string; readonly redis: string; readonly rabbitmq: string };
  /** Another PostgreSQL than the usual one. */
  readonly postgres?: string;
  /** Longest wait for each process to be ready. */
  readonly readyTimeoutMs?: number;
}

/** How many processes before this one run its parts: which of their addresses it has. */
const timesBefore = (processes: readonly (readonly PartName[])[], index: number): number =>
  processes.slice(0, index).filter((parts) => parts.some((part) => processes[index]?.includes(part))).length;

/**
 * Starts Kiosk on the real servers, one process for each list of parts (all parts for an empty list), on databases of its own
 * that are dropped when it is closed, and in a database of the Redis that was empty. The same list twice: two processes of
 * these parts, and everybody knows the addresses of both.
 */
export const startCluster = async (
  processes: readonly (readonly PartName[])[],
  options: ClusterOptions = {},
) => {
  const { redis = "", rabbitmq = "" } = realServers;
  const { readyTimeoutMs } = options;
  const postgres = options.postgres ?? realServers.postgres ?? "";
  const servers = options.servers ?? { postgres, redis, rabbitmq };
  const own = ownFolder();
  const borrowed = await borrowRedis(redis, own.dataDir).catch(async (error: unknown) => {
    await own.close();
    throw error;
  });
  const adminPhone = `+1555${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`;
  const run = crypto.randomUUID().slice(0, 8);
  const prefix = `kiosk-e2e-${run}.`;
  const nameOf = (service: ServiceName) => `kiosk_e2e_${run}_${service}`;
  const ports = takePorts(processes);
  canary?.alias(urlAt(ports.gateway[0] ?? 0), own.dataDir);
  const env = {
    REDIS_URL: withPath(servers.redis, borrowed.path),
    RABBITMQ_URL: servers.rabbitmq,
    RABBITMQ_PREFIX: prefix,
    ...Object.fromEntries(
      serviceNames.map((name) => [
        `${name.toUpperCase()}_DATABASE_URL`,
        databaseUrl(servers.postgres, nameOf(name)),
      ]),
    ),
    // A merchant of its own: budgets are counted in Redis, over all runs within an hour.
    ADMIN_PHONES: adminPhone,
    // Buyers get more cards a second here than Telegram would bring a person.
    TELEGRAM_PACE: "off",
    ...options.env,
  };
  const dumpOf = (name: ServiceName) => () =>
    dumpTables({ name, url: databaseUrl(postgres, nameOf(name)), world: own.dataDir });
  // A broker or a Redis that is away costs nobody the databases.
  const close = (): Promise<void> =>
    doAll([
      own.close,
      borrowed.giveBack,
      () => removeTopology(rabbitmq, prefix),
      ...serviceNames.map(dumpOf),
      () => dropDatabases(postgres, serviceNames.map(nameOf)),
    ]);
  /** Starts one more process; one that was killed comes back at its address, the nth (from 0) where its parts run several times. */
  const start = (parts: readonly PartName[], more: Readonly<Record<string, string>> = {}, nth = 0) =>
    own.start({
      ...(readyTimeoutMs === undefined ? {} : { readyTimeoutMs }),
      env: { ...env, ...addressesEnv(ports, nth), ...more },
      parts,
    });
  const startAll = async () => {
    await ensureDatabases(postgres, serviceNames.map(nameOf));
    return Promise.all(processes.map((parts, i) => start(parts, {}, timesBefore(processes, i))));
  };
  const running = await startAll().catch(async (error: unknown) => {
    // Those that are still starting when one of them has failed are waited for, and ended as well.
    await close().catch(() => undefined);
    throw error;
  });

  return {
    url: urlAt(ports.gateway[0] ?? 0),
    /** The first address of a part. */
    urlOf: (part: PartName) => urlAt(ports[part][0] ?? 0),
    /** By the real server's address, whatever the processes use. */
    databaseUrl: (service: ServiceName) => databaseUrl(postgres, nameOf(service)),
    dataDir: own.dataDir,
    adminPhone,
    processes: running,
    start,
    close,
  };
};

export type Cluster = Awaited<ReturnType<typeof startCluster>>;
