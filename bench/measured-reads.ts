import { availableParallelism } from "node:os";
import type { Premises } from "./busy-shop.ts";
import { machineBusyMs, postgresProcessorMs, processorMs, usedBetween } from "./processor-time.ts";
import type { Reads, ReadsRequest, ReadsResult } from "./reads.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** One round of reads, with what it cost. */
export interface ReadsSample extends ReadsResult {
  /** Milliseconds of processor time a read: of Kiosk's processes, and of PostgreSQL. */
  readonly ownMsARead: number;
  readonly postgresMsARead: number;
  /** What else the machine did meanwhile, as a share of all its processors: above some per cent a figure says little. */
  readonly othersShare: number;
}

const usage = ({ pids, databasePrefix }: Premises) => ({
  own: pids.reduce((sum, pid) => sum + processorMs(pid), 0),
  postgres: postgresProcessorMs(databasePrefix),
  busy: machineBusyMs(),
  at: performance.now(),
});

/** Reads from a Kiosk for one round and looks at the processors meanwhile. */
export const measureReads = async (
  premises: Premises,
  reads: Reads,
  request: Omit<ReadsRequest, "url">,
): Promise<ReadsSample> => {
  const before = usage(premises);
  const result = await reads.run({ url: premises.url, ...request });
  const after = usage(premises);
  const [own, postgres] = [after.own - before.own, usedBetween(before.postgres, after.postgres)];
  const elapsedMs = after.at - before.at;
  const generator = result.ownShare * (request.warmUpMs + request.measureMs);
  const others = after.busy - before.busy - own - postgres - generator;
  const answered = Object.values(result.answers).reduce((sum, count) => sum + count, 0);
  return {
    ...result,
    ownMsARead: own / answered,
    postgresMsARead: postgres / answered,
    othersShare: Math.max(0, others) / (elapsedMs * availableParallelism()),
  };
};

/** How many answers there were that are none, by status or reason. */
const wrongAnswers = (samples: readonly ReadsSample[]): Record<string, number> => {
  const wrong: Record<string, number> = {};
  for (const { answers } of samples)
    for (const [status, count] of Object.entries(answers))
      if (status !== "200") wrong[status] = (wrong[status] ?? 0) + count;
  return wrong;
};

/** A problem of a step in a sentence for each kind of wrong answer. */
export const problemsIn = (step: string, samples: readonly ReadsSample[]): string[] =>
  Object.entries(wrongAnswers(samples)).map(
    ([status, count]) => `${step}: ${count} reads were answered with ${status} instead of 200.`,
  );

/** Median, minimum and maximum as people read them. */
export const range = ({ median, min, max }: Spread, show: (value: number) => string): string =>
  `${show(median)} (${show(min)}-${show(max)})`;

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** What a table shows of the rounds of one step. */
export const readsRow = (step: string, samples: readonly ReadsSample[]) => {
  const of = (pick: (sample: ReadsSample) => number) => spreadOf(samples.map(pick));
  return {
    step,
    "reads/s": range(
      of(({ perSecond }) => perSecond),
      whole,
    ),
    "p50 ms": of(({ p50Ms }) => p50Ms).median.toFixed(1),
    "p99 ms": range(
      of(({ p99Ms }) => p99Ms),
      (value) => value.toFixed(1),
    ),
    "CPU ms/read": of(({ ownMsARead }) => ownMsARead).median.toFixed(2),
    "PG CPU ms/read": of(({ postgresMsARead }) => postgresMsARead).median.toFixed(2),
    "others' CPU": `${Math.round(100 * of(({ othersShare }) => othersShare).median)} %`,
  };
};
