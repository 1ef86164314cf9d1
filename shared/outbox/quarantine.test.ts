import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { unavailable } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { type ConsumerOptions, consume, type InboxOutcome } from "./inbox.ts";
import { eventOf, writeEffect } from "./inbox-fixture.ts";
import { EXCHANGE, effects, outboxDatabase } from "./outbox-fixture.ts";
import { countParked } from "./parked.ts";
import { createQuarantine, DeadlyEvent, HANDLINGS_MAX } from "./quarantine.ts";

const QUEUE = "notify.inventory-events";
const clock = fakeClock();

const open = closedAfterEach(async () => {
  const database = await outboxDatabase();
  /** What a process makes of the event: the marks are all that outlives it. */
  const handleIn = <R>(process: string, eventId: string, work: () => Promise<R>) =>
    createQuarantine({ database, queue: QUEUE, clock, process })({ eventId }, work);
  const marks = async () => {
    const { rows } = await database.db.execute<{ attempts: number }>(sql`select attempts from inbox_attempt`);
    return rows.map(({ attempts }) => attempts);
  };
  return { database, handleIn, marks, close: database.close };
});

const died = () => Promise.reject(new Error("nobody hears of this"));
const newProcess = () => crypto.randomUUID();

/** A consumer and a bus that says of every event that it has come again. */
const consuming = async (database: Database, options: Partial<ConsumerOptions> = {}) => {
  const bus = createMemoryEventBus();
  const outcomes: InboxOutcome[] = [];
  const consumer = consume({
    ...{ database, bus, clock, log: silentLogger() },
    exchange: EXCHANGE,
    queue: QUEUE,
    handlers: { "stock.low": writeEffect },
    retryDelaysMs: [1, 1, 1, 1],
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  await consumer.start();
  const again = (...events: ReturnType<typeof eventOf>[]) => bus.publish(EXCHANGE, events, { again: true });
  return { again, outcomes };
};

test("the process that had it first counts as one, every other once, and the sixth does not touch it", async () => {
  const { handleIn, marks } = await open();
  const id = crypto.randomUUID();
  for (let process = 2; process <= HANDLINGS_MAX; process++) {
    await expect(handleIn(newProcess(), id, died)).rejects.toThrow("nobody");
    expect(await marks()).toEqual([process]);
  }
  let touched = false;
  const touch = async () => {
    touched = true;
  };
  await expect(handleIn(newProcess(), id, touch)).rejects.toBeInstanceOf(DeadlyEvent);
  expect(touched).toBe(false);
});

test("one process counts once, however often it tries", async () => {
  const { handleIn, marks } = await open();
  const [process, id] = [newProcess(), crypto.randomUUID()];
  for (let i = 0; i < 10; i++) await handleIn(process, id, died).catch(() => undefined);
  expect(await marks()).toEqual([2]);
});

test("an outage of the database is no attempt, in however many processes", async () => {
  const { handleIn, marks } = await open();
  const id = crypto.randomUUID();
  const outage = () => Promise.reject(unavailable("the database is away"));
  for (let i = 0; i < 10; i++)
    await expect(handleIn(newProcess(), id, outage)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await marks()).toEqual([1]);
  expect(await handleIn(newProcess(), id, async () => "handled")).toBe("handled");
});

test("events that have come again are handled one at a time, whatever queue they are of", async () => {
  const { database } = await open();
  let now = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++now);
    await database.db.execute(sql`select 1`);
    now--;
  };
  const queues = ["a", "b", "c"].map((queue) => createQuarantine({ database, queue, clock }));
  await Promise.all(
    queues.flatMap((handle) => [1, 2, 3].map(() => handle({ eventId: crypto.randomUUID() }, work))),
  );
  expect(most).toBe(1);
});

test("a consumer handles what has come again once, and nothing is left of its mark", async () => {
  const { database, marks } = await open();
  const { again, outcomes } = await consuming(database);
  const events = ["A", "B"].map((subject) => eventOf(subject, 1));
  await again(...events);
  await again(...events);
  expect(await effects(database)).toEqual(["A:1", "B:1"]);
  expect(outcomes).toEqual(["handled", "handled", "duplicate", "duplicate"]);
  expect(await marks()).toEqual([]);
});

test("a handler that throws is repeated and parked as ever, under its mark", async () => {
  const { database, marks } = await open();
  let attempts = 0;
  const { again, outcomes } = await consuming(database, {
    handlers: {
      "stock.low": async (event, tx) => {
        attempts++;
        await writeEffect(event, tx);
        if (event.subject === "bad" || attempts < 3) throw new Error("no");
      },
    },
  });
  await again(eventOf("late", 1));
  expect(await marks()).toEqual([]);
  await again(eventOf("bad", 1));
  expect(outcomes).toEqual(["handled", "parked"]);
  expect([attempts, await countParked(database.db)]).toEqual([3 + HANDLINGS_MAX, 1]);
});

test("what comes for the first time costs no mark", async () => {
  const { database } = await open();
  await database.db.execute(sql`drop table inbox_attempt`);
  const bus = createMemoryEventBus();
  await consuming(database, { bus });
  await bus.publish(EXCHANGE, [eventOf("A", 1), eventOf("B", 1)]);
  expect(await effects(database)).toEqual(["A:1", "B:1"]);
});
