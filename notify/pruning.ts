import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { prune } from "../shared/outbox/prune.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";

const PRUNE_EVERY_MS = 3_600_000;

/** Removes handled event ids past their time. A relay does this elsewhere; notify publishes nothing, so it has none. */
export const createPruning = (database: Database, clock: Clock, log: Logger) => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const run = async () => {
    try {
      await prune(database, clock.now());
    } catch (error) {
      log.warn("old event ids could not be removed", { reason: reasonOf(error) });
    }
  };
  return {
    start() {
      timer ??= setInterval(() => void run(), PRUNE_EVERY_MS);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
};
