import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";

/** How often sagas are looked for whose worker is slow or gone. */
const SWEEP_EVERY_MS = 2_000;

export interface SweepLoop {
  start(): void;
  /** Something may be due now: sweeps without waiting for the next time. */
  wake(): void;
  /** Waits for the sweep in flight. */
  stop(): Promise<void>;
}

/**
 * Sweeps now and then until it is stopped; at once again while there is work. A sweep that fails is logged once per
 * outage and repeated.
 */
export const createSweepLoop = (
  sweep: () => Promise<number>,
  log: Logger,
  everyMs = SWEEP_EVERY_MS,
): SweepLoop => {
  const signal = createWakeSignal();
  let stopping = false;
  let running: Promise<void> | undefined;
  let failing = false;

  const sweepOnce = async (): Promise<number> => {
    try {
      const taken = await sweep();
      failing = false;
      return taken;
    } catch (error) {
      if (!failing) log.warn("Unfinished orders could not be looked for", { error });
      failing = true;
      return 0;
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping) {
      if ((await sweepOnce()) === 0 && !stopping) await signal.wait(everyMs);
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
    },
  };
};
