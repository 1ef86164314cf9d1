import { describe, expect, test } from "bun:test";
import { type Cluster, explainLevel, type LevelFacts, type SingleFacts } from "./explain-level.ts";
import { staffActor, systemActor } from "./movement.ts";

const at = new Date("2026-01-01T12:00:00.000Z");
const nothing = { orders: 0, held: 0, released: 0, expired: 0, sold: 0, returned: 0 };

const byHand = (facts: Partial<SingleFacts>): SingleFacts => ({
  ...{ kind: "correction", actor: staffActor("ada"), reason: null, note: null, traceId: null },
  ...facts,
});

const cluster = (facts: Partial<Cluster>): Cluster => ({
  ...{ fromVersion: 1, toVersion: 1, movements: 1, firstAt: at, lastAt: at },
  ...{ onHandDelta: 0, reservedDelta: 0, onHandAfter: 0, reservedAfter: 0 },
  ...{ figures: nothing, orderIds: [], single: null, isRest: false },
  ...facts,
});

/** 40 came, 35 of them left with two orders, and another order holds 2. */
const chain: readonly Cluster[] = [
  cluster({
    ...{ fromVersion: 2, toVersion: 6, movements: 5, onHandDelta: -35, reservedDelta: 2 },
    ...{ onHandAfter: 5, reservedAfter: 2, figures: { ...nothing, orders: 3, held: 37, sold: 35 } },
  }),
  cluster({ onHandDelta: 40, onHandAfter: 40, single: byHand({ kind: "receipt", reason: "count" }) }),
];

const facts = (more: Partial<LevelFacts> = {}): LevelFacts => ({
  row: {
    sku: "MUG",
    counters: { onHand: 5, reserved: 2, version: 6, exists: true },
    ledger: { onHand: 5, reserved: 2, movements: 6, version: 6, exists: true },
    held: 2,
  },
  clusters: chain,
  holds: { orders: 1, units: 2, listed: [] },
  ...more,
});

describe("why a level is what it is", () => {
  test("given a sound ledger, then the chain comes to the level, and each link says what it did", () => {
    const explained = explainLevel(facts());
    expect([explained.code, explained.says]).toEqual([
      "in-stock",
      "MUG is at 3: 5 on hand, 2 reserved for 1 order.",
    ]);
    expect(explained.causes.map(({ code, says }) => [code, says])).toEqual([
      ["orders", "3 orders: 37 held, 35 sold."],
      ["opened", "The level was begun with 40 units (count)."],
    ]);
    expect(explained.causes.map(({ available }) => available)).toEqual([
      { before: 40, delta: -37, after: 3 },
      { before: 0, delta: 40, after: 40 },
    ]);
    expect(explained.sum).toMatchObject({
      movements: 6,
      onHand: 5,
      reserved: 2,
      addsUp: true,
      differences: [],
    });
    expect(explained.sum.says).toBe(
      "From 0, 6 movements come to 5 on hand and 2 reserved: that is the level.",
    );
  });

  test("given a counter that says something else, then it says in what, and not that all is well", () => {
    const { row } = facts();
    const { sum } = explainLevel(facts({ row: { ...row, counters: { ...row.counters, reserved: 1 } } }));
    expect(sum.addsUp).toBe(false);
    expect(sum.differences.map(({ says }) => says)).toEqual([
      "reserved: 1 instead of 2.",
      "held lines: 1 instead of 2.",
    ]);
    expect(sum.says).toContain("does not add up");
  });

  test("given a chain that lacks a movement, then it is a gap, whatever the counters say", () => {
    const { sum } = explainLevel(facts({ clusters: chain.slice(0, 1) }));
    expect(sum.differences.map(({ what }) => what)).toEqual(["on hand", "gap in the ledger"]);
  });

  test("given each kind of movement alone, then each has a code and a sentence of its own", () => {
    const of = (single: Partial<SingleFacts>, more: Partial<Cluster> = {}) => {
      const link = cluster({ fromVersion: 7, toVersion: 7, single: byHand(single), onHandAfter: 9, ...more });
      const [cause] = explainLevel(facts({ clusters: [link] })).causes;
      return [cause?.code, cause?.says];
    };
    const order = (kind: SingleFacts["kind"], figures: Partial<Cluster["figures"]>) =>
      of({ kind, actor: systemActor }, { figures: { ...nothing, orders: 1, ...figures } });
    expect([
      of({ kind: "receipt", note: "Box 4" }, { onHandDelta: 1 }),
      of({ kind: "return" }, { onHandDelta: 2 }),
      of({ kind: "correction", reason: "count" }, { onHandDelta: -2 }),
      of({ kind: "correction" }),
      of({ kind: "adjustment", reason: "damage", note: "fell" }, { onHandDelta: -3 }),
      of({ kind: "deletion" }, { onHandDelta: -4, onHandAfter: 0 }),
      of({ kind: "repair", actor: systemActor, reason: "repair", note: "Found reserved 1 instead of 0." }),
      order("reservation", { held: 1 }),
      order("release", { released: 2 }),
      order("expiry", { expired: 2 }),
      order("fulfilment", { sold: 2 }),
      order("return", { returned: 2 }),
    ]).toEqual([
      ["received", "1 unit came in (Box 4)."],
      ["returned", "2 units came back."],
      ["corrected", "Corrected from 11 to 9 (count)."],
      ["confirmed", "Set to the 9 that were there."],
      ["adjusted", "Adjusted by −3 (damage: fell)."],
      ["deleted", "The level was deleted with 4 units on hand."],
      ["repaired", "Counters were repaired (repair: Found reserved 1 instead of 0.)."],
      ["order-held", "1 unit held for an order."],
      ["order-released", "2 units given back by an order."],
      ["order-expired", "2 units given back: the time of an order's hold was over."],
      ["order-sold", "2 units left with an order."],
      ["order-returned", "2 units came back from an order."],
    ]);
  });

  test("given a level that was deleted, or sold out, then it says that", () => {
    const gone = facts().row;
    const deleted = { ...gone, counters: { onHand: 0, reserved: 0, version: 6, exists: false } };
    expect(explainLevel(facts({ row: deleted })).says).toContain("it was deleted");
    const soldOut = { ...gone, counters: { ...gone.counters, onHand: 2 } };
    expect(explainLevel(facts({ row: soldOut })).says).toBe(
      "MUG is at 0: 2 on hand, 2 reserved for 1 order.",
    );
  });
});
