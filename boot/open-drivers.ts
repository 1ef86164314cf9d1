import { resolve } from "node:path";
import { topology } from "../shared/contracts/events.ts";
import { openEmbeddedPostgres } from "../shared/drivers/embedded-postgres.ts";
import {
  databaseNames,
  databaseUrl,
  ensureDatabases,
  withClient,
} from "../shared/drivers/ensure-database.ts";
import { createMemoryEventBus } from "../shared/drivers/memory-event-bus.ts";
import { createMemoryLimits } from "../shared/drivers/memory-limits.ts";
import { createMemoryPubSub } from "../shared/drivers/memory-pub-sub.ts";
import { createMemoryTtlStore } from "../shared/drivers/memory-ttl-store.ts";
import { openPostgres } from "../shared/drivers/postgres.ts";
import { openRabbitEventBus } from "../shared/drivers/rabbit-event-bus.ts";
import { openRedis } from "../shared/drivers/redis-connection.ts";
import { createRedisLimits } from "../shared/drivers/redis-limits.ts";
import { createRedisPubSub } from "../shared/drivers/redis-pub-sub.ts";
import { createRedisTtlStore } from "../shared/drivers/redis-ttl-store.ts";
import type { Database } from "../shared/ports/database.ts";
import type { EventBus } from "../shared/ports/event-bus.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { PubSub } from "../shared/ports/pub-sub.ts";
import { noTracing, type Tracing } from "../shared/ports/tracing.ts";
import type { TtlStore } from "../shared/ports/ttl-store.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { listeningPatiently } from "./awaited-database.ts";
import type { BootConfig } from "./config.ts";
import { type DatabaseConfig, masked, ownUrl, reachable, usesEmbeddedDatabase } from "./database-address.ts";
import { StartError } from "./start-error.ts";

/** A part and what it resolved to, for the table at start. */
export interface Resolved {
  readonly part: string;
  readonly is: string;
  /** The variable that would make it another. */
  readonly variable: string;
}

/** What was opened first is closed last. */
export type CloseLast = (what: string, close: () => Promise<void> | void) => void;

export interface Drivers {
  readonly bus: EventBus;
  readonly pubSub: PubSub;
  readonly ttlStore: TtlStore;
  readonly limits: Limits;
  readonly resolved: readonly Resolved[];
  /** Opens the pool on a service's database; the database exists by then. */
  database(service: ServiceName): { url: string; open(tracing?: Tracing): Database };
}

interface DatabasesOpening {
  readonly config: DatabaseConfig;
  readonly services: readonly ServiceName[];
  readonly log: Logger;
  readonly closeLast: CloseLast;
}

interface Opening extends DatabasesOpening {
  readonly config: BootConfig;
}

/** The databases of services: they exist by now. */
export interface Databases {
  /** With the password in it: never printed. */
  readonly url: (service: ServiceName) => string;
  readonly resolved: Resolved;
}

/** A database of a service's own is not made here, but whether it is there is told in words that name its variable. */
const assertOwnDatabases = async ({ config, services }: DatabasesOpening): Promise<void> => {
  const assertOne = async (service: ServiceName) => {
    const url = ownUrl(config, service);
    if (url === undefined) return;
    await reachable(url, `${service.toUpperCase()}_DATABASE_URL`, () =>
      withClient(url, async (client) => void (await client.query("SELECT 1"))),
    );
  };
  await Promise.all(services.map(assertOne));
};

const openServerDatabases = async (opening: DatabasesOpening): Promise<Databases> => {
  const { config, services } = opening;
  const server = config.DATABASE_URL;
  const onServer = services.filter((service) => ownUrl(config, service) === undefined);
  if (server !== undefined && onServer.length > 0) {
    await reachable(server, "DATABASE_URL", () =>
      ensureDatabases(
        server,
        onServer.map((service) => databaseNames[service]),
      ),
    );
  }
  await assertOwnDatabases(opening);
  const url = (service: ServiceName) =>
    ownUrl(config, service) ?? databaseUrl(server ?? "", databaseNames[service]);
  const shown = server ?? ownUrl(config, services[0] ?? "auth") ?? "";
  return {
    url,
    resolved: { part: "database", is: masked(shown), variable: "DATABASE_URL" },
  };
};

const openEmbeddedDatabases = async ({
  config,
  services,
  log,
  closeLast,
}: DatabasesOpening): Promise<Databases> => {
  const dataDir = resolve(config.DATA_DIR);
  const postgres = await openEmbeddedPostgres({ dataDir, log });
  closeLast("PostgreSQL", () => postgres.stop());
  await ensureDatabases(
    postgres.urlFor("postgres"),
    services.map((service) => databaseNames[service]),
  );
  return {
    url: (service) => postgres.urlFor(databaseNames[service]),
    resolved: {
      part: "database",
      is: `embedded PostgreSQL on port ${postgres.port}, data in ${postgres.where}`,
      variable: "DATABASE_URL",
    },
  };
};

/** Finds the services' databases, and makes those that are missing: on the server, or in an embedded PostgreSQL. Fails with a StartError. */
export const openDatabases = (opening: DatabasesOpening): Promise<Databases> =>
  usesEmbeddedDatabase(opening.config, opening.services)
    ? openEmbeddedDatabases(opening)
    : openServerDatabases(opening);

const openSharedState = async ({ config, log, closeLast }: Opening) => {
  if (config.REDIS_URL === undefined) {
    const pubSub = createMemoryPubSub();
    const ttlStore = createMemoryTtlStore();
    const resolved: Resolved = { part: "pub/sub, limits", is: "in process", variable: "REDIS_URL" };
    return { pubSub, ttlStore, limits: createMemoryLimits(), resolved };
  }
  const redis = await openRedis(config.REDIS_URL, log).catch((cause: Error) => {
    throw new StartError(cause.message, cause);
  });
  closeLast("Redis", () => redis.close());
  const pubSub = await createRedisPubSub(redis, log);
  closeLast("the Redis subscription", () => pubSub.close());
  const resolved: Resolved = { part: "pub/sub, limits", is: masked(config.REDIS_URL), variable: "REDIS_URL" };
  return { pubSub, ttlStore: createRedisTtlStore(redis), limits: createRedisLimits(redis), resolved };
};

const openBus = async ({
  config,
  services,
  log,
  closeLast,
}: Opening): Promise<{ bus: EventBus; resolved: Resolved }> => {
  const url = config.RABBITMQ_URL;
  if (url === undefined) {
    const bus = createMemoryEventBus({ consumers: queuesOf(services) });
    closeLast("the event bus", () => bus.close());
    return { bus, resolved: { part: "event bus", is: "in process", variable: "RABBITMQ_URL" } };
  }
  const bus = await openRabbitEventBus({ url, log, prefix: config.RABBITMQ_PREFIX }).catch((cause: Error) => {
    throw new StartError(cause.message, cause);
  });
  closeLast("RabbitMQ", () => bus.close());
  return { bus, resolved: { part: "event bus", is: masked(url), variable: "RABBITMQ_URL" } };
};

/** The queues that the services of this process consume: named after them. */
const queuesOf = (services: readonly ServiceName[]): string[] =>
  topology.flatMap(({ queues }) =>
    queues.filter((queue) => services.some((service) => queue.startsWith(`${service}.`))),
  );

/**
 * The only switch between embedded parts and servers: each is chosen by its own variable. Fails with a StartError
 * that says what cannot be reached; what was opened before is closed by whoever holds `closeLast`.
 */
export const openDrivers = async (opening: Opening): Promise<Drivers> => {
  // Servers first: one that is away is told at once, before an embedded PostgreSQL has been made for nothing.
  const { pubSub, ttlStore, limits, resolved: shared } = await openSharedState(opening);
  const { bus, resolved: events } = await openBus(opening);
  const databases = opening.services.length > 0 ? await openDatabases(opening) : null;
  await bus.declare(topology);
  return {
    bus,
    pubSub,
    ttlStore,
    limits,
    resolved: databases === null ? [shared, events] : [databases.resolved, shared, events],
    database(service) {
      const url = databases?.url(service) ?? "";
      const options = { name: service, url, log: opening.log, poolMax: opening.config.DATABASE_POOL_MAX };
      return {
        url,
        open: (tracing = noTracing) => listeningPatiently(openPostgres({ ...options, tracing })),
      };
    },
  };
};
