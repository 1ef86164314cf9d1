import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { unavailable } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import { eventOf, statuses, told, writeEffect } from "./inbox-fixture.ts";
import { has, nameOf, openTogether, restocked } from "./inbox-together-fixture.ts";
import { effects, outboxDatabase } from "./outbox-fixture.ts";
import { listParked, replayParked } from "./parked.ts";

describe("a batch handler that fails", () => {
  test("gets its events in halves: the one at fault is tried five times and parked, the others are handled once", async () => {
    const { database, deliver, calls, after, outcomes, count } = await openTogether({
      during: async (events, tx) => has(events, "bad:1") && tx.execute(sql`select 1 / 0`),
    });
    const good = (name: string) => Array.from({ length: 5 }, (_, i) => eventOf(`${name}${i}`, 1));
    const all = [...good("before"), eventOf("bad", 1), ...good("after")];
    await deliver(...all);
    const names = all.map(nameOf);
    const [before, behind] = [names.slice(0, 5), names.slice(6)];
    const [first, second] = [behind.slice(0, 2), behind.slice(2)];
    // The later attempts of the one at fault run beside what is left of the batch.
    const inBatch = [names, before, ["bad:1", ...behind], ["bad:1", ...first], ["bad:1"], first, second];
    const later = Array.from({ length: 4 }, () => ["bad:1"]);
    expect(calls.toSorted()).toEqual([...inBatch, ...later].toSorted());
    expect(await effects(database)).toEqual([...before, ...behind]);
    expect(after).toEqual([before, first, second]);
    expect(outcomes.filter((outcome) => outcome === "handled")).toHaveLength(10);
    const { items } = await listParked(database.db);
    expect(items).toMatchObject([{ attempts: 5, error: expect.stringContaining("division by zero") }]);
    // Those of the batch, four more attempts of one, and the parking.
    expect(count.transactions).toBe(inBatch.length + later.length + 1);
    await database.close();
  });

  test("leaves what stood before and behind its events together", async () => {
    const { database, deliver, calls, count } = await openTogether({
      types: ["stock.low"],
      handlers: { "stock.restocked": writeEffect },
      during: async (events) => {
        if (events.length > 1) throw new Error("not together");
      },
    });
    const events = [
      ...[restocked("A", 1), restocked("B", 1)],
      ...[eventOf("A", 2), eventOf("B", 2)],
      ...[restocked("A", 3), eventOf("C", 1), restocked("B", 3)],
    ];
    await deliver(...events);
    expect(await effects(database)).toEqual(events.map(nameOf));
    expect(calls).toEqual([["A:2", "B:2"], ["A:2"], ["B:2"], ["C:1"]]);
    // The whole, the two before, two alone, and the rest.
    expect(count.transactions).toBe(5);
    await database.close();
  });

  test("lets nothing of a subject pass its failed event: that goes back and comes after", async () => {
    const attempted = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let aloneAttempts = 0;
    const { database, deliver } = await openTogether({
      during: async (events) => {
        if (!has(events, "A:2")) return;
        if (events.length > 1 || aloneAttempts++ === 0) throw new Error("not yet");
        attempted.resolve();
        await release.promise;
      },
    });
    const third = eventOf("A", 3);
    const batch = deliver(eventOf("A", 1), eventOf("A", 2), eventOf("B", 1), third, eventOf("B", 2));
    await attempted.promise;
    const [early] = await deliver(third);
    expect(early).toMatchObject({ status: "rejected", reason: { code: "UNAVAILABLE" } });
    release.resolve();
    expect(statuses(await batch)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"]);
    await deliver(third);
    const done = await effects(database);
    expect(done.filter((name) => name.startsWith("A"))).toEqual(["A:1", "A:2", "A:3"]);
    expect(done.filter((name) => name.startsWith("B"))).toEqual(["B:1", "B:2"]);
    await database.close();
  });

  test("is blamed itself when it swallows the error of its statement", async () => {
    const { database, deliver, log } = await openTogether({
      during: async (events, tx) =>
        has(events, "bad:1") && tx.execute(sql`select 1 / 0`).catch(() => undefined),
    });
    const bad = eventOf("bad", 1);
    await deliver(eventOf("A", 1), bad, eventOf("B", 1));
    expect(await effects(database)).toEqual(["A:1", "B:1"]);
    const { items } = await listParked(database.db);
    expect(items).toMatchObject([{ event: bad, attempts: 5 }]);
    expect(new Set(told(log).map(({ fields }) => fields?.eventId))).toEqual(new Set([bad.id]));
    await database.close();
  });

  test("is not blamed for the error that a single handler before it swallowed", async () => {
    const { database, deliver, log } = await openTogether({
      types: ["stock.low"],
      handlers: {
        "stock.restocked": async (_event, tx) => {
          await tx.execute(sql`select 1 / 0`).catch(() => undefined);
        },
      },
    });
    const bad = restocked("bad", 1);
    await deliver(bad, eventOf("A", 1));
    expect(await effects(database)).toEqual(["A:1"]);
    const { items } = await listParked(database.db);
    expect(items).toMatchObject([{ event: bad, attempts: 5 }]);
    expect(new Set(told(log).map(({ fields }) => fields?.eventId))).toEqual(new Set([bad.id]));
    await database.close();
  });

  test("by a deadlock that only the company brings handles every event", async () => {
    const { database, deliver, outcomes, calls } = await openTogether({
      during: async (events) => {
        if (events.length > 1) throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
      },
    });
    await deliver(eventOf("A", 1), eventOf("B", 1), eventOf("C", 1));
    expect(await effects(database)).toEqual(["A:1", "B:1", "C:1"]);
    expect(outcomes).toEqual(["handled", "handled", "handled"]);
    expect(calls.slice(-3)).toEqual([["A:1"], ["B:1"], ["C:1"]]);
    await database.close();
  });

  test("since the database went away gives all events back, and none counts as failed", async () => {
    const own = await outboxDatabase();
    let attempts = 0;
    const goingAway: Database = {
      ...own,
      transaction: (work) =>
        attempts++ === 0 ? own.transaction(work) : Promise.reject(unavailable("the database is away")),
    };
    const { database, deliver, outcomes, log } = await openTogether({
      database: goingAway,
      during: () => Promise.reject(unavailable("the database is away")),
    });
    const results = await deliver(...Array.from({ length: 10 }, (_, i) => eventOf(`S${i}`, 1)));
    expect(new Set(statuses(results))).toEqual(new Set(["rejected"]));
    // Together, and the first one alone.
    expect(attempts).toBe(2);
    expect([outcomes, told(log)]).toEqual([[], []]);
    expect(await effects(own)).toEqual([]);
    await Promise.all([own.close(), database.close()]);
  });

  test("with a parked event is given it alone when that is replayed", async () => {
    const state = { broken: true };
    const { database, deliver, calls, after, consumer, log } = await openTogether({
      retryDelaysMs: [],
      during: async (events) => {
        if (state.broken && has(events, "bad:1")) throw new Error("broken");
      },
    });
    await deliver(eventOf("A", 1), eventOf("bad", 1));
    const { items } = await listParked(database.db);
    state.broken = false;
    await replayParked({ database, consumers: [consumer], log })(items[0]?.id ?? "");
    expect(calls.at(-1)).toEqual(["bad:1"]);
    expect(after).toEqual([["A:1"], ["bad:1"]]);
    expect(await effects(database)).toEqual(["A:1", "bad:1"]);
    await database.close();
  });
});
