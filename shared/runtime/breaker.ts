import type { Clock } from "../kernel/clock.ts";

/** Opens when at least half of the last 20 calls within 10 s failed. */
export const BREAKER_WINDOW_MS = 10_000;
export const BREAKER_MIN_CALLS = 20;
const BREAKER_FAILURE_RATIO = 0.5;
/** How long it stays open before it lets one call through: shortly at first, since most faults are a restart, then twice as long each time. */
export const BREAKER_OPEN_MS = { first: 500, most: 5_000 } as const;

export type BreakerState = "closed" | "open" | "half-open";

/** Counts the outcomes of calls to one upstream and says whether to try. Lives as long as the process. */
export class Breaker {
  private outcomes: { at: number; ok: boolean }[] = [];
  private openedAt: number | null = null;
  private openMs: number = BREAKER_OPEN_MS.first;
  private probing = false;

  constructor(private readonly clock: Clock) {}

  get state(): BreakerState {
    if (this.openedAt === null) return "closed";
    return this.clock.now().getTime() - this.openedAt >= this.openMs ? "half-open" : "open";
  }

  /** True when a call may go out. In the half-open state only one may, until it is recorded. */
  tryAcquire(): boolean {
    const state = this.state;
    if (state === "closed") return true;
    if (state === "open" || this.probing) return false;
    this.probing = true;
    return true;
  }

  /** The caller went away before anything was known: another may find out. */
  abandon(): void {
    this.probing = false;
  }

  record(ok: boolean): void {
    const now = this.clock.now().getTime();
    if (this.openedAt !== null) {
      if (!this.probing) return;
      this.probing = false;
      this.openedAt = ok ? null : now;
      this.openMs = ok ? BREAKER_OPEN_MS.first : Math.min(2 * this.openMs, BREAKER_OPEN_MS.most);
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
