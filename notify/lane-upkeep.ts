import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { LaneKeeper, PaceStore } from "./usecases/delivery-ports.ts";

/** Empty lanes cost each claim a look, so they do not stay for long. */
const REMOVE_EVERY_MS = 1_000;
/** How long a delivery may wait whose lane an older version of this service did not make, in a deploy. */
const RESTORE_EVERY_MS = 60_000;

export interface LaneUpkeepOptions {
  readonly lanes: LaneKeeper;
  readonly pace: Pick<PaceStore, "prune">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly wake: () => void;
}

/** Removes the lanes in which nothing waits any more, and makes those that are missing. */
export const createLaneUpkeep = ({ lanes, pace, clock, log, wake }: LaneUpkeepOptions) => {
  const timers: ReturnType<typeof setInterval>[] = [];
  let underWay: Promise<void> = Promise.resolve();

  const quietly = async (work: (now: Date) => Promise<void>) => {
    try {
      await work(clock.now());
    } catch (error) {
      log.warn("the lanes of deliveries could not be kept", { reason: reasonOf(error) });
    }
  };
  const removeEmpty = () =>
    quietly(async (now) => {
      await lanes.removeEmpty(now);
      await pace.prune(now);
    });
  const restore = () =>
    quietly(async (now) => {
      await lanes.restore(now);
      wake();
    });
  /** One after the other: a slow database is asked for no more. */
  const next = (work: () => Promise<void>) => {
    underWay = underWay.then(work);
  };
  let waiting = 0;
  const every = (ms: number, work: () => Promise<void>) =>
    setInterval(() => {
      if (waiting > 1) return;
      waiting += 1;
      next(() => work().finally(() => (waiting -= 1)));
    }, ms);

  return {
    start() {
      if (timers.length > 0) return;
      next(restore);
      timers.push(every(REMOVE_EVERY_MS, removeEmpty), every(RESTORE_EVERY_MS, restore));
    },
    /** Waits for what is under way. */
    async stop() {
      for (const timer of timers.splice(0)) clearInterval(timer);
      await underWay;
    },
  };
};
