import type { SuiteReport } from "../shared/testing/suite-report.ts";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The totals of a JUnit report of `bun test`; nothing at all when the run died before it wrote one. */
export function readReport(junit: string): TestCounts {
  const totals = /<testsuites [^>]*>/.exec(junit)?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(totals)?.[1] ?? 0);
  const [tests, failed, skipped] = [count("tests"), count("failures"), count("skipped")];
  return { passed: tests - failed - skipped, failed, skipped };
}

/** One test file of a report. */
interface FileCounts extends TestCounts {
  readonly file: string;
  /** Of its tests together, without what they share. */
  readonly seconds: number;
}

const SLOWEST_SHOWN = 12;

/** Each file of a JUnit report of `bun test`; the suites within a file are left out. */
export function filesIn(junit: string): FileCounts[] {
  const suites = junit.matchAll(
    /<testsuite name="([^"]+)" file="\1" tests="(\d+)" assertions="\d+" failures="(\d+)" skipped="(\d+)" time="([\d.]+)"/g,
  );
  return [...suites].map(([, file = "", tests, failures, skips, time]) => {
    const [failed, skipped] = [Number(failures), Number(skips)];
    return { file, passed: Number(tests) - failed - skipped, failed, skipped, seconds: Number(time) };
  });
}

/** The files whose tests took longest, for whoever wants the suite to be shorter. */
export function slowestFiles(junit: string): string {
  const slowest = filesIn(junit)
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST_SHOWN)
    .map(({ file, seconds }) => `${Math.round(seconds)} s ${file}`);
  return `slowest: ${slowest.join(", ")}`;
}

/** The counts of a run in which these files were run again: of them the second run counts. */
export function withSecondRun(first: string, second: string): TestCounts {
  const again = filesIn(second);
  const replaced = new Set(again.map(({ file }) => file));
  const counted = [...filesIn(first).filter(({ file }) => !replaced.has(file)), ...again];
  const sum = (name: keyof TestCounts) => counted.reduce((total, counts) => total + counts[name], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** "N passed, N failed", and ", N skipped" when there are any. A run that failed without a failing test counts as one. */
export function resultLine({ passed, failed, skipped }: TestCounts, exitCode: number): string {
  const failures = exitCode === 0 ? failed : Math.max(failed, 1);
  return `${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Which suites ran on real servers, and which did not run and why; from the lines that `reportSuite` wrote. */
export function serverReport(
  jsonLines: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const suites: SuiteReport[] = jsonLines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const ran = suites.filter(({ outcome }) => outcome === "ran");
  const skipped = suites.filter(({ outcome }) => outcome === "skipped");
  return [
    `database tests: ${environment.TEST_DATABASE_URL || environment.DATABASE_URL ? "on the server you named" : "on an embedded PostgreSQL"}`,
    ...ran.map(({ reason, title }) => `ran on a real server (${reason}): ${title}`),
    ...skipped.map(({ reason, title }) => `not run, ${reason}: ${title}`),
  ].join("\n");
}
