import { type Compared, compare } from "./compare.ts";
import type { Spread } from "./statistics.ts";
import type { Verdict } from "./targets.ts";

const shown = (value: number): string => {
  if (!Number.isFinite(value)) return "";
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
};

const spread = ({ median, min, max }: Spread): string => `${shown(median)} (${shown(min)}-${shown(max)})`;

const verdictRow = ({ id, what, wanted, figure, met }: Verdict) => ({
  target: id,
  what,
  wanted,
  "median (min-max)": spread(figure),
  is: met ? "met" : "missed",
});

/** Each target with what was wanted and what it is. */
export const printVerdicts = (verdicts: readonly Verdict[]): void => {
  console.table(verdicts.map(verdictRow));
};

const changeOf = ({ change, isRegression }: Compared): string => {
  if (change === null) return "";
  const percent = `${change < 0 ? "" : "+"}${(100 * change).toFixed(0)} %`;
  return isRegression ? `${percent} ✗ worse` : percent;
};

const comparedRow = (compared: Compared) => {
  const { now, kept } = compared;
  return {
    target: now.id,
    what: now.what,
    wanted: now.wanted,
    "kept last": kept === null ? "" : spread(kept),
    now: spread(now.figure),
    change: changeOf(compared),
    is: now.met ? "met" : "missed",
  };
};

/** All targets of a run beside what was kept last: what a person reads at the end. */
export const printCompared = (
  now: readonly Verdict[],
  kept: { readonly at: string; readonly targets: readonly Verdict[] } | null,
): void => {
  const compared = compare(now, kept?.targets ?? []);
  const since = kept === null ? "nothing was kept yet" : `kept last: ${kept.at.slice(0, 10)}`;
  console.info(`\nTargets, median (minimum-maximum) of the rounds; ${since}:`);
  console.table(compared.map(comparedRow));
  const worse = compared.filter(({ isRegression }) => isRegression).length;
  if (worse > 0) console.info(`✗ worse, by more than the rounds differ among themselves: ${worse}.`);
};
