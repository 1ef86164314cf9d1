const INTERRUPTED = 130;

const open = new Set<() => Promise<void>>();

const closeAll = (): void => {
  void Promise.allSettled([...open].map((close) => close())).finally(() => process.exit(INTERRUPTED));
};

/** Ctrl-C leaves neither a process nor a folder behind: what is open is closed before the end. Answers how it is closed otherwise. */
export const closeOnInterrupt = (close: () => Promise<void>): (() => Promise<void>) => {
  if (open.size === 0) for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, closeAll);
  open.add(close);
  return async () => {
    open.delete(close);
    if (open.size === 0) for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, closeAll);
    await close();
  };
};
