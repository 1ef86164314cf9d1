import type { Clock } from "../kernel/clock.ts";

/** Opens when at least half of the last 20 calls within 10 s failed; lets one through after 5 s. */
export const BREAKER_WINDOW_MS = 10_000;
export const BREAKER_MIN_CALLS = 20;
const BREAKER_FAILURE_RATIO = 0.5;
export const BREAKER_OPEN_MS = 5_000;

export type BreakerState = "closed" | "open" | "half-open";

/** Counts the outcomes of calls to one upstream and says whether to try. Lives as long as the process. */
export class Breaker {
  private outcomes: { at: number; ok: boolean }[] = [];
  private openedAt: number | null = null;
  private probing = false;

  constructor(private readonly clock: Clock) {}

  get state(): BreakerState {
    if (this.openedAt === null) return "closed";
    return this.clock.now().getTime() - this.openedAt >= BREAKER_OPEN_MS ? "half-open" : "open";
  }

  /** True when a call may go out. In the half-open state only one may, until it is recorded. */
  tryAcquire(): boolean {
    const state = this.state;
    if (state === "closed") return true;
    if (state === "open" || this.probing) return false;
    this.probing = true;
    return true;
  }

  record(ok: boolean): void {
    const now = this.clock.now().getTime();
    if (this.openedAt !== null) {
      if (!this.probing) return;
      this.probing = false;
      this.openedAt = ok ? null : now;
      this.outcomes = [];
      return;
    }
    this.outcomes = [
      ...this.outcomes.filter(({ at }) => now - at < BREAKER_WINDOW_MS),
      { at: now, ok },
    ].slice(-BREAKER_MIN_CALLS);
    const failures = this.outcomes.filter((outcome) => !outcome.ok).length;
    if (
      this.outcomes.length >= BREAKER_MIN_CALLS &&
      failures / this.outcomes.length >= BREAKER_FAILURE_RATIO
    ) {
      this.openedAt = now;
      this.outcomes = [];
    }
  }
}
