import pg from "pg";
import { withClient } from "../drivers/ensure-database.ts";

const MARK = "kiosk_test_";
const LEFTOVER_AFTER_SECONDS = 600;
const ENDED = /^kiosk_test_(?<pid>\d+)_(?<started>[0-9a-z]+)_/;

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** Begins the name of every database of this process: its pid and when it started. */
export const testDatabasePrefix = `${MARK}${process.pid}_${nowSeconds().toString(36)}_`;

export const dropDatabase = (server: string, database: string): Promise<void> =>
  withClient(server, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
  });

/** Drops every database whose name begins so. */
export async function dropDatabases(server: string, prefix: string): Promise<void> {
  for (const database of await testDatabases(server)) {
    if (database.startsWith(prefix)) {
      await dropDatabase(server, database);
    }
  }
}

/** Drops what a test process left that was killed together with its cleaner. */
export async function sweepLeftovers(server: string): Promise<void> {
  for (const database of await testDatabases(server)) {
    const { pid, started } = ENDED.exec(database)?.groups ?? {};
    // The age as well, since the process may be one of another machine.
    const old = nowSeconds() - Number.parseInt(started ?? "", 36) > LEFTOVER_AFTER_SECONDS;
    if (old && !isAlive(Number(pid))) {
      await dropDatabase(server, database);
    }
  }
}

const testDatabases = (server: string): Promise<string[]> =>
  withClient(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
      [MARK],
    );
    return rows.map((row) => row.datname);
  });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, "code") === "EPERM";
  }
}
