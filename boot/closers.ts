import type { Logger } from "../shared/ports/logger.ts";

/** What has been opened, to be closed in reverse. */
export interface Closers {
  defer(what: string, close: () => Promise<void> | void): void;
  /** Closes everything once; a failure is logged and keeps nothing else open. */
  closeAll(): Promise<void>;
}

export const createClosers = (log: Logger): Closers => {
  const opened: { what: string; close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | null = null;

  const run = async () => {
    for (let next = opened.pop(); next; next = opened.pop()) {
      try {
        await next.close();
      } catch (error) {
        log.error(`${next.what} could not be closed cleanly`, { error });
      }
    }
  };
  return {
    defer: (what, close) => void opened.push({ what, close }),
    closeAll() {
      closing ??= run();
      return closing;
    },
  };
};
