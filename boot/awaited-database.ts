import { isKioskError } from "../shared/kernel/errors.ts";
import type { Database } from "../shared/ports/database.ts";
import type { LongLived } from "../shared/runtime/lifecycle.ts";
import { pause } from "../shared/runtime/retry.ts";

/** Longest wait for a database at start. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 100;
/** Connections that are there when the first requests come. Each takes a while to make, the more so where many start at once. */
const WARM_CONNECTIONS = 4;

/** Tries again for as long as nobody answers, and no longer than patience lasts. */
const withPatience = async <Result>(work: () => Promise<Result>, patienceMs: number): Promise<Result> => {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isKioskError(error, "UNAVAILABLE") || performance.now() >= endsAt) throw error;
      await pause(PAUSE_MS);
    }
  }
};

/** The first connection, which stays for what comes next: like a process that starts, a command has time for it. Fails as `ping` does. */
export const firstConnection = ({ ping }: Pick<Database, "ping">): Promise<void> =>
  withPatience(ping, PATIENCE_MS);

/**
 * Waits for a database before the services that need it are started. A request is answered within a second or not at all, but a process that
 * starts has time: on a machine where many start at once a first connection may take longer. Fails as `ping` does, at once where it is not
 * that nobody answers. A few connections are made, then, for the
 * requests that come as soon as the door opens.
 */
export const awaitedDatabase = (
  { name, ping }: Pick<Database, "name" | "ping">,
  patienceMs: number = PATIENCE_MS,
): LongLived => ({
  name: `the database of ${name}`,
  async start() {
    await withPatience(ping, patienceMs);
    await Promise.all(Array.from({ length: WARM_CONNECTIONS }, () => withPatience(ping, patienceMs)));
  },
  stop: async () => undefined,
});

/** The same for the connections that listen: services open them when they start, and have them made anew by themselves afterwards. */
export const listeningPatiently = (database: Database, patienceMs: number = PATIENCE_MS): Database => ({
  ...database,
  listen: (channel, onNotify) => withPatience(() => database.listen(channel, onNotify), patienceMs),
});
