import { afterAll, beforeAll, describe, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../shared/testing/service-under-test.ts";
import { runModel, withoutStalls } from "./model-runs.ts";
import { checkFamily, expectedOf, familyCommands } from "./refresh-families/commands.ts";
import { openRefreshDesk, type RefreshDesk } from "./refresh-families/refresh-desk.ts";
import { sized } from "./size.ts";

const RUNS = sized(400, 150);
/** Runs at one desk go one after the other, those at several at once. */
const DESKS = 2;
/** Every run is dozens of transactions, on a machine that may be busy. */
const TIMEOUT_MS = 300_000;

let desks: RefreshDesk[] = [];
beforeAll(async () => {
  desks = await Promise.all(Array.from({ length: DESKS }, openRefreshDesk));
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
});

const propertyAt = ({ openRun }: RefreshDesk) =>
  fc.asyncProperty(familyCommands, (commands) =>
    withoutStalls(async (timed) => {
      const run = await openRun(timed);
      const expected = expectedOf(run);
      await fc.asyncModelRun(() => ({ model: expected, real: run }), commands);
      await checkFamily(expected, run);
    }),
  );

describe("families of refresh tokens beside their model", () => {
  test(
    `${RUNS} runs of refresh, repetition, reuse, logout, restarts and time, alone and at once: one live line a family, and reuse always ends it`,
    () => runModel("refresh families", RUNS, desks.map(propertyAt)),
    TIMEOUT_MS,
  );
});
