import type { Premises } from "./busy-shop.ts";
import { watchMachine } from "./machine.ts";
import type { Reads, ReadsRequest, ReadsResult } from "./reads.ts";
import { range, spreadOf } from "./statistics.ts";

/** One round of reads, with what it cost. */
export interface ReadsSample extends ReadsResult {
  /** Milliseconds of processor time a read: of Kiosk's processes, and of PostgreSQL. */
  readonly ownMsARead: number;
  readonly postgresMsARead: number;
  /** What else the machine did meanwhile, as a share of all its processors: above some per cent a figure says little. */
  readonly othersShare: number;
}

/** Whom the reads are asked of, and whose processor time they cost. */
type Asked = Pick<Premises, "url" | "pids" | "databasePrefix">;

/** Reads from a Kiosk for one round and looks at the processors meanwhile. */
export const measureReads = async (
  { url, ...ours }: Asked,
  reads: Reads,
  request: Omit<ReadsRequest, "url">,
): Promise<ReadsSample> => {
  const watched = watchMachine({ ...ours, generators: [reads.pid] });
  const result = await reads.run({ url, ...request });
  const { ownMs, postgresMs, othersShare } = watched();
  const answered = Object.values(result.answers).reduce((sum, count) => sum + count, 0);
  return {
    ...result,
    ownMsARead: ownMs / answered,
    postgresMsARead: postgresMs / answered,
    othersShare,
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
