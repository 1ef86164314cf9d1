import { randomBytes } from "node:crypto";
import pg from "pg";
import { databaseUrl, withClient } from "../drivers/ensure-database.ts";
import { openPostgres } from "../drivers/postgres.ts";
import type { Database } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { migrate } from "../runtime/migrate.ts";
import { canary } from "./canary/canary.ts";
import { dumpTables } from "./canary/table-dump.ts";
import { silentLogger } from "./silent-logger.ts";
import { dropDatabase, sweepLeftovers, testDatabasePrefix } from "./test-database-names.ts";
import { testServer } from "./test-server.ts";

export interface TestDatabaseOptions {
  /** The folder of migrations to apply, absolute; none gives an empty database. */
  readonly migrations?: string;
  /** Whose database it is, such as "orders". */
  readonly name: string;
  /** Another server than the usual one. */
  readonly server?: string;
  readonly poolMax?: number;
  readonly log?: Logger;
}

export interface TestDatabase extends Database {
  readonly url: string;
  /** Closes the pool and drops the database. `close` does the same. */
  drop(): Promise<void>;
}

/** One a server and folder of migrations: a copy of a template takes a tenth of the migrations' time. */
const templates = new Map<string, Promise<string>>();
let swept: Promise<void> | undefined;

/**
 * A fresh, migrated database of its own for one test or suite; close it at the end. It is made on the server of
 * TEST_DATABASE_URL, else of DATABASE_URL, else on an embedded PostgreSQL that lives as long as this process.
 */
export async function testDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const server = options.server ?? (await usualServer());
  const template =
    options.migrations === undefined ? "template0" : await templateOf(server, options.migrations);
  const database = `${testDatabasePrefix}${randomBytes(5).toString("hex")}_${options.name}`;
  await createFrom(server, database, template);
  const url = databaseUrl(server, database);
  canary?.learnFrom(url);
  const pool = openPostgres({
    name: options.name,
    url,
    log: options.log ?? silentLogger(),
    ...(options.poolMax === undefined ? {} : { poolMax: options.poolMax }),
  });
  let dropped: Promise<void> | undefined;
  const drop = () => {
    dropped ??= pool
      .close()
      .then(() => dumpTables({ url, name: options.name, world: url }))
      .then(() => dropDatabase(server, database));
    return dropped;
  };
  return { ...pool, url, drop, close: drop };
}

async function usualServer(): Promise<string> {
  const server = await testServer();
  swept ??= sweepLeftovers(server);
  await swept;
  return server;
}

function templateOf(server: string, migrations: string): Promise<string> {
  const key = `${server} ${migrations}`;
  const known = templates.get(key);
  if (known !== undefined) {
    return known;
  }
  const template = makeTemplate(server, migrations);
  templates.set(key, template);
  return template;
}

async function makeTemplate(server: string, migrations: string): Promise<string> {
  const template = `${testDatabasePrefix}${randomBytes(5).toString("hex")}_template`;
  await createFrom(server, template, "template0");
  await migrate(databaseUrl(server, template), migrations, silentLogger());
  return template;
}

const createFrom = (server: string, database: string, template: string): Promise<unknown> =>
  withClient(server, (client) =>
    client.query(
      `CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE ${pg.escapeIdentifier(template)} ENCODING 'UTF8'`,
    ),
  );
