import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { prune } from "../shared/outbox/prune.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { forgetPlaces } from "./store/forget-places.ts";

const PRUNE_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface PruningOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Days that notices keep where somebody signed in. */
  readonly addressDays: number;
}

/**
 * Removes handled event ids past their time, which a relay does elsewhere: notify publishes nothing, so it has none. And has old
 * notices forget where somebody signed in.
 */
export const createPruning = ({ database, clock, log, addressDays }: PruningOptions) => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const run = async () => {
    try {
      const now = clock.now();
      await prune(database, now);
      await forgetPlaces(database.db, new Date(now.getTime() - addressDays * DAY_MS));
    } catch (error) {
      log.warn("what is past its time could not be removed", { reason: reasonOf(error) });
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
