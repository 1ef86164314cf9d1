import { describe, expect, test } from "bun:test";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createSweepLoop } from "./sweep-loop.ts";

/** Far longer than a test runs: what happens meanwhile, somebody has rung for. */
const NEVER_MS = 3_600_000;

describe("the sweep loop", () => {
  test("sweeps when it is woken, without waiting for its next time", async () => {
    let sweeps = 0;
    const sweep = async () => {
      sweeps += 1;
      return 0;
    };
    const loop = createSweepLoop(sweep, silentLogger(), NEVER_MS);
    loop.start();
    await waitFor(() => sweeps === 1, { what: "the first sweep" });
    loop.wake();
    await waitFor(() => sweeps === 2, { what: "the sweep that was rung for" });
    await loop.stop();
    expect(sweeps).toBe(2);
  });

  test("sweeps once more when it is woken during a sweep, which may have looked too early", async () => {
    let sweeps = 0;
    const gate = Promise.withResolvers<void>();
    const sweep = async () => {
      sweeps += 1;
      await gate.promise;
      return 0;
    };
    const loop = createSweepLoop(sweep, silentLogger(), NEVER_MS);
    loop.start();
    loop.wake();
    gate.resolve();
    await waitFor(() => sweeps === 2, { what: "the sweep that was rung for" });
    await loop.stop();
  });

  test("stops at once while it waits, and logs an outage once", async () => {
    let sweeps = 0;
    const log = silentLogger();
    const sweep = async () => {
      sweeps += 1;
      throw new Error("the database is away");
    };
    const loop = createSweepLoop(sweep, log, NEVER_MS);
    loop.start();
    for (const count of [1, 2, 3]) {
      await waitFor(() => sweeps === count, { what: `sweep ${count}` });
      loop.wake();
    }
    await waitFor(() => sweeps === 4, { what: "sweep 4" });
    await loop.stop();
    expect(log.lines).toHaveLength(1);
  });
});
