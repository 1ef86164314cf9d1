import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createDice, type Dice } from "../../e2e/history/dice.ts";
import { draftOrder } from "../../orders/domain/order.ts";
import { moveByHand, react } from "../../orders/domain/react.ts";
import { orderSaga } from "../../orders/domain/saga.ts";
import { initialSaga, isFinished, type SagaInput } from "../../orders/domain/saga-state.ts";
import type { Decision, LoadedOrder } from "../../orders/usecases/ports.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { idOf, LONG_MS, outcomeOf, STEPS, TIMEOUT_MS } from "../testing/compared-calls.ts";
import { type ComparedOrders, memoryOrders, sqlOrders } from "../testing/order-stores.ts";

// The store of orders in memory beside the one in PostgreSQL: the same calls, the same answers, the same rows. What holds of a simulated
// shop holds of a real one only as far as these agree.

const LEASE_MS = 600_000;
const AT = new Date("2026-01-01T12:00:00.000Z");

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
