import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { unavailable } from "../kernel/errors.ts";
import type { Database, Tx } from "../ports/database.ts";
import { eventOf, openInbox as setUp, statuses, told, writeEffect } from "./inbox-fixture.ts";
import { effects, outboxDatabase } from "./outbox-fixture.ts";
import { listParked } from "./parked.ts";

test("events that come at once share one transaction, and are handled in their order", async () => {
  const { database, deliver, count } = await setUp();
  const events = Array.from({ length: 30 }, (_, i) => eventOf(`S${i % 7}`, i));
  await deliver(...events);
  expect(await effects(database)).toEqual(events.map(({ subject, sequence }) => `${subject}:${sequence}`));
  expect(count.transactions).toBe(1);
  await database.close();
});

test("a batch is bounded, and what is over goes into the next", async () => {
  const { database, deliver, count } = await setUp({ batchMax: 10 });
  await deliver(...Array.from({ length: 25 }, (_, i) => eventOf(`S${i}`, 1)));
  expect(await effects(database)).toHaveLength(25);
  expect(count.transactions).toBe(3);
  await database.close();
});

test("a poisonous event in the middle of a batch is tried five times and parked; the others are handled once", async () => {
  let attempts = 0;
  const { database, deliver, outcomes, count } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        await writeEffect(event, tx);
        if (event.subject !== "bad") return;
        attempts++;
        await tx.execute(sql`select 1 / 0`);
      },
    },
  });
  const good = (name: string) => Array.from({ length: 10 }, (_, i) => eventOf(`${name}${i}`, 1));
  const [before, after] = [good("before"), good("after")];
  await deliver(...before, eventOf("bad", 1), ...after);
  expect(attempts).toBe(5);
  expect(await effects(database)).toEqual([...before, ...after].map(({ subject }) => `${subject}:1`));
  expect(outcomes.filter((outcome) => outcome === "handled")).toHaveLength(20);
  const { items } = await listParked(database.db);
  expect(items).toMatchObject([{ attempts: 5, error: expect.stringContaining("division by zero") }]);
  // The batch, what stood before the culprit, what stood behind it, four attempts alone, and the parking.
  expect(count.transactions).toBe(8);
  await database.close();
});

test("several poisonous events in one batch all fail alone", async () => {
  const { database, deliver, outcomes } = await setUp({
    retryDelaysMs: [1],
    handlers: {
      "stock.low": async (event, tx) => {
        await writeEffect(event, tx);
        if (event.sequence % 3 === 0) throw new Error("every third");
      },
    },
  });
  await deliver(...Array.from({ length: 30 }, (_, i) => eventOf(`S${i}`, i)));
  expect(await effects(database)).toEqual(
    Array.from({ length: 30 }, (_, i) => `S${i}:${i}`).filter((_, i) => i % 3 !== 0),
  );
  expect(outcomes.filter((outcome) => outcome === "parked")).toHaveLength(10);
  await database.close();
});

test("copies of one event within a batch have one effect", async () => {
  const { database, deliver, outcomes } = await setUp();
  const event = eventOf("A", 1);
  const copy = { ...event, id: event.id.toUpperCase() };
  await deliver(event, eventOf("B", 1), copy, event);
  expect(await effects(database)).toEqual(["A:1", "B:1"]);
  expect(outcomes.toSorted()).toEqual(["duplicate", "duplicate", "handled", "handled"]);
  await database.close();
});

test("within a batch nothing of a subject passes its failed event: it goes back and comes after", async () => {
  const attempted = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let failures = 1;
  const { database, deliver } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        if (event.subject === "A" && event.sequence === 2) {
          if (failures-- > 0) throw new Error("not yet");
          attempted.resolve();
          await release.promise;
        }
        await writeEffect(event, tx);
      },
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

test("a handler that swallows the error of its statement is blamed itself, and not its neighbour", async () => {
  const { database, deliver, log } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        if (event.subject === "bad") await tx.execute(sql`select 1 / 0`).catch(() => undefined);
        else await writeEffect(event, tx);
      },
    },
  });
  const bad = eventOf("bad", 1);
  await deliver(eventOf("A", 1), bad, eventOf("B", 1));
  expect(await effects(database)).toEqual(["A:1", "B:1"]);
  const { items } = await listParked(database.db);
  expect(items).toMatchObject([{ event: bad, attempts: 5 }]);
  expect(new Set(told(log).map(({ fields }) => fields?.eventId))).toEqual(new Set([bad.id]));
  await database.close();
});

test("a deadlock that only the company of a batch brings leaves every event handled", async () => {
  let inOne = 0;
  const { database, deliver, outcomes } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        const { rows } = await tx.execute<{ n: number }>(
          sql`select count(*)::int as n from inbox where xmin = pg_current_xact_id()::xid`,
        );
        inOne = Math.max(inOne, rows[0]?.n ?? 0);
        await writeEffect(event, tx);
        if ((rows[0]?.n ?? 0) > 1) throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
      },
    },
  });
  await deliver(eventOf("A", 1), eventOf("B", 1), eventOf("C", 1));
  expect(inOne).toBe(3);
  expect(await effects(database)).toEqual(["A:1", "B:1", "C:1"]);
  expect(outcomes).toEqual(["handled", "handled", "handled"]);
  await database.close();
});

test("while the database is away a whole batch goes back after one attempt, and nothing counts as failed", async () => {
  const database = await outboxDatabase();
  let attempts = 0;
  const away: Database = {
    ...database,
    transaction: () => {
      attempts++;
      return Promise.reject(unavailable("the database is away"));
    },
  };
  const { database: own, deliver, outcomes, log } = await setUp({ database: away });
  const results = await deliver(...Array.from({ length: 10 }, (_, i) => eventOf(`S${i}`, 1)));
  expect(new Set(statuses(results))).toEqual(new Set(["rejected"]));
  expect(attempts).toBe(1);
  expect(outcomes).toEqual([]);
  expect(log.lines).toEqual([]);
  await Promise.all([own.close(), database.close()]);
});

test("slow handlers do not hold one transaction open for long: it ends early and the rest goes into the next", async () => {
  const { database, deliver, outcomes, count } = await setUp({
    transactionMs: 50,
    handlers: {
      "stock.low": async (event, tx) => {
        await tx.execute(sql`select pg_sleep(0.1)`);
        await writeEffect(event, tx);
      },
    },
  });
  const twin = eventOf("A", 1);
  await deliver(twin, eventOf("B", 1), twin, eventOf("C", 1));
  expect(await effects(database)).toEqual(["A:1", "B:1", "C:1"]);
  expect(outcomes.toSorted()).toEqual(["duplicate", "handled", "handled", "handled"]);
  expect(count.transactions).toBe(3);
  await database.close();
});

test("batches of two instances that change the same rows in opposite orders do not get in each other's way", async () => {
  const raise = async ({ subject, sequence }: { subject: string; sequence: number }, tx: Tx) => {
    await tx.execute(sql`update effect set sequence = sequence + ${sequence} where subject = ${subject}`);
  };
  const handlers = { "stock.low": raise };
  const one = await setUp({ handlers });
  const two = await setUp({ handlers, database: one.database });
  const subjects = Array.from({ length: 25 }, (_, i) => `S${i}`);
  for (const subject of subjects)
    await one.database.transaction((tx) => writeEffect({ subject, sequence: 0 }, tx));
  await Promise.all([
    one.deliver(...subjects.map((subject) => eventOf(subject, 1))),
    two.deliver(...subjects.toReversed().map((subject) => eventOf(subject, 2))),
  ]);
  expect(await effects(one.database)).toEqual(subjects.map((subject) => `${subject}:3`));
  expect([one.count.transactions, two.count.transactions]).toEqual([1, 1]);
  await Promise.all([one.database.close(), two.database.close()]);
});
