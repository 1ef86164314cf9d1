import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { Line } from "./domain/allocate.ts";
import { verifyLedger } from "./service.ts";
import { createStockStore } from "./store/stock-store.ts";
import {
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "./testing/inventory-under-test.ts";
import { reservationClient } from "./testing/reservation-client.ts";
import { runReservationCommands } from "./usecases/run-reservation-commands.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const countOf = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

const waitingBackends = async (): Promise<number> => {
  const { rows } = await shop.database.db.execute<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
};

/** Begins calls while a level is locked, and lets go once all of them wait. */
const whileLocked = async <R>(sku: string, begin: () => Promise<R>[]): Promise<R[]> => {
  const calls = await shop.database.transaction(async (tx) => {
    await tx.execute(`select 1 from stock_level where sku = '${sku}' for update`);
    const begun = begin();
    await waitFor(async () => (await waitingBackends()) === begun.length, {
      what: "all calls to wait",
      everyMs: 2,
    });
    // Not awaited here: they end only after this transaction.
    return { begun };
  });
  return Promise.all(calls.begun);
};

describe("many at once", () => {
  test("50 buyers of the last 10 units: exactly 10 hold one, 40 are told that it is sold out", async () => {
    await shop.stock("LAST", 10);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.reserve(newId(), [{ sku: "LAST", quantity: 1 }])),
    );
    expect([countOf(answers, 200), countOf(answers, 409)]).toEqual([10, 40]);
    expect((await shop.call("GET", "/v1/stock/LAST")).body).toMatchObject({ reserved: 10, available: 0 });
  });

  test("two instances share the last units as one would", async () => {
    await shop.stock("SHARED", 10);
    const instances = [shop, reservationClient(shop.sibling())];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        (instances[i % 2] ?? shop).reserve(newId(), [{ sku: "SHARED", quantity: 1 }], null),
      ),
    );
    expect([countOf(answers, 200), countOf(answers, 409)]).toEqual([10, 50]);
  });

  test("one order at two instances at once is held once", async () => {
    await shop.stock("TWICE", 1_000);
    const instances = [shop, reservationClient(shop.sibling())];
    for (let round = 0; round < 20; round += 1) {
      const orderId = newId();
      const answers = await Promise.all(
        instances.map(({ reserve }) => reserve(orderId, [{ sku: "TWICE", quantity: 1 }], null)),
      );
      expect(countOf(answers, 200)).toBe(2);
    }
    expect((await shop.call("GET", "/v1/stock/TWICE")).body).toMatchObject({ reserved: 20 });
  });

  test("orders that name their SKUs in opposite order wait for each other once, without a deadlock", async () => {
    const skus = Array.from({ length: 20 }, (_, i) => `OPPOSITE-${i}`);
    await shop.inventory.seed(skus.map((sku) => ({ sku, quantity: 1_000 })));
    let attempts = 0;
    const counting: Database = {
      ...shop.database,
      transaction: (work) =>
        shop.database.transaction((tx) => {
          attempts += 1;
          return work(tx);
        }),
    };
    const run = runReservationCommands({
      stock: createStockStore({ database: counting, announce: () => undefined }),
    });
    const lines = skus.map((sku) => ({ sku, quantity: 1 }));
    const reserve = (ordered: readonly Line[]) =>
      run([{ command: { kind: "reserve", orderId: newId(), lines: ordered, ttlSeconds: null }, trace: {} }]);
    for (let round = 1; round <= 5; round += 1) {
      // While one level in their middle is locked all of them gather, each with what it has locked by then.
      const outcomes = await whileLocked(skus[round] ?? "", () => [
        reserve(lines),
        reserve(lines.toReversed()),
        reserve(lines),
      ]);
      expect(outcomes.flat().map(({ status }) => status)).toEqual(Array(3).fill("fulfilled"));
      // A deadlock would be repeated by the database port, unseen but slow.
      expect(attempts).toBe(3 * round);
    }
  });

  test("of a release and a fulfilment of one order, one wins", async () => {
    await shop.stock("EITHER", 100);
    const orderIds = Array.from({ length: 20 }, () => newId());
    await Promise.all(orderIds.map((orderId) => shop.reserve(orderId, [{ sku: "EITHER", quantity: 1 }])));
    const answers = await Promise.all(
      orderIds.flatMap((orderId) => [shop.end(orderId, "release"), shop.end(orderId, "fulfil")]),
    );
    expect([countOf(answers, 200), countOf(answers, 409)]).toEqual([20, 20]);
    const { body } = await shop.call("GET", "/v1/stock/EITHER");
    const fulfilled = answers.filter((answer) => answer.body.status === "fulfilled").length;
    expect(body).toMatchObject({ reserved: 0, onHand: 100 - fulfilled });
  });
});

type Command =
  | {
      readonly kind: "reserve";
      readonly order: number;
      readonly quantities: readonly number[];
      readonly revision: number | undefined;
    }
  | { readonly kind: "release" | "fulfil" | "return"; readonly order: number }
  | { readonly kind: "adjust"; readonly sku: number; readonly delta: number }
  | { readonly kind: "set"; readonly sku: number; readonly onHand: number }
  | { readonly kind: "delete"; readonly sku: number };

/** It runs hundreds of transactions, on a machine that may be busy. */
const RANDOM_COMMANDS_TIMEOUT_MS = 60_000;

const SKUS = 3;
const order = fc.nat(11);
const sku = fc.nat(SKUS - 1);
const commandArbitrary: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant("reserve" as const),
    order,
    quantities: fc.array(fc.nat(4), { minLength: SKUS, maxLength: SKUS }).filter((all) => all.some(Boolean)),
    revision: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constantFrom("release" as const, "fulfil" as const, "return" as const), order }),
  fc.record({ kind: fc.constant("adjust" as const), sku, delta: fc.integer({ min: -5, max: 5 }) }),
  fc.record({ kind: fc.constant("set" as const), sku, onHand: fc.nat(12) }),
  fc.record({ kind: fc.constant("delete" as const), sku }),
);

describe("whatever is done, and however much of it at once", () => {
  test(
    "the counters equal the ledger and the held lines",
    async () => {
      const statuses = new Set<number>();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(commandArbitrary, { minLength: 1, maxLength: 6 }), {
            minLength: 2,
            maxLength: 6,
          }),
          async (rounds) => {
            run += 1;
            const orderIds = Array.from({ length: 12 }, () => newId());
            const name = (i: number) => `RANDOM-${run}-${i}`;
            await Promise.all(Array.from({ length: SKUS }, (_, i) => shop.stock(name(i), 8)));
            const perform = (command: Command) => {
              switch (command.kind) {
                case "reserve":
                  return shop.reserve(
                    orderIds[command.order] ?? "",
                    command.quantities.flatMap((quantity, i) =>
                      quantity === 0 ? [] : [{ sku: name(i), quantity }],
                    ),
                    null,
                    command.revision,
                  );
                case "release":
                case "fulfil":
                case "return":
                  return shop.end(orderIds[command.order] ?? "", command.kind);
                case "adjust":
                  return shop.call("POST", `/v1/stock/${name(command.sku)}/adjustments`, {
                    body: { delta: command.delta, reason: "count" },
                  });
                case "set":
                  return shop.stock(name(command.sku), command.onHand);
                case "delete":
                  return shop.call("DELETE", `/v1/stock/${name(command.sku)}`, { as: "admin" });
                default:
                  return command satisfies never;
              }
            };
            for (const round of rounds)
              for (const { status } of await Promise.all(round.map(perform))) statuses.add(status);
            expect((await verifyLedger(shop.database)).differences).toEqual([]);
          },
        ),
        { numRuns: 12 },
      );
      expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    },
    RANDOM_COMMANDS_TIMEOUT_MS,
  );

  test("a counter that was changed behind the ledger's back is found, with what it should be", async () => {
    await shop.stock("TAMPERED", 5);
    await shop.database.db.execute(
      "update stock_level set on_hand = 6, reserved = 1, version = 9 where sku = 'TAMPERED'",
    );
    const { differences } = await verifyLedger(shop.database);
    await shop.database.db.execute(
      "update stock_level set on_hand = 5, reserved = 0, version = 1 where sku = 'TAMPERED'",
    );
    expect(differences).toEqual([
      { sku: "TAMPERED", what: "on hand", expected: 5, found: 6 },
      { sku: "TAMPERED", what: "reserved", expected: 0, found: 1 },
      { sku: "TAMPERED", what: "version", expected: 1, found: 9 },
      { sku: "TAMPERED", what: "held lines", expected: 0, found: 1 },
    ]);
    expect((await verifyLedger(shop.database)).differences).toEqual([]);
  });
});
