import { resolve } from "node:path";
import { openEmbeddedPostgres } from "../shared/drivers/embedded-postgres.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, databaseUrl, withClient } from "../shared/drivers/ensure-database.ts";
import { FolderLocked, lockFolder } from "../shared/drivers/folder-lock.ts";
import { openPostgres } from "../shared/drivers/postgres.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { type Environment, readConfig } from "../shared/runtime/config.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { firstConnection } from "./awaited-database.ts";
import { type Closers, createClosers } from "./closers.ts";
import { bootConfigSchema } from "./config.ts";
import { type DatabaseConfig, masked, ownUrl, reachable, usesEmbeddedDatabase } from "./database-address.ts";
import { StartError } from "./start-error.ts";

/** A service's database, opened by a command: outside of a running service. */
export interface OpenedDatabase {
  readonly database: Database;
  /** With the password in it: never printed. */
  readonly url: string;
  /** Where it is, for people; without a password. */
  readonly where: string;
  /** Closes it, and stops the PostgreSQL that was started for it. */
  close(): Promise<void>;
}

/** Only what says where databases are: a command needs none of the secrets that a start wants or makes. */
export const databaseConfigSchema = bootConfigSchema.pick({
  DATA_DIR: true,
  DATABASE_URL: true,
  AUTH_DATABASE_URL: true,
  CATALOG_DATABASE_URL: true,
  INVENTORY_DATABASE_URL: true,
  ORDERS_DATABASE_URL: true,
  NOTIFY_DATABASE_URL: true,
});

interface Found {
  readonly url: string;
  readonly where: string;
  /** What to look at when it cannot be used. */
  readonly variable: string;
}

const onServer = (config: DatabaseConfig, service: ServiceName): Found => {
  const own = ownUrl(config, service);
  const url = own ?? databaseUrl(config.DATABASE_URL ?? "", databaseNames[service]);
  const variable = own === undefined ? "DATABASE_URL" : `${service.toUpperCase()}_DATABASE_URL`;
  return { url, where: masked(url), variable };
};

const recordOf = (dataDir: string) => {
  const record = readRecord(dataDir);
  if (record?.made) return record;
  throw new StartError(
    `There is no database in ${dataDir} yet: start Kiosk there first, or name another folder (DATA_DIR) or a server (DATABASE_URL).`,
  );
};

/** Starts the PostgreSQL of a folder in which no Kiosk runs. Fails with `FolderLocked` where one does. */
const startOwn = async (
  dataDir: string,
  log: Logger,
  closers: Closers,
): Promise<(name: string) => string> => {
  const lock = lockFolder(dataDir);
  closers.defer("the folder's lock", () => lock.release());
  const postgres = await openEmbeddedPostgres({ dataDir, log });
  closers.defer("PostgreSQL", () => postgres.stop());
  return (name) => postgres.urlFor(name);
};

const embedded = async (
  dataDir: string,
  service: ServiceName,
  log: Logger,
  closers: Closers,
): Promise<Found> => {
  recordOf(dataDir);
  const name = databaseNames[service];
  const urlFor = await startOwn(dataDir, log, closers).catch((error: unknown) => {
    if (!(error instanceof FolderLocked)) throw error;
    // The Kiosk that runs there may have moved its server to another port: read again.
    return (database: string) => clusterUrl(recordOf(dataDir), database);
  });
  return { url: urlFor(name), where: `the embedded PostgreSQL of ${dataDir}`, variable: "DATA_DIR" };
};

/**
 * Opens the database of a service where `bun start` would find it. The embedded PostgreSQL of a Kiosk that runs in DATA_DIR is
 * used as it is; one that does not run is started until `close`. Makes no database and no folder. Fails with a ConfigError or a
 * StartError, each in words for people and without a password.
 */
export const openServiceDatabase = async (
  service: ServiceName,
  environment: Environment,
  log: Logger,
): Promise<OpenedDatabase> => {
  const config = readConfig(databaseConfigSchema, environment);
  const closers = createClosers(log);
  try {
    const { url, where, variable } = usesEmbeddedDatabase(config, [service])
      ? await embedded(resolve(config.DATA_DIR), service, log, closers)
      : onServer(config, service);
    await reachable(url, variable, () =>
      withClient(url, async (client) => void (await client.query("SELECT 1"))),
    );
    const database = openPostgres({ name: service, url, log });
    closers.defer("the database", () => database.close());
    await firstConnection(database);
    return { database, url, where, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
};

/**
 * Opens the databases of several services, as `openServiceDatabase` does each. Fails as it does, with none of them left open.
 */
export const openServiceDatabases = async <Name extends ServiceName>(
  services: readonly Name[],
  environment: Environment,
  log: Logger,
): Promise<{ readonly databases: ReadonlyMap<Name, OpenedDatabase>; close(): Promise<void> }> => {
  const databases = new Map<Name, OpenedDatabase>();
  const close = async () => {
    // The first may have started the PostgreSQL that the others are on.
    for (const opened of [...databases.values()].reverse()) await opened.close();
  };
  try {
    for (const service of services)
      databases.set(service, await openServiceDatabase(service, environment, log));
    return { databases, close };
  } catch (error) {
    await close();
    throw error;
  }
};
