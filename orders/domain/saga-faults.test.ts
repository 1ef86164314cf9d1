import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { unitsOf, World } from "../testing/saga-world.ts";
import { type OrderStatus, totalOf } from "./order.ts";
import { isFinished } from "./saga-state.ts";

const RUNS = 2_000;
/** Thousands of stories on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

interface End {
  readonly holds: readonly string[];
  readonly statuses: readonly string[];
  /** What became of the payment of a prepaid order. */
  readonly payments: readonly string[];
}

const ends: Readonly<Record<string, End>> = {
  confirmed: { holds: ["held"], statuses: ["confirmed", "packed"], payments: ["approved"] },
  shipped: { holds: ["fulfilled"], statuses: ["shipped", "delivered"], payments: ["approved"] },
  returned: { holds: ["returned"], statuses: ["returned"], payments: ["approved"] },
  cancelled: {
    holds: ["released", "expired"],
    statuses: ["cancelled"],
    payments: ["none", "declined", "voided"],
  },
  rejected: {
    holds: ["none", "released", "expired"],
    statuses: ["rejected"],
    payments: ["none", "declined", "voided"],
  },
};

const expectConsistentEnd = (world: World): string => {
  const { inventory, payments, supplied } = world;
  const { order, saga } = world.process;
  const end = ends[saga.step];
  expect(isFinished(saga)).toBe(true);
  expect(end?.holds).toContain(inventory.status);
  expect(end?.statuses).toContain(order.status);
  expect(world.prepaid ? end?.payments : ["none"]).toContain(payments.state);
  expect(order.total).toEqual(totalOf(order.lines, "USD"));
  const gone = inventory.status === "held" || inventory.status === "fulfilled";
  if (gone) expect(inventory.held).toEqual(unitsOf(order.lines));
  if (inventory.status === "held") expect(inventory.passing).toBe(false);
  for (const [sku, units] of Object.entries(supplied)) {
    const free = inventory.free[sku] ?? 0;
    expect(free).toBeGreaterThanOrEqual(0);
    expect(free + (gone ? (inventory.held[sku] ?? 0) : 0)).toBe(units);
  }
  return saga.step;
};

const expectOneVerdict = ({ verdicts, cancelled }: World, step: string): void => {
  expect(verdicts.length).toBeLessThanOrEqual(1);
  expect(cancelled).toBe(step === "cancelled");
  if (step === "rejected") expect(verdicts).toEqual(["order.rejected"]);
  if (step === "cancelled") expect(verdicts).not.toContain("order.rejected");
  if (step !== "rejected" && step !== "cancelled") expect(verdicts).toEqual(["order.confirmed"]);
};

describe("whatever is lost, doubled, delayed or out of order", () => {
  const action = fc.tuple(fc.integer({ min: 0, max: 25 }), fc.nat(20), fc.boolean());
  const story = fc.array(action, { maxLength: 120, size: "max" });
  /** What staff make of the order once all is quiet, where it stands by then. */
  const ending = fc.subarray<OrderStatus>(["packed", "shipped", "returned"]);

  for (const prepaid of [false, true]) {
    const kind = prepaid ? "prepaid" : "paid later";
    test(
      `an order that is ${kind} ends in one state, decided once, and stock and payment agree with it`,
      () => {
        const reached = new Set<string>();
        fc.assert(
          fc.property(fc.integer({ min: 1, max: 6 }), story, ending, (stock, actions, statuses) => {
            const world = new World(stock, prepaid);
            for (const [what, which, keep] of actions) world.act(what, which, keep);
            world.settle();
            for (const status of statuses) {
              world.move(status);
              world.settle();
            }
            const step = expectConsistentEnd(world);
            expectOneVerdict(world, step);
            reached.add(step);
          }),
          { numRuns: RUNS },
        );
        // Else the stories would prove less than they seem to.
        expect([...reached].sort()).toEqual(["cancelled", "confirmed", "rejected", "returned", "shipped"]);
      },
      TIMEOUT_MS,
    );
  }

  test("a payment that never answers ends the order, and is voided", () => {
    const world = new World(5, true);
    world.payments.mood = "hang";
    world.settle();
    expect(world.process.saga).toMatchObject({ step: "rejected", rejection: { reason: "payment-timeout" } });
    expect([world.inventory.status, world.payments.state]).toEqual(["released", "voided"]);
    expect(world.process.order.status).toBe("rejected");
  });

  test("a hold that runs out while the payment is asked for rejects the order, and voids the payment", () => {
    const world = new World(5, true);
    world.act(0, 0, false);
    world.act(5, 0, false);
    world.inventory.expire();
    world.settle();
    expect(world.process.saga).toMatchObject({ step: "rejected", rejection: { reason: "hold-expired" } });
    expect([world.inventory.status, world.payments.state]).toEqual(["expired", "voided"]);
  });
});
