import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../e2e/own-folder.ts";
import { reportSchema } from "./report.ts";

setDefaultTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "kiosk-prove-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const prove = async (name: string, ...words: string[]) => {
  const json = join(folder, `${name}.json`);
  const ended = await runCommand("prove/prove.ts", [
    ...words,
    "--json",
    json,
    "--report",
    join(folder, `${name}.md`),
  ]);
  return { ...ended, json };
};

/** Judged by what a run leaves alone: nothing has to be done for them on purpose. */
const PROMISES = "no-order-lost-or-stuck,no-event-lost-or-doubled";

test("a shop that is killed for some seconds keeps its promises, and the run says so in three ways", async () => {
  const { out, exitCode, json } = await prove("kept", "--minutes", "0.2", "--seed", "5", "--only", PROMISES);
  const report = reportSchema.parse(await Bun.file(json).json());
  expect(report.promises.flatMap(({ findings }) => findings)).toEqual([]);
  expect(report.promises.map(({ verdict }) => verdict)).toEqual(["kept", "kept"]);
  expect(report.figures.kills).toBeGreaterThanOrEqual(1);
  expect(report.figures.orders.confirmed).toBeGreaterThan(0);
  expect(report.exits).toEqual([]);
  expect(out).toContain("✓ no-order-lost-or-stuck");
  expect(out).toContain("Again: bun run prove --minutes 0.2 --seed 5");
  expect(await Bun.file(join(folder, "kept.md")).text()).toContain("| ✓ no-order-lost-or-stuck |");
  expect(exitCode).toBe(0);
});

test("what cannot be begun is told, and ends with 2", async () => {
  const { out, exitCode } = await prove("wrong", "--only", "nothing");
  expect(out).toContain("There is no promise nothing.");
  expect(exitCode).toBe(2);
});
