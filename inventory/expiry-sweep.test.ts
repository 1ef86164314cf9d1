import { describe, expect, test } from "bun:test";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createExpirySweep } from "./expiry-sweep.ts";

describe("the loop of the expiry sweep", () => {
  test("goes on after a run that failed, and reports only what there is to report", async () => {
    const outcomes = [2, new Error("the database is away"), 0, 1];
    const reports: unknown[] = [];
    let runs = 0;
    const sweep = createExpirySweep({
      everyMs: 1,
      report: (outcome) => reports.push(outcome),
      async expire() {
        const outcome = outcomes[runs] ?? 0;
        runs += 1;
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    });
    await sweep.start();
    await sweep.start();
    await waitFor(() => runs > outcomes.length, { what: "all runs" });
    await sweep.stop();
    expect(reports).toEqual([{ expired: 2 }, { error: outcomes[1] }, { expired: 1 }]);
  });

  test("waits at its stop for the run in flight, and runs no more", async () => {
    const gate = Promise.withResolvers<number>();
    let runs = 0;
    const sweep = createExpirySweep({
      everyMs: 1,
      report: () => undefined,
      expire() {
        runs += 1;
        return gate.promise;
      },
    });
    await sweep.start();
    await waitFor(() => runs === 1, { what: "a run" });
    let stopped = false;
    const stopping = sweep.stop().then(() => {
      stopped = true;
    });
    await Promise.resolve();
    expect(stopped).toBe(false);
    gate.resolve(0);
    await stopping;
    await sweep.start();
    expect(runs).toBe(1);
  });
});
