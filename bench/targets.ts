import type { Sample, StepId } from "./order-path.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** The samples of each step, one a round. */
export type Samples = Readonly<Partial<Record<StepId, readonly Sample[]>>>;

/** What a figure is to be. */
export interface Goal {
  readonly id: string;
  readonly what: string;
  readonly limit: number;
  readonly wanted: "at least" | "at most";
}

interface Target extends Goal {
  readonly id: "P4" | "P5" | "P6";
  /** The figure of one round; NaN where a step of it was not run. */
  readonly figure: (round: (step: StepId) => Sample | undefined) => number;
}

type Round = Parameters<Target["figure"]>[0];

/** Of one round, since what else the machine does then falls on both. */
const ratio =
  (ours: StepId, other: StepId) =>
  (round: Round): number => {
    const [mine, theirs] = [round(ours)?.perSecond ?? Number.NaN, round(other)?.perSecond ?? Number.NaN];
    // Where nothing was sold there is no ratio to be proud of.
    return theirs === 0 ? 0 : mine / theirs;
  };

const atLeast = (id: Target["id"], what: string, limit: number, ours: StepId, other: StepId): Target => ({
  id,
  what,
  figure: ratio(ours, other),
  limit,
  wanted: "at least",
});

const targets: readonly Target[] = [
  atLeast("P4", "1,000 SKUs: 64 clients / naive", 2, "many-64", "many-naive"),
  atLeast("P4", "1,000 SKUs: 256 clients / naive", 3, "many-256", "many-naive"),
  atLeast("P5", "64 clients: one SKU / 1,000 SKUs", 1, "one-64", "many-64"),
  atLeast("P5", "256 clients: one SKU / 1,000 SKUs", 1, "one-256", "many-256"),
  atLeast("P5", "one SKU: 64 clients / 8 clients", 1, "one-64", "one-8"),
  atLeast("P5", "one SKU: 256 clients / 64 clients", 1, "one-256", "one-64"),
  atLeast("P5", "one SKU: 256 clients / naive", 8, "one-256", "one-naive"),
  {
    id: "P6",
    what: "1 client: p50, ms",
    figure: (round) => round("alone")?.p50Ms ?? Number.NaN,
    limit: 5,
    wanted: "at most",
  },
];

export interface Verdict {
  readonly id: string;
  readonly what: string;
  readonly wanted: string;
  readonly figure: Spread;
  readonly met: boolean;
}

/** Compares the figures of the rounds, one each, with what is wanted: their median counts. */
export const verdictOf = ({ id, what, limit, wanted }: Goal, figures: readonly number[]): Verdict => {
  const figure = spreadOf(figures);
  const met = wanted === "at least" ? figure.median >= limit : figure.median <= limit;
  return { id, what, wanted: `${wanted} ${limit}`, figure, met };
};

/** Compares what was measured with the targets; those of steps that were not run are left out. */
export const judge = (samples: Samples): Verdict[] => {
  const rounds = Math.max(0, ...Object.values(samples).map((list) => list.length));
  const figuresOf = ({ figure }: Target) =>
    [...Array(rounds).keys()]
      .map((nth) => figure((step) => samples[step]?.[nth]))
      .filter((value) => !Number.isNaN(value));
  return targets.flatMap((target): Verdict[] => {
    const figures = figuresOf(target);
    return figures.length === 0 ? [] : [verdictOf(target, figures)];
  });
};
