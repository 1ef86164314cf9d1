import type { Logger } from "../ports/logger.ts";
import { within } from "./retry.ts";

/** Something long-lived. `start` and `stop` are safe to call twice; `stop` before `start` does nothing. */
export interface LongLived {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Longest that one part may take to stop before the next is stopped anyway. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts parts in order and stops them in reverse. When one fails to start, those before it are stopped and its
 * error is thrown. A part that fails or takes too long to stop is logged and does not keep the others from stopping.
 */
export const createLifecycle = (parts: readonly LongLived[], log: Logger): LongLived => {
  const started: LongLived[] = [];
  let stopping: Promise<void> | null = null;

  const stopOne = async (part: LongLived) => {
    const late = () => new Error(`not stopped within ${STOP_TIMEOUT_MS} ms`);
    try {
      await within(part.stop(), STOP_TIMEOUT_MS, late);
    } catch (error) {
      log.error(`${part.name} did not stop cleanly`, { error });
    }
  };

  const stopAll = async () => {
    for (let part = started.pop(); part; part = started.pop()) await stopOne(part);
  };

  return {
    name: "lifecycle",
    async start() {
      if (started.length > 0) return;
      stopping = null;
      try {
        for (const part of parts) {
          started.push(part);
          await part.start();
        }
      } catch (error) {
        await stopAll();
        throw error;
      }
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
};
