import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CANARY_VARIABLE } from "../../shared/testing/canary/canary.ts";
import { type Leak, type Search, search } from "./search.ts";

export interface CanaryVerdict {
  /** Failed tests, for the result: one where anything was found. */
  readonly failed: number;
  /** For people: what was looked at, and what was found where, without the secrets themselves. */
  readonly text: string;
}

const LEAKS_SHOWN_MAX = 50;

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

const leakLine = ({ kind, channel, place }: Leak): string => `  ${kind} in ${channel}: ${place}`;

/** What a search says at the end of the run. */
export const verdictOf = ({ leaks, secrets, kinds, looked }: Search): CanaryVerdict => {
  const { lines, tables, unread } = looked;
  const gone = unread === 0 ? "" : ` (${counted(unread, "database")} gone before)`;
  const scope = `${counted(secrets, "secret")} of ${counted(kinds, "kind")} looked for in ${counted(lines, "line")}, ${counted(tables, "table")}${gone}`;
  if (leaks.length === 0) return { failed: 0, text: `canary: ${scope}: none found` };
  const shown = leaks.slice(0, LEAKS_SHOWN_MAX).map(leakLine);
  const more = leaks.length > shown.length ? [`  and ${leaks.length - shown.length} more`] : [];
  return {
    failed: 1,
    text: [`canary: ${scope}: found in ${counted(leaks.length, "place")}`, ...shown, ...more].join("\n"),
  };
};

/**
 * The canary over a run of the suite, in a folder of its own below the one given: `env` has every process of the run write down
 * there what is secret and what was said, `verdict` compares the two when all of them have ended.
 */
export const openSuiteCanary = (folder: string) => {
  const place = join(folder, "canaries");
  mkdirSync(place, { recursive: true, mode: 0o700 });
  return { env: { [CANARY_VARIABLE]: place }, verdict: (): CanaryVerdict => verdictOf(search(place)) };
};
