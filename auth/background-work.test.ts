import { expect, test } from "bun:test";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { createBackgroundWork } from "./background-work.ts";

test("what is still running is waited for, and a failure is logged and harms nobody", async () => {
  const log = silentLogger();
  const { inBackground, settled } = createBackgroundWork(log);
  const gate = Promise.withResolvers<void>();
  const done: string[] = [];
  inBackground("the slow work", async () => {
    await gate.promise;
    done.push("slow");
    inBackground("the work after it", async () => void done.push("after"));
  });
  inBackground("the bad work", async () => {
    throw new Error("no");
  });
  const all = settled();
  gate.resolve();
  await all;
  expect(done).toEqual(["slow", "after"]);
  expect(log.lines).toMatchObject([{ level: "warn", message: "the bad work failed" }]);
});
