/** Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): anything between nothing and the ceiling. */
export interface Backoff {
  readonly baseMs: number;
  readonly ceilingMs: number;
}

/** How long to wait before the n-th retry (from 1). `random` is in [0, 1). */
export const backoffMs = (
  { baseMs, ceilingMs }: Backoff,
  retry: number,
  random: () => number = Math.random,
): number => Math.round(random() * Math.min(ceilingMs, baseMs * 2 ** (retry - 1)));

/** Waits; ends early (without failing) when the signal aborts. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done, { once: true });
  });

/** The outcome of `work`, or the error of `onLate` when it takes longer. The work itself goes on: it is only not awaited. */
export const within = async <Result>(
  work: Promise<Result>,
  timeoutMs: number,
  onLate: () => Error,
): Promise<Result> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(onLate()), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
