import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isKioskError, unavailable } from "../../shared/kernel/errors.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import type { FileRow } from "../domain/receipt-row.ts";
import { inventoryMigrations, verifyLedger } from "../service.ts";
import { createStockStore } from "../store/stock-store.ts";
import type { StockStore } from "./ports.ts";
import { type ReceiveStockInput, receiveStock } from "./receive-stock.ts";
import { runReservationCommands } from "./run-reservation-commands.ts";

const CHUNK = 500;
/** A hundred transactions, on a machine that is busy with other tests. */
const LARGE_FILE_TIMEOUT_MS = 180_000;

let database: TestDatabase;
let stock: StockStore;
beforeAll(async () => {
  database = await testDatabase({ name: "inventory", migrations: inventoryMigrations });
  stock = createStockStore({ database, announce: () => undefined });
}, SET_UP_TIMEOUT_MS);
afterAll(() => database.close());

const rowsOf = async function* (rows: Iterable<readonly string[]>): AsyncGenerator<FileRow> {
  let line = 1;
  yield { line, endLine: line, cells: ["sku", "quantity"] };
  for (const cells of rows) {
    line += 1;
    yield { line, endLine: line, cells };
  }
};

const inputOf = (
  records: AsyncIterable<FileRow>,
  more: Partial<ReceiveStockInput> = {},
): ReceiveStockInput => ({
  records,
  dryRun: false,
  create: true,
  actor: { kind: "staff", id: "u-1" },
  trace: {},
  idempotency: null,
  ...more,
});

const receiveBy = (store: StockStore, input: ReceiveStockInput) =>
  receiveStock({ stock: store, defaultThreshold: 5 })(input);

/** A store that fails as the database does at the n-th change, before or after it was made. */
const failingAt = (nth: number, when: "before" | "after"): StockStore => {
  let changes = 0;
  const around = async <R>(change: () => Promise<R>): Promise<R> => {
    changes += 1;
    if (changes === nth && when === "before") throw unavailable("The database is away.");
    const result = await change();
    if (changes === nth) throw unavailable("The database went away.");
    return result;
  };
  return {
    change: (scope, decide) => around(() => stock.change(scope, decide)),
    changeOnce: (call, scope, decide) => around(() => stock.changeOnce(call, scope, decide)),
    changeDue: stock.changeDue,
  };
};

const unitsOf = async (run: string): Promise<{ skus: number; units: number; movements: number }> => {
  const { rows } = await database.db.execute<{ skus: number; units: number; movements: number }>(
    `select count(distinct sku)::int as skus, coalesce(sum(on_hand_delta), 0)::int as units,
       count(*)::int as movements
     from stock_movement where sku like '${run}-%'`,
  );
  return rows[0] ?? { skus: 0, units: 0, movements: 0 };
};

const newRun = () => newId().slice(-10);

describe("a file of 50,000 rows", () => {
  test(
    "is booked to the last unit, and never more than a chunk of it is read ahead",
    async () => {
      const run = newRun();
      let drawn = 0;
      let booked = 0;
      let ahead = 0;
      const rows = function* () {
        for (let i = 0; i < 50_000; i += 1) {
          drawn += 1;
          ahead = Math.max(ahead, drawn - booked);
          yield [`${run}-${i % 20_000}`, "2"];
        }
      };
      const counting: StockStore = {
        ...stock,
        async change(scope, decide) {
          const result = await stock.change(scope, decide);
          booked += CHUNK;
          return result;
        },
      };
      const { report } = await receiveBy(counting, inputOf(rowsOf(rows())));
      expect(report).toMatchObject({
        rows: 50_000,
        received: 50_000,
        units: 100_000,
        created: 20_000,
        failed: 0,
      });
      expect(ahead).toBeLessThanOrEqual(CHUNK);
      expect(await unitsOf(run)).toEqual({ skus: 20_000, units: 100_000, movements: 50_000 });
    },
    LARGE_FILE_TIMEOUT_MS,
  );
});

describe("a receipt that breaks off in the middle", () => {
  const rows = (run: string) =>
    Array.from({ length: 1_700 }, (_, i) => [`${run}-${i % 900}`, i % 50 === 0 ? "0" : "3"]);
  const clean = { rows: 1_700, received: 1_666, units: 4_998, created: 882, failed: 34 };

  for (const when of ["before", "after"] as const) {
    for (const nth of [1, 2, 4]) {
      test(`goes on with the same key where it stopped: ${when} its chunk ${nth} was booked`, async () => {
        const run = newRun();
        const idempotency = { principal: "u-1", key: newId(), file: run };
        const input = () => inputOf(rowsOf(rows(run)), { idempotency });
        const failure = await receiveBy(failingAt(nth, when), input()).catch((error: unknown) => error);
        if (!isKioskError(failure, "UNAVAILABLE")) throw failure;
        expect(failure.details.extensions).toEqual(
          nth === 1 ? undefined : { bookedToLine: (nth - 1) * CHUNK + 1 },
        );
        const resumed = await receiveBy(stock, input());
        expect(resumed.report).toMatchObject(clean);
        expect(resumed.replayed).toBe(nth === 4 && when === "after");
        const again = await receiveBy(stock, input());
        expect([again.report, again.replayed]).toEqual([resumed.report, true]);
        expect(await unitsOf(run)).toEqual({ skus: 882, units: 4_998, movements: 1_666 });
      });
    }
  }

  test("without a key says how far it is booked", async () => {
    const run = newRun();
    const failing = receiveBy(failingAt(3, "before"), inputOf(rowsOf(rows(run))));
    const failure = await failing.catch((error: unknown) => error);
    expect(isKioskError(failure, "UNAVAILABLE") && failure.details).toMatchObject({
      retryAfterSeconds: 1,
      extensions: { bookedToLine: 1_001 },
    });
    expect((await unitsOf(run)).movements).toBe(980);
  });
});

test("two files at once that name the same SKUs in opposite orders, among orders that hold and give back, lose nothing", async () => {
  const run = newRun();
  const skus = Array.from({ length: 300 }, (_, i) => `${run}-${String(i).padStart(3, "0")}`);
  await receiveBy(stock, inputOf(rowsOf(skus.map((sku) => [sku, "10"]))));
  const file = (order: readonly string[]) =>
    rowsOf([...order, ...order, ...order, ...order].map((sku) => [sku, "1"]));
  const hold = async (n: number) => {
    const orderId = newId();
    const lines = [7 * n, 11 * n, 13 * n].map((i) => ({ sku: skus[i % skus.length] ?? "", quantity: 1 }));
    const commands = runReservationCommands({ stock });
    const reserve = { kind: "reserve" as const, orderId, lines, ttlSeconds: null, revision: 1 };
    const [held] = await commands([{ command: reserve, trace: {} }]);
    if (n % 2 === 0) await commands([{ command: { kind: "release", orderId }, trace: {} }]);
    return held;
  };
  /** Four at a time, as group commit would have it: each transaction needs a connection of the pool. */
  const buyInTurn = async (lane: number) => {
    for (let n = lane; n < 40; n += 4) await hold(n);
  };
  const [first, second] = await Promise.all([
    receiveBy(stock, inputOf(file(skus))),
    receiveBy(stock, inputOf(file(skus.toReversed()))),
    ...Array.from({ length: 4 }, (_, lane) => buyInTurn(lane)),
  ]);
  expect([first.report.received, second.report.received]).toEqual([1_200, 1_200]);
  const { differences } = await verifyLedger(database);
  expect(differences).toEqual([]);
  expect((await unitsOf(run)).units).toBe(300 * 10 + 2 * 1_200);
});
