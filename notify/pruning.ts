import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { prune } from "../shared/outbox/prune.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { BROADCAST_KEEP_DAYS } from "./domain/broadcast.ts";
import { pruneBroadcasts } from "./store/broadcast-queue.ts";
import { createCodeMessageStore } from "./store/code-message-store.ts";
import { forgetPlaces } from "./store/forget-places.ts";
import { pruneQuestions } from "./store/question-store.ts";
import { pruneSnoozes } from "./store/snooze-store.ts";
import { pruneUpdates } from "./store/update-store.ts";

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
 * notices forget where somebody signed in, and ended broadcasts who got what.
 */
export const createPruning = ({ database, clock, log, addressDays }: PruningOptions) => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const run = async () => {
    try {
      const now = clock.now();
      await prune(database, now);
      await pruneUpdates(database.db);
      await createCodeMessageStore(database.db).prune(now);
      await pruneSnoozes(database.db, now);
      await pruneQuestions(database.db, now);
      await forgetPlaces(database.db, new Date(now.getTime() - addressDays * DAY_MS));
      await pruneBroadcasts(database, new Date(now.getTime() - BROADCAST_KEEP_DAYS * DAY_MS), now);
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
