import pg from "pg";
import { sqlState, sqlStates } from "../ports/sql-state.ts";

/** The database of each service, on whichever server. The one place that knows these names. */
export const databaseNames = {
  auth: "kiosk_auth",
  catalog: "kiosk_catalog",
  inventory: "kiosk_inventory",
  orders: "kiosk_orders",
  notify: "kiosk_notify",
} as const;

const CONNECTION_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const MAINTENANCE_DATABASE = "postgres";
const INSUFFICIENT_PRIVILEGE = "42501";

/** The same server, user and parameters, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** Runs `work` on one connection to the database that the URL names (`postgres` when it names none). */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const target = new URL(url).pathname.length > 1 ? url : databaseUrl(url, MAINTENANCE_DATABASE);
  const client = new pg.Client({
    connectionString: target,
    application_name: "kiosk-setup",
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Makes the database when it is missing. Several processes may do so at once. `adminUrl` names any database of the
 * server and a user who may create databases; without that right the error says what to do.
 */
export const ensureDatabase = (adminUrl: string, name: string): Promise<void> =>
  withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) {
      await createDatabase(client, name);
    }
  });

/** `ensureDatabase` for several at once, which takes a third of the time of one after another. */
export async function ensureDatabases(adminUrl: string, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => ensureDatabase(adminUrl, name)));
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  const identifier = pg.escapeIdentifier(name);
  try {
    // template0, since nobody can be connected to it: two CREATE DATABASE at once do not disturb each other.
    await client.query(`CREATE DATABASE ${identifier} TEMPLATE template0 ENCODING 'UTF8'`);
  } catch (error) {
    const state = sqlState(error);
    if (state === sqlStates.duplicateDatabase || state === sqlStates.uniqueViolation) {
      return;
    }
    if (state === INSUFFICIENT_PRIVILEGE) {
      throw new Error(
        `The database "${name}" is missing and this user may not create it: create it by hand or grant CREATEDB.`,
        { cause: error },
      );
    }
    throw error;
  }
}
