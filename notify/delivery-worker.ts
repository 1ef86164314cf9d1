import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { createDeliveryClaims } from "./delivery-claims.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { AnnounceDelivery, DeliveryQueue } from "./usecases/ports.ts";

/** Messages handed to Telegram at once: more in parallel only lengthen a flood wait (grammY, "Flood limits"). */
const SENDS_AT_ONCE = 3;
/** How late a message may be that nobody rang for: after a retry's pause, or from another instance. */
const POLL_MS = 1_000;
/** Pause after the database failed. */
const FAILURE_PAUSE_MS = 2_000;
/** How long `stop` waits for messages under way; what is left becomes `unknown` when its claim ends. */
const STOP_WAIT_MS = 15_000;

export interface DeliveryWorkerOptions {
  readonly deliveries: DeliveryQueue;
  readonly send: (delivery: Delivery) => Promise<Delivery | null>;
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
  const {
    deliveries,
    send,
    announce,
    clock,
    newId,
    log,
    pollMs = POLL_MS,
    failurePauseMs = FAILURE_PAUSE_MS,
  } = options;
  const signal = createWakeSignal();
  const underWay = new Map<string, Promise<void>>();
  const claims = createDeliveryClaims(deliveries, newId);
  let stopping = false;
  let running: Promise<void> | undefined;

  const sendOne = async (delivery: Delivery): Promise<void> => {
    try {
      const settled = await send(delivery);
      if (settled !== null) announce(settled);
    } catch (error) {
      log.error("a delivery could not be recorded", { deliveryId: delivery.id, reason: reasonOf(error) });
    }
  };

  const begin = (delivery: Delivery): void => {
    const work = sendOne(delivery).finally(() => {
      underWay.delete(delivery.id);
      signal.ring();
    });
    underWay.set(delivery.id, work);
  };

  /** True when something was taken, so that there may be more. */
  const turn = async (): Promise<boolean> => {
    const now = clock.now();
    // Before anybody sweeps, so that after an outage of the database what is ours is still ours.
    await claims.settleUp([...underWay.keys()], now);
    for (const ended of await deliveries.sweep(now)) announce(ended);
    const free = SENDS_AT_ONCE - underWay.size;
    if (free <= 0) return false;
    const claimed = await claims.take(free, now);
    for (const delivery of claimed) begin(delivery);
    return claimed.length > 0;
  };

  const loop = async (): Promise<void> => {
    while (!stopping) {
      try {
        const more = await turn();
        if (!more && !stopping) await signal.wait(pollMs);
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
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_WAIT_MS);
      });
      await Promise.race([Promise.allSettled([...underWay.values()]), tooLong]);
      clearTimeout(timer);
    },
  };
};
