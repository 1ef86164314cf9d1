import { describe, expect, test } from "bun:test";
import { filesIn, readReport, resultLine, serverReport, slowestFiles, withSecondRun } from "./test-report.ts";

describe("the report of a test run", () => {
  const junit = (counts: string) =>
    `<?xml version="1.0"?>\n<testsuites name="bun test" ${counts} time="1.5">\n`;

  test("ends with the counts", () => {
    const counts = readReport(junit('tests="12" assertions="40" failures="2" skipped="1"'));
    expect(resultLine(counts, 1)).toBe("9 passed, 2 failed, 1 skipped");
  });

  test("does not mention skipped tests when there are none", () => {
    expect(resultLine(readReport(junit('tests="3" assertions="4" failures="0" skipped="0"')), 0)).toBe(
      "3 passed, 0 failed",
    );
  });

  test("counts a run that died, or whose file did not load, as a failure", () => {
    expect(resultLine(readReport(""), 1)).toBe("0 passed, 1 failed");
    expect(resultLine(readReport(junit('tests="3" failures="0" skipped="0"')), 1)).toBe("3 passed, 1 failed");
  });

  test("says which suites ran on real servers, and why the others did not", () => {
    const lines = [
      { outcome: "ran", reason: "REDIS_URL", title: "limits in Redis" },
      { outcome: "skipped", reason: "RABBITMQ_URL is not set", title: "the bus on RabbitMQ" },
    ];
    const jsonLines = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    expect(serverReport(jsonLines, {}).split("\n")).toEqual([
      "database tests: on an embedded PostgreSQL",
      "ran on a real server (REDIS_URL): limits in Redis",
      "not run, RABBITMQ_URL is not set: the bus on RabbitMQ",
    ]);
  });

  test("counts a second run of some files in the place of their first, and no other", () => {
    const suite = (file: string, tests: number, failures: number) =>
      `<testsuite name="${file}" file="${file}" tests="${tests}" assertions="9" failures="${failures}" skipped="1" time="1"><testsuite name="a part" file="${file}" tests="${tests}" assertions="9" failures="${failures}" skipped="1"/></testsuite>`;
    const first = [suite("a.test.ts", 5, 0), suite("b.test.ts", 4, 2), suite("c.test.ts", 3, 1)].join("\n");
    expect(filesIn(first).filter(({ failed }) => failed > 0)).toEqual([
      { file: "b.test.ts", passed: 1, failed: 2, skipped: 1, seconds: 1 },
      { file: "c.test.ts", passed: 1, failed: 1, skipped: 1, seconds: 1 },
    ]);
    const second = [suite("b.test.ts", 4, 0), suite("c.test.ts", 3, 1)].join("\n");
    expect(withSecondRun(first, second)).toEqual({ passed: 8, failed: 1, skipped: 3 });
  });

  test("names the files that took longest", () => {
    const suite = (file: string, seconds: string) =>
      `<testsuite name="${file}" file="${file}" tests="1" assertions="1" failures="0" skipped="0" time="${seconds}">`;
    expect(slowestFiles(suite("a.test.ts", "0.4") + suite("b.test.ts", "61.7"))).toBe(
      "slowest: 62 s b.test.ts, 0 s a.test.ts",
    );
  });
});
