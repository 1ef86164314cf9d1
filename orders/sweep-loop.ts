import type { Logger } from "../shared/ports/logger.ts";
import { pause } from "../shared/runtime/retry.ts";

/** How often sagas are looked for whose worker is slow or gone. */
const SWEEP_EVERY_MS = 2_000;

export interface SweepLoop {
  start(): void;
  /** Waits for the sweep in flight. */
  stop(): Promise<void>;
}

/**
 * Sweeps now and then until it is stopped; at once again while there is work. A sweep that fails is logged once per
 * outage and repeated.
 */
export const createSweepLoop = (sweep: () => Promise<number>, log: Logger): SweepLoop => {
  const stopping = new AbortController();
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
    while (!stopping.signal.aborted) {
      if ((await sweepOnce()) === 0) await pause(SWEEP_EVERY_MS, stopping.signal);
    }
  };
  return {
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
