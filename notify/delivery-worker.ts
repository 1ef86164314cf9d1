import type { Clock } from "../shared/kernel/clock.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { AnnounceDelivery, DeliveryStore } from "./usecases/ports.ts";

/** Messages handed to Telegram at once: more in parallel only lengthen a flood wait (grammY, "Flood limits"). */
export const SENDS_AT_ONCE = 3;
/** How late a message may be that nobody rang for: after a retry's pause, or from another instance. */
const POLL_MS = 1_000;
/** When a claim is given up: past any send (15 s), its fallback as plain text, and the database's own limits. */
export const SEND_DEADLINE_MS = 60_000;
/** Pause after the database failed. */
const FAILURE_PAUSE_MS = 2_000;
/** How long `stop` waits for messages under way; what is left becomes `unknown` by its deadline. */
const STOP_WAIT_MS = 15_000;

export interface DeliveryWorkerOptions {
  readonly deliveries: DeliveryStore;
  readonly send: (delivery: Delivery) => Promise<Delivery | null>;
  readonly announce: AnnounceDelivery;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pollMs?: number;
}

export interface DeliveryWorker {
  start(): void;
  /** Something may be due now. */
  wake(): void;
  stop(): Promise<void>;
}

/** Sends what is due, a few at once. Several instances share the work. */
export const createDeliveryWorker = (options: DeliveryWorkerOptions): DeliveryWorker => {
  const { deliveries, send, announce, clock, log, pollMs = POLL_MS } = options;
  const signal = createWakeSignal();
  const underWay = new Set<Promise<void>>();
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
      underWay.delete(work);
      signal.ring();
    });
    underWay.add(work);
  };

  /** True when something was taken, so that there may be more. */
  const turn = async (): Promise<boolean> => {
    const now = clock.now();
    for (const ended of await deliveries.sweep(now)) announce(ended);
    const free = SENDS_AT_ONCE - underWay.size;
    if (free <= 0) return false;
    const claimed = await deliveries.claim(free, now, new Date(now.getTime() + SEND_DEADLINE_MS));
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
        if (!stopping) await signal.wait(FAILURE_PAUSE_MS);
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
      await Promise.race([Promise.allSettled([...underWay]), tooLong]);
      clearTimeout(timer);
    },
  };
};
