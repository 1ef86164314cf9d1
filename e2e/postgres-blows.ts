import { withClient } from "../shared/drivers/ensure-database.ts";
import type { TemporaryPostgres } from "../shared/testing/temporary-postgres.ts";
import { waitFor } from "../shared/testing/wait-for.ts";

/** A fast shutdown ends sessions and writes a checkpoint; after `kill -9` the server begins with crash recovery. */
export type Blow = "fast shutdown" | "kill -9";

/** Crash recovery takes as long as there is to redo, and remains of the killed server may hold its memory for a moment. */
const RESTART_TIMEOUT_MS = 120_000;
const POLL_MS = 5;

/** Backends of Kiosk, not those of the test itself. */
const KIOSK_BACKENDS = "application_name like 'kiosk-%' and application_name <> 'kiosk-setup'";

/** All processes of the server, its first one first, so that it cannot start others meanwhile. */
const processesOf = (postgres: TemporaryPostgres): Promise<number[]> =>
  withClient(postgres.url, async (client) => {
    const { rows } = await client.query<{ pid: number }>("select pid from pg_stat_activity");
    return [postgres.pid(), ...rows.map(({ pid }) => pid)];
  });

const killAll = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself since its parent has.
    }
  }
};

/** Ends the server; its supervisor starts it again. Resolves when it takes connections. */
export const restart = async (postgres: TemporaryPostgres, blow: Blow): Promise<void> => {
  const before = postgres.pid();
  if (blow === "kill -9") killAll(await processesOf(postgres));
  else process.kill(before, "SIGINT");
  await waitFor(() => postgres.pid() !== before, {
    timeoutMs: RESTART_TIMEOUT_MS,
    everyMs: POLL_MS,
    what: `the server to be back after ${blow}`,
  });
};

/** Ends every connection that Kiosk has, and answers how many they were. */
export const terminateBackends = (postgres: TemporaryPostgres): Promise<number> =>
  withClient(postgres.url, async (client) => {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where ${KIOSK_BACKENDS}`,
    );
    return rowCount ?? 0;
  });

/** Settings without which an acknowledged commit may be gone after a crash, as a session of Kiosk's server sees them. */
export const durability = (postgres: TemporaryPostgres): Promise<Record<string, string>> =>
  withClient(postgres.url, async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')",
    );
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  });
