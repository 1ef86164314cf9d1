import type { World } from "./world.ts";

/**
 * Answers with what `look` finds: at once, or after the first change that makes it find something, or with null when
 * the time is over or the signal fires. Nothing is polled and nothing sleeps.
 */
export function waitForChange<Found>(
  world: World,
  look: () => Found | null | undefined | false,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<Found | null> {
  const found = look();
  if (found !== null && found !== undefined && found !== false) return Promise.resolve(found);
  if (timeoutMs <= 0 || signal?.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      unsubscribe();
      world.timers.clear(timer);
      signal?.removeEventListener("abort", giveUp);
      act();
    };
    const giveUp = () => finish(() => resolve(null));
    const timer = world.timers.set(giveUp, timeoutMs);
    const unsubscribe = world.changes.subscribe(() => {
      try {
        const now = look();
        if (now !== null && now !== undefined && now !== false) finish(() => resolve(now));
      } catch (error) {
        finish(() => reject(error));
      }
    });
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}
