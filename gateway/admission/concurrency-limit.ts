/** How far a limit may go, and how slow is too slow. */
export interface LimitBounds {
  readonly min: number;
  readonly max: number;
  /** Up to this median, in milliseconds, a wait is nobody's concern: what is asked together may well be answered together. */
  readonly patienceMs: number;
}

/** What is known of the way to a service. */
export interface LimitState {
  /** Calls that may be under way at once; a fraction, so that small steps add up. */
  readonly limit: number;
  /** What a call takes while nothing waits, in milliseconds; null: not known yet. */
  readonly calmMs: number | null;
}

/** What was seen since the limit was last looked at. */
export interface LimitWindow {
  /** Median time to the head of an answer. */
  readonly medianMs: number;
  /** The most calls that were under way at once. */
  readonly mostUnderWay: number;
}

/** The steepest fall of one step. A step lasts at least as long as a call, so that its effect is seen before the next. */
const STEEPEST_FALL = 0.7;
/** Slower than so many times its calm time: it waits for something. */
const SLOW_FACTOR = 2;
/** How fast a slower calm is believed. */
const CALM_SMOOTHING = 0.2;
/** A limit grows only while it is made use of: what was not tried is not known to be well. */
const IN_USE_SHARE = 0.8;

/** Every limit begins wide: it is narrowed by what is seen, so that a crowd at a rested door is let in. */
export const initialLimit = ({ max }: LimitBounds): LimitState => ({ limit: max, calmMs: null });

/**
 * The calm time is the lowest that was seen, and rises only by what is seen where nothing can have waited behind the limit:
 * with half of the places free, or with none left to take away. Otherwise a queue that stays would become what is usual.
 */
const calmAfter = ({ limit, calmMs }: LimitState, seen: LimitWindow, { min }: LimitBounds): number | null => {
  if (calmMs !== null && seen.medianMs <= calmMs) return seen.medianMs;
  const isCalm = seen.mostUnderWay <= limit / 2 || limit <= min;
  if (!isCalm) return calmMs;
  return calmMs === null ? seen.medianMs : calmMs + CALM_SMOOTHING * (seen.medianMs - calmMs);
};

/**
 * The next limit: less where answers take longer than patience and calm allow, by as much; otherwise a little more, by the
 * square root, while it is used. After "Gradient2" of Netflix' concurrency-limits, with a calm time that no lasting overload can raise.
 */
export const nextLimit = (state: LimitState, seen: LimitWindow, bounds: LimitBounds): LimitState => {
  const calmMs = calmAfter(state, seen, bounds);
  const allowedMs = Math.max(bounds.patienceMs, SLOW_FACTOR * (calmMs ?? 0));
  const grown =
    seen.mostUnderWay >= IN_USE_SHARE * state.limit ? state.limit + Math.sqrt(state.limit) : state.limit;
  const wanted =
    seen.medianMs > allowedMs ? state.limit * Math.max(STEEPEST_FALL, allowedMs / seen.medianMs) : grown;
  return { limit: Math.min(bounds.max, Math.max(bounds.min, wanted)), calmMs };
};
