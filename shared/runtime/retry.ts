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
