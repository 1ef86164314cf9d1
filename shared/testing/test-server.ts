import { join } from "node:path";
import { type PostgresRemains, temporaryPostgres } from "./temporary-postgres.ts";
import { testDatabasePrefix } from "./test-database-names.ts";

let server: Promise<string> | undefined;

/**
 * The URL of the PostgreSQL server for test databases: TEST_DATABASE_URL, else DATABASE_URL, else an embedded one,
 * started once a process and removed at its end.
 */
export function testServer(): Promise<string> {
  server ??= chooseServer();
  return server;
}

async function chooseServer(): Promise<string> {
  const url = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  if (url) {
    cleanUpAfterThisProcess({ databases: { server: url, prefix: testDatabasePrefix } });
    return url;
  }
  const postgres = await temporaryPostgres();
  cleanUpAfterThisProcess({ postgres: postgres.remains });
  return postgres.url;
}

/** What is to be removed when the process with this pid is gone. */
export interface Leftovers {
  readonly pid: number;
  readonly databases?: { readonly server: string; readonly prefix: string };
  readonly postgres?: PostgresRemains;
}

/**
 * `bun test` runs no exit handler, and a killed process could run none: so another process waits for the end of this
 * one and then cleans up. A shell starts it, since `bun test` kills its own children when a test times out. It is
 * silent: by then the run has printed its result, and a server that is gone has nothing left to remove.
 */
function cleanUpAfterThisProcess(leftovers: Omit<Leftovers, "pid">): void {
  const program = join(import.meta.dir, "clean-up.ts");
  Bun.spawnSync(["sh", "-c", '"$0" "$1" &', process.execPath, program], {
    env: { ...process.env, KIOSK_TEST_LEFTOVERS: JSON.stringify({ ...leftovers, pid: process.pid }) },
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
}
