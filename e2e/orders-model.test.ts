import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../orders/testing/orders-under-test.ts";
import { MODEL_RUNS, runModel, withoutStalls } from "./model-runs.ts";
import { orderCommands, settle } from "./orders-model/commands.ts";
import { type OrderDesk, openOrderDesk } from "./orders-model/order-desk.ts";
import { openOrderRun } from "./orders-model/order-run.ts";
import { firstWorld } from "./orders-model/world.ts";

/** Runs at one desk go one after the other, those at several at once. */
const DESKS = 4;
/** Every run is dozens of transactions, on a machine that may be busy. */
const TIMEOUT_MS = 600_000;

let desks: OrderDesk[] = [];
beforeAll(async () => {
  desks = await Promise.all(Array.from({ length: DESKS }, openOrderDesk));
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
});

const propertyAt = (desk: OrderDesk) =>
  fc.asyncProperty(orderCommands, (commands) =>
    withoutStalls(async (timed) => {
      const run = await openOrderRun(desk, timed);
      const expected = { world: firstWorld };
      await fc.asyncModelRun(() => ({ model: expected, real: run }), commands);
      await settle(expected, run);
      const settled = await run.describe();
      // What arrives after all that changes nothing.
      await run.perform({ kind: "deliver-late" });
      expect(await run.describe()).toEqual(settled);
      expect(await run.differences()).toEqual([]);
    }),
  );

describe("orders and stock beside their model", () => {
  test(
    `${MODEL_RUNS} runs of random commands and faults: answers, orders, holds and ledger agree, and nothing stays open`,
    () => runModel("orders model", MODEL_RUNS, desks.map(propertyAt)),
    TIMEOUT_MS,
  );
});
