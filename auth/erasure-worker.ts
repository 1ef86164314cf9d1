import { reasonOf } from "../shared/outbox/failure.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { LongLived } from "../shared/runtime/lifecycle.ts";
import { runInOwnTrace } from "../shared/runtime/request-context.ts";

/** How often it looks for what is due: an erasure takes ten seconds at least, one more is not felt. */
const LOOK_EVERY_MS = 1_000;

export interface ErasureWorkerOptions {
  /** Takes what is due; answers how much that was. */
  readonly advance: () => Promise<number>;
  readonly log: Logger;
}

export interface ErasureWorker extends LongLived {
  /** Something is due now. */
  wake(): void;
}

/** Goes on with erasures in the background, on every instance, until all services have answered. */
export const createErasureWorker = ({ advance, log }: ErasureWorkerOptions): ErasureWorker => {
  let timer: ReturnType<typeof setInterval> | undefined;
  let turn: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      try {
        while (timer !== undefined && (await advance()) > 0);
      } catch (error) {
        log.warn("Erasures could not be gone on with", { reason: reasonOf(error) });
      }
    } while (again && timer !== undefined);
  };
  const wake = () => {
    if (timer === undefined) return;
    again = true;
    turn ??= runInOwnTrace(run).finally(() => {
      turn = undefined;
    });
  };
  return {
    name: "erasures",
    wake,
    async start() {
      timer ??= setInterval(wake, LOOK_EVERY_MS);
      wake();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await turn;
    },
  };
};
