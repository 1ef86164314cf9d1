const TICK_MS = 10;

/** For how long this process was kept from running: on a busy machine everything else was kept from it as well. */
export interface Stalls {
  /** At most: for what was measured once. */
  readonly stallMs: number;
  /** Half of the time was spent in stalls that were no longer: for what is the middle one of many. */
  readonly usualStallMs: number;
}

const usualOf = (stalls: readonly number[]): number => {
  const halfMs = stalls.reduce((sum, ms) => sum + TICK_MS + ms, 0) / 2;
  let passedMs = 0;
  for (const ms of stalls.toSorted((a, b) => a - b)) {
    passedMs += TICK_MS + ms;
    if (passedMs >= halfMs) return ms;
  }
  return 0;
};

/** Does the work, and measures the stalls meanwhile. */
export const withStalls = async <Result>(
  work: () => Promise<Result>,
): Promise<Stalls & { readonly result: Result }> => {
  const stalls: number[] = [];
  let lastAt = performance.now();
  const look = () => {
    const now = performance.now();
    stalls.push(Math.max(0, now - lastAt - TICK_MS));
    lastAt = now;
  };
  const timer = setInterval(look, TICK_MS);
  try {
    const result = await work();
    look();
    const worstMs = stalls.reduce((worst, ms) => Math.max(worst, ms), 0);
    return { result, stallMs: Math.round(worstMs), usualStallMs: Math.round(usualOf(stalls)) };
  } finally {
    clearInterval(timer);
  }
};

const SPIN_MS = 200;

/**
 * How many times as long everything takes because others use the machine: what a processor did for this process beside the time that it
 * wanted it. 1 on a machine that has nothing else to do.
 */
export const measureContention = (): number => {
  const before = process.cpuUsage();
  const beganAt = performance.now();
  const hasRun = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  while (hasRun() < SPIN_MS);
  return Math.max(1, Math.round((10 * (performance.now() - beganAt)) / hasRun()) / 10);
};
