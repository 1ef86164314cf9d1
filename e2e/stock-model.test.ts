import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SET_UP_TIMEOUT_MS } from "../inventory/testing/inventory-under-test.ts";
import { MODEL_RUNS, runModel, withoutStalls } from "./model-runs.ts";
import { stockCommands } from "./stock-model/commands.ts";
import { describeStock, firstStock } from "./stock-model/stock.ts";
import { openStockRoom, type StockRoom } from "./stock-model/stock-room.ts";

/** Runs of one room go one after the other, those of several at once. */
const ROOMS = 4;
/** Every run is a dozen transactions, on a machine that may be busy. */
const TIMEOUT_MS = 600_000;

let rooms: StockRoom[] = [];
beforeAll(async () => {
  rooms = await Promise.all(Array.from({ length: ROOMS }, openStockRoom));
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await Promise.all(rooms.map((room) => room.close()));
});

const propertyIn = ({ openRun }: StockRoom) =>
  fc.asyncProperty(stockCommands, (commands) =>
    withoutStalls(async (timed) => {
      const run = await openRun(timed);
      const expected = { stock: firstStock };
      await fc.asyncModelRun(() => ({ model: expected, real: run }), commands);
      expect(await run.describe()).toEqual(describeStock(expected.stock));
      expect(await run.differences()).toEqual([]);
    }),
  );

describe("stock beside its model", () => {
  test(
    `${MODEL_RUNS} runs of random commands, alone and at once, at two instances: answers, levels, holds and ledger agree`,
    async () => {
      await runModel("stock model", MODEL_RUNS, rooms.map(propertyIn));
      for (const room of rooms) expect(await room.differences()).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
