import type { Database } from "../ports/database.ts";
import { MENDED_CHANNEL } from "./rebuild.ts";

/** For a service that keeps copies of a replica's rows in memory: has them forgotten when rows were mended past the events. */
export const createMendingWatch = (database: Database, onMended: () => void) => {
  let listener: { close(): Promise<void> } | undefined;
  return {
    /** Fails with `UNAVAILABLE` where the database cannot be reached. */
    async start(): Promise<void> {
      // Also called after a connection was lost, since something may have been missed.
      listener ??= await database.listen(MENDED_CHANNEL, onMended);
    },
    async stop(): Promise<void> {
      await listener?.close();
      listener = undefined;
    },
  };
};
