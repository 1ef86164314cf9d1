import type { Logger } from "../shared/ports/logger.ts";
import type { InBackground } from "./usecases/ports.ts";

/** Work that goes on after the answer; `settled` resolves when none is left. */
export const createBackgroundWork = (
  log: Logger,
): { readonly inBackground: InBackground; settled(): Promise<void> } => {
  const running = new Set<Promise<void>>();
  return {
    inBackground(what, work) {
      const job = work()
        .catch((error: unknown) => log.warn(`${what} failed`, { error }))
        .finally(() => running.delete(job));
      running.add(job);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
};
