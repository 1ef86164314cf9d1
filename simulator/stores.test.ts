import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createDice, type Dice } from "../e2e/history/dice.ts";
import type { ReservationCommand } from "../inventory/domain/reservation.ts";
import { adjustStock } from "../inventory/usecases/adjust-stock.ts";
import { expireReservations } from "../inventory/usecases/expire-reservations.ts";
import { runReservationCommands } from "../inventory/usecases/run-reservation-commands.ts";
import { seedStock } from "../inventory/usecases/seed-stock.ts";
import { draftOrder } from "../orders/domain/order.ts";
import { moveByHand, react } from "../orders/domain/react.ts";
import { orderSaga } from "../orders/domain/saga.ts";
import { initialSaga, isFinished, type SagaInput } from "../orders/domain/saga-state.ts";
import type { Decision, LoadedOrder } from "../orders/usecases/ports.ts";
import { isKioskError } from "../shared/kernel/errors.ts";
import { canonicalJson } from "../shared/outbox/idempotency.ts";
import { SET_UP_TIMEOUT_MS } from "../shared/testing/service-under-test.ts";
import { type ComparedOrders, memoryOrders, sqlOrders } from "./testing/order-stores.ts";
import { type ComparedStock, memoryStock, sqlStock } from "./testing/stock-stores.ts";

// The stores in memory beside those in PostgreSQL: the same calls, the same answers, the same rows. What holds of a simulated
// shop holds of a real one only as far as these agree.

const STEPS = 150;
const TIMEOUT_MS = 120_000;
const LEASE_MS = 600_000;
const LONG_MS = 10_000_000;
const AT = new Date("2026-01-01T12:00:00.000Z");

const idOf = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;

const untimed = (text: string): string =>
  text.replaceAll(/"(updatedAt|expiresAt)":"[^"]*"/g, (_, name: string) => `"${name}":"at some time"`);

/** What came of a call, as text: times and request ids apart, which are each store's own. */
const outcomeOf = async (work: Promise<unknown>): Promise<string> => {
  const [value, error] = await work.then(
    (result) => [result, null],
    (failure: unknown) => [null, failure],
  );
  if (error === null) return untimed(canonicalJson(value));
  if (isKioskError(error)) return `${error.code} ${canonicalJson(error.details)}`;
  return String(error);
};

describe("orders", () => {
  let stores: readonly [ComparedOrders, ComparedOrders];
  beforeAll(async () => {
    stores = [await sqlOrders(), memoryOrders()];
  }, SET_UP_TIMEOUT_MS);
  afterAll(async () => {
    for (const store of stores) await store.close();
  });

  const placementOf = (id: string, key: string | null, body: string) => ({
    draft: draftOrder({
      ...{ id, userId: idOf(1), currency: "USD", note: null, address: null, at: AT },
      payment: { provider: "manual" },
      lines: [
        {
          ...{ id: id.replace("7000", "7001"), sku: "A", productId: idOf(2), name: "A", quantity: 2 },
          unitPrice: { amountMinor: 100, currency: "USD" },
        },
      ],
    }),
    saga: orderSaga.evolve(initialSaga, { type: "placed", prepaid: false }),
    leaseMs: LEASE_MS,
    idempotency: key === null ? null : { principal: idOf(1), route: "POST /v1/orders", key, body },
  });
  const drawInput = (dice: Dice, { saga }: LoadedOrder): SagaInput => {
    const { version } = saga;
    return dice.pick<SagaInput>([
      { type: "stock-held", version },
      { type: "stock-held", version: version - 1 },
      { type: "stock-short", version, shortages: [{ sku: "A", requested: 2, available: 0 }] },
      { type: "stock-released", version },
      { type: "no-answer", version },
      { type: "due" },
    ]);
  };
  const drawAnswer = (dice: Dice, version: number) =>
    dice.next() < 0.5 ? { status: 200 + dice.below(9), body: { version } } : null;
  const decideBy =
    (seed: number) =>
    (loaded: LoadedOrder): Decision<unknown> => {
      const dice = createDice(seed);
      const cancels = dice.next() < 0.2 && loaded.order.status === "confirmed";
      const actor = { kind: "user", id: idOf(1) } as const;
      const reaction = cancels
        ? moveByHand(loaded, { status: "cancelled", actor, reason: null, at: AT })
        : react(loaded, drawInput(dice, loaded), AT);
      const { order, saga, changed } = reaction;
      if (dice.next() < 0.1) throw new RangeError("it does not want to");
      const answer = drawAnswer(dice, order.version);
      const change = { reaction, dueInMs: isFinished(saga) ? null : LEASE_MS, answer };
      return { change: changed ? change : null, result: [order.status, order.version, saga] };
    };
  /** One call, the same at each store. */
  const stepOf = (dice: Dice, step: number, known: readonly string[]) => {
    const key = dice.pick(["k1", "k2", "k3", "k4", null, null, null]);
    const body = dice.pick(["b1", "b1", "b1", "b2"]);
    const orderId = known[dice.below(known.length)] ?? idOf(0);
    const limit = 1 + dice.below(3);
    const what = dice.pick<"place" | "change" | "claim" | "lapse" | "replay" | "find">([
      "place",
      "change",
      "change",
      "change",
      "claim",
      "lapse",
      "replay",
      "find",
    ]);
    const request = { principal: idOf(1), route: "POST /v1/orders", key: key ?? "k1", body };
    const acts: Readonly<Record<typeof what, (compared: ComparedOrders) => Promise<unknown>>> = {
      lapse: ({ lapse }) => lapse(LONG_MS),
      change: ({ store }) => store.change(orderId, decideBy(step)),
      replay: ({ store }) => store.findReplay(request),
      async place({ store }) {
        const outcome = await store.place(placementOf(idOf(1_000 + step), key, body));
        return outcome.kind === "replay" ? outcome : outcome.loaded.order.id;
      },
      async claim({ store }) {
        const claimed = await store.claimDue({ limit: 100, leaseMs: LEASE_MS });
        return claimed.map(({ orderId: id, saga }) => [id, saga]).toSorted();
      },
      async find({ store }) {
        const page = { userId: null, status: null, archived: false, beforeId: null, limit };
        const orders = await store.list(page);
        const entries = await store.timeline(orderId);
        return [orders.map(({ id, version }) => [id, version]), entries.map((entry) => entry.what)];
      },
    };
    return (compared: ComparedOrders): Promise<unknown> =>
      what === "lapse" ? acts.lapse(compared) : compared.drive(() => acts[what](compared));
  };

  test(
    "answer the same to the same calls, and tell of the same events",
    async () => {
      const [sql, memory] = stores;
      const dice = createDice(61);
      const known: string[] = [];
      for (let step = 0; step < STEPS; step += 1) {
        const perform = stepOf(dice, step, known);
        const [expected, found] = [await outcomeOf(perform(sql)), await outcomeOf(perform(memory))];
        expect(`${step} ${found}`).toBe(`${step} ${expected}`);
        if (expected.startsWith('"0')) known.push(idOf(1_000 + step));
      }
      for (const id of known) expect(await memory.eventsOf(id)).toEqual(await sql.eventsOf(id));
      expect(known.length).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );

  test("of several requests with one key at once each store places one", async () => {
    for (const { store, drive } of stores) {
      const outcomes = await drive(() =>
        Promise.allSettled([5, 6, 7].map((n) => store.place(placementOf(idOf(n), "at-once", "b")))),
      );
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected", "rejected"]);
    }
  });
});

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
