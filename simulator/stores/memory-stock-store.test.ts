import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createDice, type Dice } from "../../e2e/history/dice.ts";
import type { ReservationCommand } from "../../inventory/domain/reservation.ts";
import { adjustStock } from "../../inventory/usecases/adjust-stock.ts";
import { expireReservations } from "../../inventory/usecases/expire-reservations.ts";
import { runReservationCommands } from "../../inventory/usecases/run-reservation-commands.ts";
import { seedStock } from "../../inventory/usecases/seed-stock.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { idOf, LONG_MS, outcomeOf, STEPS, TIMEOUT_MS } from "../testing/compared-calls.ts";
import { type ComparedStock, memoryStock, sqlStock } from "../testing/stock-stores.ts";

// The store of stock in memory beside the one in PostgreSQL: the same calls, the same answers, the same rows. What holds of a simulated
// shop holds of a real one only as far as these agree.

describe("stock", () => {
  let stores: readonly [ComparedStock, ComparedStock];
  beforeAll(async () => {
    stores = [await sqlStock(), memoryStock()];
  }, SET_UP_TIMEOUT_MS);
  afterAll(async () => {
    for (const store of stores) await store.close();
  });

  const skus = ["A", "B", "C"] as const;
  const drawCommand = (dice: Dice): ReservationCommand => {
    const orderId = idOf(1 + dice.below(8));
    const kind = dice.pick<ReservationCommand["kind"]>([
      "reserve",
      "reserve",
      "reserve",
      "release",
      "fulfil",
      "return",
    ]);
    if (kind !== "reserve") return { kind, orderId };
    const lines = Array.from({ length: 1 + dice.below(3) }, () => ({
      sku: dice.pick(skus),
      quantity: 1 + dice.below(3),
    }));
    const ttlSeconds = dice.pick([null, 900]);
    return { kind, orderId, lines, ttlSeconds, revision: 1 + dice.below(4) };
  };
  const stepOf = (dice: Dice, step: number) => {
    const commands = Array.from({ length: 1 + dice.below(3) }, () => drawCommand(dice));
    const [sku, delta] = [dice.pick([...skus, "D"]), dice.pick([-2, 1, 3])];
    const key = dice.pick(["k1", "k2", `k${step}`]);
    const what = dice.pick(["commands", "commands", "commands", "commands", "adjust", "expire"]);
    return async ({ store, drive, lapse }: ComparedStock): Promise<unknown> => {
      if (what === "expire") await lapse(LONG_MS);
      return drive<unknown>(async () => {
        if (what === "expire") return expireReservations({ stock: store })();
        const adjustment = { sku, delta, reason: "count", note: null, trace: {} } as const;
        const idempotency = { principal: "staff", key, body: { delta } };
        if (what === "adjust")
          return adjustStock({ stock: store })({
            ...{ ...adjustment, idempotency },
            actor: { kind: "staff", id: idOf(9) },
          });
        const outcomes = await runReservationCommands({ stock: store })(
          commands.map((command) => ({ command, trace: {} })),
        );
        const texts = outcomes.map((one) =>
          outcomeOf(one.status === "fulfilled" ? Promise.resolve(one.value) : Promise.reject(one.reason)),
        );
        return Promise.all(texts);
      });
    };
  };

  test(
    "answers the same to the same commands, and leaves the same levels, ledger and events",
    async () => {
      const [sql, memory] = stores;
      const first = skus.map((sku) => ({ sku, quantity: 8 }));
      for (const { store, drive } of stores)
        await drive(() => seedStock({ stock: store, defaultThreshold: 2 })(first));
      const dice = createDice(15);
      for (let step = 0; step < STEPS; step += 1) {
        const perform = stepOf(dice, step);
        const [expected, found] = [await outcomeOf(perform(sql)), await outcomeOf(perform(memory))];
        expect(`${step} ${found}`).toBe(`${step} ${expected}`);
      }
      const described = await sql.describe(skus);
      expect(await memory.describe(skus)).toEqual(described);
      // Something of every kind has happened.
      for (const kind of ["reservation", "release", "expiry", "fulfilment", "return", "stock.low"])
        expect(described.join("\n")).toContain(kind);
    },
    TIMEOUT_MS,
  );

  test("of many who want the last units at once as many get them as there are", async () => {
    for (const { store, drive } of stores) {
      await drive(() => seedStock({ stock: store, defaultThreshold: 0 })([{ sku: "LAST", quantity: 3 }]));
      const run = runReservationCommands({ stock: store });
      const lines = [{ sku: "LAST", quantity: 1 }];
      const outcomes = await drive(() =>
        Promise.all(
          Array.from({ length: 6 }, (_, n) =>
            run([
              { command: { kind: "reserve", orderId: idOf(100 + n), lines, ttlSeconds: null }, trace: {} },
            ]),
          ),
        ),
      );
      expect(outcomes.flat().filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    }
  });
});
