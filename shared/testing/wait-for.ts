const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_EVERY_MS = 10;

type Falsy = false | null | undefined | 0 | "";

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** What is waited for, as it should stand in the failure: "the order to be confirmed". */
  readonly what?: string;
}

/** Asks again and again until the condition is truthy, and resolves with its value. Throws when time is up. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, everyMs = DEFAULT_EVERY_MS, what = "the condition" }: WaitOptions = {},
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) {
      return value as Exclude<T, Falsy>;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    }
    await Bun.sleep(everyMs);
  }
}
