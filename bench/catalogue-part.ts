import type { ReadsSample } from "./measured-reads.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** How long one round of reads takes. */
export interface ReadsTiming {
  /** Not counted. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly rounds: number;
}

export const USUAL_READS: ReadsTiming = { warmUpMs: 500, measureMs: 3_000, rounds: 3 };
export const QUICK_READS: ReadsTiming = { warmUpMs: 300, measureMs: 1_000, rounds: 1 };

export interface StepFigures {
  readonly name: string;
  readonly perSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly ownMsARead: Spread;
  readonly postgresMsARead: Spread;
  readonly othersShare: Spread;
}

export const figuresOf = (name: string, samples: readonly ReadsSample[]): StepFigures => {
  const of = (pick: (sample: ReadsSample) => number) => spreadOf(samples.map(pick));
  return {
    name,
    perSecond: of(({ perSecond }) => perSecond),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    ownMsARead: of(({ ownMsARead }) => ownMsARead),
    postgresMsARead: of(({ postgresMsARead }) => postgresMsARead),
    othersShare: of(({ othersShare }) => othersShare),
  };
};
