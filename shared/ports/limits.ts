/** So many points within so many seconds, counted from the first. `name` is part of the key. */
export interface LimitRule {
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

export interface LimitResult {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until the window ends, rounded up. */
  readonly resetSeconds: number;
}

/**
 * Counts calls per rule and subject over all instances (Redis), or in this process.
 * `consume` rejects with `UNAVAILABLE` when the shared counter cannot be reached: sign-in fails closed on that,
 * everything else falls back to the process.
 */
export interface Limits {
  consume(rule: LimitRule, subject: string, points?: number): Promise<LimitResult>;
  /** Gives everything back, for example after a success. */
  reset(rule: LimitRule, subject: string): Promise<void>;
}
