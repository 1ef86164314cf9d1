import { appendFileSync } from "node:fs";

/** What became of a suite that needs something which not every machine has. */
export interface SuiteReport {
  readonly outcome: "ran" | "skipped";
  readonly title: string;
  /** For one that ran the variable that named its server, else why it could not run. */
  readonly reason: string;
}

/**
 * Tells of such a suite: in the file that KIOSK_TEST_SKIPS names, which `bun run test` prints at its end, else a skipped one
 * on the terminal.
 */
export const reportSuite = (report: SuiteReport): void => {
  const file = process.env.KIOSK_TEST_SKIPS;
  if (file) appendFileSync(file, `${JSON.stringify(report)}\n`);
  else if (report.outcome === "skipped") console.info(`skipped: ${report.title} (${report.reason})`);
};
