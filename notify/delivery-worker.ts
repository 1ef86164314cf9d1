import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { pause } from "../shared/runtime/retry.ts";
import { createDeliveryClaims } from "./delivery-claims.ts";
import { createDeliverySlots } from "./delivery-slots.ts";
import type {
  AnnounceDelivery,
  Claim,
  ClaimedMessage,
  DeliveryQueue,
  Recorded,
} from "./usecases/delivery-ports.ts";

/** How late a message may be that nobody rang for: after a retry's pause, or from another instance. */
const POLL_MS = 1_000;
/** Shortest pause before something that is about to be due: a clock that is behind the timer's must not make it spin. */
const PAUSE_MIN_MS = 5;
/** How often claims and messages that have run out are looked for; both are given far longer. */
const SWEEP_EVERY_MS = 1_000;
/** How often is looked whether claims are to be prolonged while a stop waits for them. */
const KEEP_LOOK_MS = 1_000;
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
  /** How long `stop` waits for what is under way. */
  readonly finishWaitMs?: number;
}

type Waits = Pick<Claim, "nextAt" | "notBefore">;

export interface DeliveryWorker {
  start(): void;
  /** Something may be due now. */
  wake(): void;
  /** Claims no more and waits for what is under way, for a while; what is left then is unknown. */
  stop(): Promise<void>;
}

/** Sends what is due, a few at once. Several instances share the work. */
export const createDeliveryWorker = (options: DeliveryWorkerOptions): DeliveryWorker => {
  const { deliveries, announce, clock, log } = options;
  const { pollMs = POLL_MS, failurePauseMs = FAILURE_PAUSE_MS } = options;
  const signal = createWakeSignal();
  const claims = createDeliveryClaims(deliveries, options.newId);
  const slots = createDeliverySlots({ send: options.send, announce, log, ring: signal.ring });
  const stopping = new AbortController();
  let nextSweepAt = 0;
  let running: Promise<void> | undefined;

  const sweep = async (now: Date): Promise<void> => {
    if (now.getTime() < nextSweepAt) return;
    for (const ended of await deliveries.sweep(now)) announce(ended);
    nextSweepAt = now.getTime() + SWEEP_EVERY_MS;
  };

  /** Takes what may be sent, once: then every slot is used, or nothing is due until somebody rings or a pace has recovered. */
  const turn = async (): Promise<Waits> => {
    const now = clock.now();
    // Before anybody sweeps, so that after an outage of the database what is ours is still ours.
    await claims.settleUp(slots.underWay(), now);
    await sweep(now);
    let waits: Waits = { nextAt: null, notBefore: null };
    await slots.fill(async (count) => {
      const claim = await claims.take(count, now);
      waits = claim;
      return claim.messages;
    });
    return waits;
  };

  const pauseBefore = (at: Date): number =>
    Math.min(pollMs, Math.max(PAUSE_MIN_MS, at.getTime() - clock.now().getTime()));

  /** Rings that come while the bot's pace allows nothing are remembered: they would only find that out. */
  const rest = async ({ nextAt, notBefore }: Waits): Promise<void> => {
    if (notBefore !== null) await pause(pauseBefore(notBefore), stopping.signal);
    else if (!stopping.signal.aborted) await signal.wait(nextAt === null ? pollMs : pauseBefore(nextAt));
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await rest(await turn());
      } catch (error) {
        log.warn("deliveries cannot be read", { reason: reasonOf(error) });
        await pause(failurePauseMs, stopping.signal);
      }
    }
  };

  /** Whoever comes next need not wait for the claims to run out. */
  const giveUp = async (claimIds: readonly string[]): Promise<void> => {
    try {
      for (const ended of await deliveries.giveUp(claimIds, clock.now())) announce(ended);
    } catch (error) {
      log.warn("deliveries under way could not be given up", { reason: reasonOf(error) });
    }
  };

  /** While those under way are waited for nobody may take them for a dead worker's. Answers the claims of what is left. */
  const finish = async (): Promise<string[]> => {
    const keep = () => claims.settleUp(slots.underWay(), clock.now()).catch(() => undefined);
    const timer = setInterval(() => void keep(), KEEP_LOOK_MS);
    return slots.finish(options.finishWaitMs).finally(() => clearInterval(timer));
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
      const left = await finish();
      if (left.length > 0) await giveUp(left);
    },
  };
};
