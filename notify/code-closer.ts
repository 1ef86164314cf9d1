import { reasonOf } from "../shared/outbox/failure.ts";
import { createWakeSignal } from "../shared/outbox/wake-signal.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { pause } from "../shared/runtime/retry.ts";
import type { ClosedCodes } from "./usecases/close-codes.ts";

/** How late a message says that its code has expired, or that it was used as another instance has heard. */
const LOOK_EVERY_MS = 1_000;
/** The same while no message carries a code: until another instance has sent one there is nothing to be late with. */
const IDLE_LOOK_MS = 5_000;
const FAILURE_PAUSE_MS = 2_000;

export interface CodeCloserOptions {
  /** Edits what is due. */
  readonly closeCodes: () => Promise<Pick<ClosedCodes, "more" | "isIdle">>;
  readonly log: Logger;
}

/** Has messages say that their codes are of no use any more. Every instance looks; each message is edited by one. */
export const createCodeCloser = ({ closeCodes, log }: CodeCloserOptions) => {
  const signal = createWakeSignal();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        const { more, isIdle } = await closeCodes();
        if (!more) await signal.wait(isIdle ? IDLE_LOOK_MS : LOOK_EVERY_MS);
      } catch (error) {
        log.warn("messages of codes could not be edited", { reason: reasonOf(error) });
        await pause(FAILURE_PAUSE_MS, stopping.signal);
      }
    }
  };
  return {
    start() {
      running ??= loop();
    },
    /** A code is of no use any more. */
    wake: signal.ring,
    /** Waits for the edits under way. */
    async stop() {
      stopping.abort();
      signal.ring();
      await running;
    },
  };
};
