import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type KnownEvent, readEvent } from "../contracts/events.ts";
import type { BatchHandler, Handling } from "./event-handler.ts";
import { type InboxItem, runsOf } from "./inbox-runs.ts";
import { envelopeOf } from "./outbox.ts";
import { stockLow } from "./outbox-fixture.ts";

const someEvent = readEvent(envelopeOf(stockLow("A", 1), crypto.randomUUID())) as KnownEvent;

const batch = (): BatchHandler<KnownEvent> => ({ batch: async () => undefined });
const handlers = { one: async () => undefined, together: batch(), others: batch() } as const;
type Name = keyof typeof handlers;

const itemFor = (name: Name): InboxItem => {
  const handling: Handling = { event: someEvent, handler: handlers[name] };
  return { eventId: crypto.randomUUID(), subject: "A", handling, again: false };
};

/** Runs by the places that their handlers get; what has no effect is in none of them. */
const placesOf = (names: readonly Name[], isNew: readonly boolean[] = names.map(() => true)) =>
  runsOf(names.map(itemFor), isNew).map(({ places }) => places);

describe("the runs of a batch", () => {
  test("events in a row that share a batch handler are one, each event for a single handler is one", () => {
    expect(placesOf(["together", "together", "one", "one", "together"])).toEqual([[0, 1], [2], [3], [4]]);
  });

  test("two batch handlers are kept apart", () => {
    expect(placesOf(["together", "others", "others", "together"])).toEqual([[0], [1, 2], [3]]);
  });

  test("what was handled before interrupts none", () => {
    const names: Name[] = ["one", "together", "others", "one", "together"];
    expect(placesOf(names, [false, true, false, false, true])).toEqual([[1, 4]]);
  });

  test("items without effect alone are one without places", () => {
    expect(placesOf(["one", "together"], [false, false])).toEqual([[]]);
    expect(placesOf([])).toEqual([]);
  });

  test("whatever the items, each has its outcome, in their order, and a run has one handler", () => {
    const names = fc.constantFrom<Name>("one", "together", "others");
    fc.assert(
      fc.property(fc.array(fc.record({ name: names, isNew: fc.boolean() })), (given) => {
        const items = given.map(({ name }) => itemFor(name));
        const isNew = given.map((each) => each.isNew);
        const runs = runsOf(items, isNew);
        expect(runs.flatMap(({ outcomes }) => outcomes)).toEqual(
          given.map(({ isNew: fresh }) => (fresh ? "handled" : "duplicate")),
        );
        expect(runs.flatMap(({ places }) => places)).toEqual(
          [...items.keys()].filter((place) => isNew[place]),
        );
        for (const { handlings, places } of runs) {
          expect(handlings).toEqual(places.flatMap((place) => items[place]?.handling ?? []));
          expect(new Set(handlings.map(({ handler }) => handler)).size).toBeLessThanOrEqual(1);
          if (handlings[0]?.handler === handlers.one) expect(handlings).toHaveLength(1);
        }
      }),
    );
  });
});
