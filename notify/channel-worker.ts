import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { pause, within } from "../shared/runtime/retry.ts";
import type { ChannelResult } from "./domain/channel-result.ts";
import { settleOther } from "./domain/channel-result.ts";
import type { ChannelQueue, ChannelRecorder, ClaimedDelivery } from "./usecases/channel-ports.ts";
import type { AnnounceDelivery } from "./usecases/delivery-ports.ts";
import type { UntilStored } from "./usecases/ports.ts";

/** How late something may be that is known to wait: after a retry's pause. */
const POLL_MS = 1_000;
/** How late something may be that nobody here knows of: put into the queue by an instance that died, or whose hands are full. */
const IDLE_POLL_MS = 5_000;
/** Shortest pause before something that is about to be due: a clock that is behind the timer's must not make it spin. */
const PAUSE_MIN_MS = 5;
/** Pause after the database failed. */
const FAILURE_PAUSE_MS = 2_000;
/**
 * A claim that is older belongs to a worker that died: longer than a mail or a call can take, with the record of it. What it held is looked at by the
 * sweep of the deliveries then.
 */
export const CHANNEL_CLAIM_MS = 120_000;
/** How long `stop` waits for what is under way. */
const FINISH_WAIT_MS = 15_000;

export interface ChannelWorkerOptions {
  readonly queue: ChannelQueue;
  readonly recorder: ChannelRecorder;
  /** Hands it over, once. */
  readonly attempt: (claimed: ClaimedDelivery) => Promise<ChannelResult>;
  readonly announce: AnnounceDelivery;
  /** Under way at once in this process. */
  readonly slots: number;
  readonly untilStored: UntilStored;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  /** In [0, 1), for the spread of retries. */
  readonly random?: () => number;
  /** Counts outcomes. */
  readonly onResult?: (channel: ChannelQueue["channel"], result: ChannelResult["kind"]) => void;
}

export interface ChannelWorker {
  start(): void;
  /** Something may be due now. */
  wake(): void;
  stop(): Promise<void>;
}

/** One attempt from the claim to the record. What was not expected is a mistake of ours, from before anything was sent. */
const carryOut = async (
  {
    queue,
    attempt,
    recorder,
    untilStored,
    announce,
    clock,
    log,
    random = Math.random,
    onResult,
  }: ChannelWorkerOptions,
  claimed: ClaimedDelivery,
): Promise<void> => {
  const { delivery } = claimed;
  const result = await attempt(claimed).catch((error: unknown): ChannelResult => {
    log.error("a delivery could not be prepared", { deliveryId: delivery.id, reason: reasonOf(error) });
    return { kind: "unready", reason: "it could not be prepared" };
  });
  onResult?.(queue.channel, result.kind);
  try {
    const recorded = await untilStored(() => {
      const now = clock.now();
      const settlement = settleOther(delivery, queue.channel, result, { now, random: random() });
      return recorder.record({ claimed, result, settlement }, now);
    });
    if (recorded !== null) announce(recorded);
  } catch (error) {
    log.error("what came of a delivery could not be recorded", {
      deliveryId: delivery.id,
      reason: reasonOf(error),
    });
  }
};

/** Hands over what waits for one channel, a few at once. Several instances share the work. */
export const createChannelWorker = (options: ChannelWorkerOptions): ChannelWorker => {
  const { queue, slots, clock, newId, log } = options;
  const signal = createWakeSignal();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  /** A claim whose answer was lost may have been made all the same. */
  let lost: string | null = null;
  let running: Promise<void> | undefined;

  const begin = (claimed: ClaimedDelivery): void => {
    const work: Promise<void> = carryOut(options, claimed).then(() => {
      underWay.delete(work);
      signal.ring();
    });
    underWay.add(work);
  };

  /** Takes what may go out, once. Answers when more may be due. */
  const turn = async (): Promise<Date | null> => {
    if (lost !== null) await queue.unclaim(lost);
    lost = null;
    const free = slots - underWay.size;
    if (free <= 0) return null;
    const now = clock.now();
    const id = newId();
    lost = id;
    const { taken, nextAt } = await queue.claim(id, free, now, new Date(now.getTime() + CHANNEL_CLAIM_MS));
    lost = null;
    for (const claimed of taken) begin(claimed);
    return nextAt;
  };

  const rest = async (nextAt: Date | null): Promise<void> => {
    if (stopping.signal.aborted) return;
    const untilNext = nextAt === null ? null : nextAt.getTime() - clock.now().getTime();
    await signal.wait(
      untilNext === null ? IDLE_POLL_MS : Math.min(POLL_MS, Math.max(PAUSE_MIN_MS, untilNext)),
    );
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await rest(await turn());
      } catch (error) {
        log.warn("deliveries cannot be read", { channel: queue.channel, reason: reasonOf(error) });
        await pause(FAILURE_PAUSE_MS, stopping.signal);
      }
    }
  };

  return {
    start() {
      running ??= loop();
    },
    wake: signal.ring,
    async stop() {
      stopping.abort();
      signal.ring();
      await running;
      const ended = Promise.all(underWay);
      // What is left is looked at again when its claim has ended.
      await within(ended, FINISH_WAIT_MS, () => new Error("too slow")).catch(() => undefined);
    },
  };
};
