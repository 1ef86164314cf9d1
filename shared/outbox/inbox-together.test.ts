import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import type { EventEnvelope } from "../contracts/envelope.ts";
import { eventOf, writeEffect } from "./inbox-fixture.ts";
import { nameOf, openTogether, restocked } from "./inbox-together-fixture.ts";
import { effects } from "./outbox-fixture.ts";

describe("a handler in batch form", () => {
  test("gets the events that come at once together, of all its types, in their order; what follows the commit runs once", async () => {
    const { database, deliver, calls, after, count, outcomes } = await openTogether();
    const events = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? restocked : eventOf)(`S${i % 7}`, i));
    await deliver(...events);
    expect(calls).toEqual([events.map(nameOf)]);
    expect(after).toEqual(calls);
    expect(await effects(database)).toEqual(events.map(nameOf));
    expect(count.transactions).toBe(1);
    expect(new Set(outcomes)).toEqual(new Set(["handled"]));
    await database.close();
  });

  test("gets no event that was handled before, nor a second copy, and is not called for nothing", async () => {
    const { database, deliver, calls, outcomes } = await openTogether();
    const [a, b, c] = [eventOf("A", 1), eventOf("B", 1), eventOf("C", 1)];
    await deliver(a);
    await deliver({ ...b, id: b.id.toUpperCase() }, a, b, c);
    await deliver(c, a);
    expect(calls).toEqual([["A:1"], ["B:1", "C:1"]]);
    expect(outcomes.filter((outcome) => outcome === "duplicate")).toHaveLength(4);
    await database.close();
  });

  test("does not overtake an event for a single handler, nor is it overtaken", async () => {
    const { database, deliver, calls, count } = await openTogether({
      types: ["stock.low"],
      handlers: { "stock.restocked": writeEffect },
    });
    await deliver(eventOf("A", 1), eventOf("B", 1), restocked("A", 2), eventOf("A", 3), eventOf("C", 1));
    expect(calls).toEqual([
      ["A:1", "B:1"],
      ["A:3", "C:1"],
    ]);
    expect(await effects(database)).toEqual(["A:1", "B:1", "A:2", "A:3", "C:1"]);
    expect(count.transactions).toBe(1);
    await database.close();
  });

  test("is not interrupted by types that nobody here handles", async () => {
    const { database, deliver, calls, outcomes } = await openTogether({ types: ["stock.low"] });
    await deliver(eventOf("A", 1), restocked("A", 2), eventOf("A", 3), restocked("B", 1), eventOf("B", 2));
    expect(calls).toEqual([["A:1", "A:3", "B:2"]]);
    expect(outcomes.toSorted()).toEqual(["handled", "handled", "handled", "ignored", "ignored"]);
    await database.close();
  });
});

test("the time of a transaction is up between two runs: the rest goes into the next, and is handled once", async () => {
  const { database, deliver, calls, outcomes, count } = await openTogether({
    transactionMs: 50,
    types: ["stock.low"],
    handlers: { "stock.restocked": writeEffect },
    during: (_events, tx) => tx.execute(sql`select pg_sleep(0.1)`),
  });
  const twin = eventOf("A", 1);
  await deliver(twin, eventOf("B", 1), twin, restocked("A", 2), eventOf("A", 3), twin);
  expect(calls).toEqual([["A:1", "B:1"], ["A:3"]]);
  expect(await effects(database)).toEqual(["A:1", "B:1", "A:2", "A:3"]);
  expect(outcomes.toSorted()).toEqual(["duplicate", "duplicate", "handled", "handled", "handled", "handled"]);
  expect(count.transactions).toBe(2);
  await database.close();
});

test("whatever comes, in whatever batches, every good event has one effect, in the order of its subject", async () => {
  const one = fc.record({
    subject: fc.constantFrom("A", "B", "C"),
    single: fc.boolean(),
    bad: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    copies: fc.integer({ min: 1, max: 2 }),
  });
  const poison = (event: { source: string }) => {
    if (event.source === "/bad") throw new Error("poison");
  };
  const { database, deliver, consumer } = await openTogether({
    retryDelaysMs: [1],
    types: ["stock.low"],
    handlers: {
      "stock.restocked": async (event, tx) => {
        await writeEffect(event, tx);
        poison(event);
      },
    },
    during: async (events) => events.forEach(poison),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(one, { maxLength: 25 }),
      fc.integer({ min: 1, max: 25 }),
      async (given, size) => {
        const events = given.flatMap(({ subject, single, bad, copies }, i) => {
          const event = { ...(single ? restocked : eventOf)(subject, i), source: bad ? "/bad" : "/good" };
          return Array.from({ length: copies }, () => event);
        });
        let waiting: EventEnvelope[] = [...events];
        // What goes back to the queue comes again before what is behind it.
        while (waiting.length > 0) {
          const part = waiting.slice(0, size);
          const results = await deliver(...part);
          waiting = [...part.filter((_, i) => results[i]?.status === "rejected"), ...waiting.slice(size)];
        }
        const done = await effects(database);
        await database.db.execute(sql`truncate effect`);
        for (const subject of ["A", "B", "C"]) {
          const good = given.flatMap((each, i) =>
            each.subject === subject && !each.bad ? [nameOf({ subject, sequence: i })] : [],
          );
          expect(done.filter((name) => name.startsWith(subject))).toEqual(good);
        }
      },
    ),
    { numRuns: 25 },
  );
  await consumer.stop();
  await database.close();
});
