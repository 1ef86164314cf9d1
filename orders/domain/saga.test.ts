import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { spec } from "../../shared/testing/spec.ts";
import {
  type Ask,
  asksOf,
  decide,
  evolve,
  initialSaga,
  isFinished,
  orderSaga,
  RETRY_MAX_MS,
  retryAfterMs,
  type SagaAnswer,
  type SagaInput,
  type SagaState,
} from "./saga.ts";

const saga = spec(orderSaga);
const placed: SagaInput = { type: "placed" };
const held: SagaInput = { type: "stock-held", version: 1 };
const shortages = [{ sku: "MUG", requested: 2, available: 1 }];
const short = (version: number): SagaInput => ({ type: "stock-short", version, shortages });
const approved: SagaInput = { type: "payment-approved", version: 2 };
const cancel: SagaInput = { type: "cancel-requested" };
const ship: SagaInput = { type: "ship-requested" };
const due: SagaInput = { type: "due" };
const rejection = { reason: "out-of-stock" as const, shortages };

describe("the saga of an order", () => {
  test("asks for stock first, then for the payment, then confirms", () => {
    saga.when(placed).then([{ kind: "reserve-stock", version: 1 }]);
    saga
      .given([placed])
      .when(held)
      .then([{ kind: "authorise-payment", version: 2 }]);
    saga
      .given([placed, held])
      .when(approved)
      .then([{ kind: "confirm-order" }]);
    saga.given([placed, held]).when(approved).thenState({ step: "confirmed", version: 3, attempts: 0 });
  });

  test("rejects at once what is short at the first attempt", () => {
    saga
      .given([placed])
      .when(short(1))
      .then([{ kind: "reject-order", rejection }]);
    saga.given([placed]).when(short(1)).thenState({ step: "rejected", version: 2, attempts: 0, rejection });
  });

  test("forbids a late hold before it is done with what was asked for twice", () => {
    saga
      .given([placed, due])
      .when(short(2))
      .then([
        { kind: "reject-order", rejection },
        { kind: "release-stock", version: 3 },
      ]);
    saga
      .given([placed, due, short(2)])
      .when({ type: "stock-released", version: 3 })
      .thenState({ step: "rejected", version: 4, attempts: 0, rejection });
  });

  test("gives the stock back when the payment is declined", () => {
    const declined = { reason: "payment-declined" as const, shortages: [] };
    saga
      .given([placed, held])
      .when({ type: "payment-declined", version: 2 })
      .then([
        { kind: "reject-order", rejection: declined },
        { kind: "release-stock", version: 3 },
      ]);
  });

  test("rejects an order whose hold has ended before", () => {
    saga
      .given([placed])
      .when({ type: "hold-refused", version: 1 })
      .then([{ kind: "reject-order", rejection: { reason: "hold-refused", shortages: [] } }]);
  });

  test("tries again later, and later each time, when no answer comes", () => {
    saga
      .given([placed])
      .when({ type: "no-answer", version: 1 })
      .then([{ kind: "retry-later", afterMs: 1_000 }]);
    const lateAgain: SagaInput[] = [placed, { type: "no-answer", version: 1 }, due];
    saga
      .given(lateAgain)
      .when({ type: "no-answer", version: 3 })
      .then([{ kind: "retry-later", afterMs: 2_000 }]);
    expect([1, 2, 3, 4, 5, 6, 100].map(retryAfterMs)).toEqual([
      1_000,
      2_000,
      4_000,
      8_000,
      RETRY_MAX_MS,
      RETRY_MAX_MS,
      RETRY_MAX_MS,
    ]);
  });

  test("asks again when it is due, under a new version", () => {
    saga
      .given([placed])
      .when(due)
      .then([{ kind: "reserve-stock", version: 2 }]);
    saga.given([placed, held, approved]).when(due).thenNothing();
  });

  test("decides nothing by a late or doubled answer", () => {
    saga.given([placed, due]).when(held).thenNothing();
    saga.given([placed, held]).when(held).thenNothing();
    saga.given([placed, held, approved]).when(approved).thenNothing();
    saga.given([placed, cancel]).when(held).thenNothing();
    saga
      .given([placed, { type: "no-answer", version: 1 }])
      .when(held)
      .thenNothing();
    saga.given([placed]).when(placed).thenNothing();
  });

  test("gives stock back after a cancellation, wherever it stood", () => {
    for (const before of [[placed], [placed, held], [placed, held, approved]]) {
      const version = before.reduce(evolve, initialSaga).version + 1;
      saga
        .given(before)
        .when(cancel)
        .then([{ kind: "release-stock", version }]);
      const done: SagaInput = { type: "stock-released", version };
      saga
        .given([...before, cancel])
        .when(done)
        .then([{ kind: "record", what: "stock-released" }]);
      saga
        .given([...before, cancel])
        .when(cancel)
        .thenNothing();
    }
    saga
      .given([placed, short(1)])
      .when(cancel)
      .thenNothing();
  });

  test("takes the goods out of the stock when a confirmed order is shipped", () => {
    const confirmed = [placed, held, approved];
    saga
      .given(confirmed)
      .when(ship)
      .then([{ kind: "fulfil-stock", version: 4 }]);
    saga.given([placed]).when(ship).thenNothing();
    saga
      .given([...confirmed, ship])
      .when(cancel)
      .thenNothing();
    saga
      .given([...confirmed, ship])
      .when({ type: "stock-fulfilled", version: 4 })
      .thenState({ step: "shipped", version: 5, attempts: 0 });
  });
});

/** Inventory as its contract says, for one order. */
class Inventory {
  left: number;
  hold: "none" | "held" | "released" | "fulfilled" = "none";
  constructor(left: number) {
    this.left = left;
  }
  answer({ kind, version }: Ask): SagaAnswer {
    switch (kind) {
      case "reserve-stock":
        return this.#reserve(version);
      case "release-stock":
        if (this.hold === "held") this.left += 1;
        if (this.hold !== "fulfilled") this.hold = "released";
        return { type: this.hold === "released" ? "stock-released" : "no-answer", version };
      case "fulfil-stock":
        if (this.hold === "held") this.hold = "fulfilled";
        return { type: this.hold === "fulfilled" ? "stock-fulfilled" : "no-answer", version };
      default:
        return { type: this.left % 2 === 0 ? "payment-approved" : "payment-declined", version };
    }
  }
  #reserve(version: number): SagaAnswer {
    if (this.hold === "held") return { type: "stock-held", version };
    if (this.hold !== "none") return { type: "hold-refused", version };
    if (this.left === 0) return { type: "stock-short", version, shortages };
    this.left -= 1;
    this.hold = "held";
    return { type: "stock-held", version };
  }
}

const takeOne = <Message>(queue: Message[], which: number, keep: boolean): Message | undefined => {
  const index = which % Math.max(1, queue.length);
  return keep ? queue[index] : queue.splice(index, 1)[0];
};

/** One order, its saga, inventory and the messages between them, in whatever order they come. */
class World {
  state: SagaState = initialSaga;
  readonly inventory: Inventory;
  readonly asks: Ask[] = [];
  readonly answers: SagaAnswer[] = [];
  readonly verdicts: string[] = [];
  cancelled = false;
  constructor(left: number) {
    this.inventory = new Inventory(left);
    this.put({ type: "placed" });
  }
  put(input: SagaInput): void {
    const outputs = decide(this.state, input);
    const before = this.state;
    this.state = evolve(before, input);
    if (this.state !== before && input.type === "cancel-requested") this.cancelled = true;
    this.asks.push(...asksOf(outputs));
    for (const { kind } of outputs)
      if (kind === "confirm-order" || kind === "reject-order") this.verdicts.push(kind);
  }
  /**
   * Does one thing, as the numbers say. Answers may be kept, so that they come again; an ask comes again only when we
   * ask again, since nobody between us and inventory repeats a call by itself.
   */
  act(what: number, which: number, keep: boolean): void {
    if (what <= 3) {
      const ask = takeOne(this.asks, which, false);
      if (ask !== undefined) this.answers.push(this.inventory.answer(ask));
    } else if (what <= 7) {
      const answer = takeOne(this.answers, which, keep);
      if (answer !== undefined) this.put(answer);
    } else this.disturb(what, which);
  }
  disturb(what: number, which: number): void {
    if (what === 8) this.put({ type: "due" });
    else if (what === 9 && which % 2 === 0) takeOne(this.asks, which, false);
    else if (what === 9) takeOne(this.answers, which, false);
    else if (what === 10) this.put({ type: "no-answer", version: this.state.version });
    else if (what === 11) this.inventory.left += 1;
    else this.put(what === 12 ? { type: "cancel-requested" } : { type: "ship-requested" });
  }
  /** From now on everything arrives, and what is left over from before arrives after it. */
  settle(): void {
    const late = this.asks.splice(0);
    for (let round = 0; round < 10 && !isFinished(this.state); round += 1) {
      this.put({ type: "due" });
      const ask = this.asks.pop();
      if (ask !== undefined) this.put(this.inventory.answer(ask));
    }
    for (const ask of late) this.put(this.inventory.answer(ask));
    for (const answer of this.answers) this.put(answer);
  }
}

const holdOf: Readonly<Record<string, readonly string[]>> = {
  confirmed: ["held"],
  shipped: ["fulfilled"],
  cancelled: ["released"],
  rejected: ["none", "released"],
};

describe("whatever is lost, doubled, delayed or out of order", () => {
  test("an order ends in one state, decided once, and inventory agrees with it", () => {
    const action = fc.tuple(fc.integer({ min: 0, max: 13 }), fc.nat(20), fc.boolean());
    fc.assert(
      fc.property(fc.nat(3), fc.array(action, { maxLength: 60 }), (left, actions) => {
        const world = new World(left);
        for (const [what, which, keep] of actions) world.act(what, which, keep);
        world.settle();
        const { step } = world.state;
        expect(isFinished(world.state)).toBe(true);
        expect(holdOf[step]).toContain(world.inventory.hold);
        expect(world.verdicts.length).toBeLessThanOrEqual(1);
        if (step === "rejected") expect(world.verdicts).toEqual(["reject-order"]);
        if (step === "cancelled") expect(world.cancelled).toBe(true);
        if (step === "confirmed" || step === "shipped") {
          expect(world.verdicts).toEqual(["confirm-order"]);
          expect(world.cancelled).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
