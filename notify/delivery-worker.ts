import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { createDeliveryClaims } from "./delivery-claims.ts";
import { createDeliverySlots } from "./delivery-slots.ts";
import type { AnnounceDelivery, ClaimedMessage, DeliveryQueue, Recorded } from "./usecases/ports.ts";

/** How late a message may be that nobody rang for: after a retry's pause, or from another instance. */
const POLL_MS = 1_000;
/** Shortest pause before something that is about to be due: a clock that is behind the timer's must not make it spin. */
const PAUSE_MIN_MS = 5;
/** How often claims and messages that have run out are looked for; both are given far longer. */
const SWEEP_EVERY_MS = 1_000;
/** Pause after the database failed. */
const FAILURE_PAUSE_MS = 2_000;

export interface DeliveryWorkerOptions {
  readonly deliveries: DeliveryQueue;
  /** Fails when it is not known how the message ended. */
  readonly send: (message: ClaimedMessage) => Promise<Recorded>;
  readonly announce: AnnounceDelivery;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly pollMs?: number;
  readonly failurePauseMs?: number;
}

export interface DeliveryWorker {
  start(): void;
  /** Something may be due now. */
  wake(): void;
  stop(): Promise<void>;
}

/** Sends what is due, a few at once. Several instances share the work. */
export const createDeliveryWorker = (options: DeliveryWorkerOptions): DeliveryWorker => {
  const { deliveries, announce, clock, log } = options;
  const { pollMs = POLL_MS, failurePauseMs = FAILURE_PAUSE_MS } = options;
  const signal = createWakeSignal();
  const claims = createDeliveryClaims(deliveries, options.newId);
  const slots = createDeliverySlots({ send: options.send, announce, log, ring: signal.ring });
  let nextSweepAt = 0;
  let stopping = false;
  let running: Promise<void> | undefined;

  const sweep = async (now: Date): Promise<void> => {
    if (now.getTime() < nextSweepAt) return;
    for (const ended of await deliveries.sweep(now)) announce(ended);
    nextSweepAt = now.getTime() + SWEEP_EVERY_MS;
  };

  /**
   * Takes what may be sent, once: then every slot is used, or nothing is due until somebody rings or a pace has recovered. Answers
   * when that is.
   */
  const turn = async (): Promise<Date | null> => {
    const now = clock.now();
    // Before anybody sweeps, so that after an outage of the database what is ours is still ours.
    await claims.settleUp(slots.underWay(), now);
    await sweep(now);
    let nextAt: Date | null = null;
    await slots.fill(async (count) => {
      const claim = await claims.take(count, now);
      nextAt = claim.nextAt;
      return claim.messages;
    });
    return nextAt;
  };

  const pauseBefore = (nextAt: Date | null): number => {
    if (nextAt === null) return pollMs;
    return Math.min(pollMs, Math.max(PAUSE_MIN_MS, nextAt.getTime() - clock.now().getTime()));
  };

  const loop = async (): Promise<void> => {
    while (!stopping) {
      try {
        const nextAt = await turn();
        if (!stopping) await signal.wait(pauseBefore(nextAt));
      } catch (error) {
        log.warn("deliveries cannot be read", { reason: reasonOf(error) });
        if (!stopping) await signal.wait(failurePauseMs);
      }
    }
  };

  return {
    start() {
      running ??= loop();
    },
    wake: signal.ring,
    async stop() {
      stopping = true;
      signal.ring();
      await running;
      await slots.finish();
    },
  };
};
