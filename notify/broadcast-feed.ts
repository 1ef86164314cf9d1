import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { BroadcastFeed } from "./usecases/broadcast-ports.ts";

/** How late a step may be that nobody rang for: after another instance's pause, or as the queue gets short. */
const POLL_MS = 1_000;
/** Steps of one broadcast in one turn, so that a pause of another need not wait for all of a long one. */
const STEPS_MAX = 20;

export interface BroadcastFeedRunOptions {
  readonly feed: Pick<BroadcastFeed, "unsettled" | "tend">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something has come into the queue, or went out of it. */
  readonly onMoved: () => void;
  readonly pollMs?: number;
}

export interface BroadcastFeedRun {
  start(): void;
  /** A broadcast has begun, or goes on, or ends. */
  ring(): void;
  stop(): Promise<void>;
}

/** Keeps the queue supplied with what broadcasts have to say, a little at a time. Several instances share the work. */
export const createBroadcastFeed = (options: BroadcastFeedRunOptions): BroadcastFeedRun => {
  const { feed, clock, log, onMoved, pollMs = POLL_MS } = options;
  const signal = createWakeSignal();
  let isStopped = false;
  let running: Promise<void> | undefined;

  /** Answers whether there is more to do at once. */
  const tend = async (id: string): Promise<boolean> => {
    for (let step = 0; step < STEPS_MAX && !isStopped; step += 1) {
      const { moved, more } = await feed.tend(id, clock.now());
      if (moved > 0) onMoved();
      if (!more) return false;
    }
    return true;
  };

  const failed = (error: unknown): false => {
    log.warn("broadcasts could not be brought into the queue", { reason: reasonOf(error) });
    return false;
  };

  const turn = async (): Promise<boolean> => {
    let isMore = false;
    // Each by itself: what is wrong with one holds up no other.
    for (const id of await feed.unsettled()) isMore = (await tend(id).catch(failed)) || isMore;
    return isMore;
  };

  const loop = async (): Promise<void> => {
    while (!isStopped) {
      const isMore = await turn().catch(failed);
      if (!isMore && !isStopped) await signal.wait(pollMs);
    }
  };

  return {
    start() {
      running ??= loop();
    },
    ring: signal.ring,
    async stop() {
      isStopped = true;
      signal.ring();
      await running;
    },
  };
};
