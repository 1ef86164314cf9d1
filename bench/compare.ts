import type { Spread } from "./statistics.ts";
import type { Verdict } from "./targets.ts";

/** Less than this share of what was is no change, however close to each other the rounds were. */
const LEAST_CHANGE = 0.05;

/** A target beside what was kept of it last. */
export interface Compared {
  readonly now: Verdict;
  /** Null where it was not measured then. */
  readonly kept: Spread | null;
  /** By how much the median rose, as a share of what was kept; null where that says nothing. */
  readonly change: number | null;
  /** Worse by more than the rounds of either run differ among themselves. */
  readonly isRegression: boolean;
}

const isUsable = (spread: Spread | undefined): spread is Spread =>
  spread !== undefined && [spread.median, spread.min, spread.max].every((value) => Number.isFinite(value));

const compareOne = (now: Verdict, then: Verdict | undefined): Compared => {
  const kept = then?.figure;
  // JSON has no NaN: it was written as null.
  if (!isUsable(kept) || !isUsable(now.figure)) return { now, kept: null, change: null, isRegression: false };
  const rise = now.figure.median - kept.median;
  const worse = now.wanted.startsWith("at least") ? -rise : rise;
  const spread = Math.max(kept.max - kept.min, now.figure.max - now.figure.min);
  const noise = Math.max(spread, LEAST_CHANGE * Math.abs(kept.median));
  const change = kept.median === 0 ? null : rise / Math.abs(kept.median);
  return { now, kept, change, isRegression: worse > noise };
};

/** Each target of this run beside the same one of the run that was kept. */
export const compare = (now: readonly Verdict[], kept: readonly Verdict[]): Compared[] =>
  now.map((verdict) =>
    compareOne(
      verdict,
      kept.find(({ id, what }) => id === verdict.id && what === verdict.what),
    ),
  );
