/** Waits until the process that asked for it is gone, then removes what that one left. See `test-server.ts`. */
import { isAlive } from "../drivers/embedded-postgres-server.ts";
import { removeRemains } from "./temporary-postgres.ts";
import { dropDatabases } from "./test-database-names.ts";
import type { Leftovers } from "./test-server.ts";

const POLL_MS = 200;
/** A CREATE DATABASE of the dead process may still run, and keeps its template from being dropped. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

const leftovers: Leftovers = JSON.parse(process.env.KIOSK_TEST_LEFTOVERS ?? "{}");
while (isAlive(leftovers.pid)) {
  await Bun.sleep(POLL_MS);
}
for (let attempt = 1; attempt <= ATTEMPTS && !(await removed(leftovers)); attempt += 1) {
  await Bun.sleep(PAUSE_MS);
}

async function removed({ databases, postgres }: Leftovers): Promise<boolean> {
  try {
    if (databases !== undefined) {
      await dropDatabases(databases.server, databases.prefix);
    }
    if (postgres !== undefined) {
      await removeRemains(postgres);
    }
    return true;
  } catch {
    return false;
  }
}
