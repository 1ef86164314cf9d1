import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ADDRESS_REST_MS, createAddressTurns, SURE_REST_MS } from "./address-turns.ts";

const NONE: ReadonlySet<string> = new Set();

const open = (addresses = ["a", "b"]) => {
  let nowMs = 0;
  const turns = createAddressTurns(addresses, () => nowMs);
  const addressesOf = (count: number) => Array.from({ length: count }, () => turns.next(NONE, true).address);
  const later = (ms: number): void => {
    nowMs += ms;
  };
  return { turns, addressesOf, later };
};

describe("the turns of a service's addresses", () => {
  test("requests are shared out evenly", () => {
    expect(open(["a", "b", "c"]).addressesOf(6)).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("one that failed is left alone for a moment, then one request may try it", () => {
    const { turns, addressesOf, later } = open();
    turns.next(NONE, true).failed();
    expect(addressesOf(4)).toEqual(["b", "b", "b", "b"]);
    later(ADDRESS_REST_MS - 1);
    expect(addressesOf(4)).toEqual(["b", "b", "b", "b"]);
    later(1);
    expect(addressesOf(6).toSorted()).toEqual(["a", "b", "b", "b", "b", "b"]);
  });

  test("nobody tries it with a request that cannot be sent again, but where no other has come for long", () => {
    const { turns, later } = open();
    const addressesOf = (count: number) =>
      Array.from({ length: count }, () => turns.next(NONE, false).address);
    turns.next(NONE, true).failed();
    later(ADDRESS_REST_MS);
    expect(addressesOf(4)).toEqual(["b", "b", "b", "b"]);
    later(SURE_REST_MS - ADDRESS_REST_MS);
    expect(addressesOf(4).toSorted()).toEqual(["a", "b", "b", "b"]);
  });

  test("after a trial it is back among the others, or rests again", () => {
    const { turns, addressesOf, later } = open();
    turns.next(NONE, true).failed();
    later(ADDRESS_REST_MS);
    const trial = turns.next(new Set(["b"]), true);
    expect(trial.address).toBe("a");
    trial.failed();
    expect(addressesOf(4)).toEqual(["b", "b", "b", "b"]);
    later(ADDRESS_REST_MS);
    turns.next(new Set(["b"]), true).worked();
    expect(addressesOf(4).toSorted()).toEqual(["a", "a", "b", "b"]);
  });

  test("a trial whose caller went away lets the next one try", () => {
    const { turns, addressesOf, later } = open();
    turns.next(NONE, true).failed();
    later(ADDRESS_REST_MS);
    turns.next(new Set(["b"]), true).abandoned();
    expect(turns.othersAreWell("b")).toBe(false);
    expect(addressesOf(4).toSorted()).toEqual(["a", "b", "b", "b"]);
  });

  test("one that answers late after all is well again", () => {
    const { turns, addressesOf } = open();
    const turn = turns.next(NONE, true);
    turn.failed();
    turn.worked();
    expect(addressesOf(4).toSorted()).toEqual(["a", "a", "b", "b"]);
  });

  test("an answer to what was asked before another failed does not make it well", () => {
    const { turns, addressesOf, later } = open();
    const earlier = turns.next(new Set(["b"]), true);
    later(1);
    turns.next(new Set(["b"]), true).failed();
    earlier.worked();
    expect(addressesOf(4)).toEqual(["b", "b", "b", "b"]);
  });

  test("the only one is always asked, and all are when none is well", () => {
    const lonely = open(["a"]);
    lonely.turns.next(NONE, true).failed();
    expect(lonely.addressesOf(3)).toEqual(["a", "a", "a"]);
    const { turns, addressesOf } = open();
    turns.next(NONE, true).failed();
    turns.next(NONE, true).failed();
    expect(addressesOf(4).toSorted()).toEqual(["a", "a", "b", "b"]);
  });

  test("whether others are well is told of the others alone", () => {
    const { turns } = open();
    expect([turns.othersAreWell("a"), turns.othersAreWell("b")]).toEqual([true, true]);
    turns.next(NONE, true).failed();
    expect([turns.othersAreWell("a"), turns.othersAreWell("b")]).toEqual([true, false]);
    expect(open(["a"]).turns.othersAreWell("a")).toBe(false);
  });

  test("whatever happens, a request gets each address once, and one that is well before one that is not", () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 1_500 }), ends: fc.array(fc.nat(2)) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (count, steps) => {
        const names = Array.from({ length: count }, (_, i) => String(i));
        const { turns, later } = open(names);
        for (const { waitMs, ends } of steps) {
          later(waitMs);
          const tried = new Set<string>();
          for (let i = 0; i < count; i += 1) {
            const turn = turns.next(tried, true);
            expect(tried.has(turn.address)).toBe(false);
            tried.add(turn.address);
            [turn.worked, turn.failed, turn.abandoned][ends[i] ?? 0]?.();
          }
          expect(() => turns.next(tried, true)).toThrow(/have been tried/);
        }
      }),
    );
  });
});
