import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { unavailable } from "../kernel/errors.ts";
import type { Database, Tx } from "../ports/database.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { type ConsumerOptions, consume, type InboxOutcome } from "./inbox.ts";
import { told } from "./inbox-fixture.ts";
import { envelopeOf } from "./outbox.ts";
import { appendNow, EXCHANGE, effects, outboxDatabase, stockLow, unpublished } from "./outbox-fixture.ts";
import { countParked, dropParked, listParked, replayParked } from "./parked.ts";
import { createRelay } from "./relay.ts";

const QUEUE = "notify.inventory-events";
type StockLow = { subject: string; sequence: number };

/** The effect of every handler here. */
const writeEffect = async ({ subject, sequence }: StockLow, tx: Tx): Promise<void> => {
  await tx.execute(sql`insert into effect (subject, sequence) values (${subject}, ${sequence})`);
};

const eventOf = (subject: string, sequence: number) =>
  envelopeOf(stockLow(subject, sequence), crypto.randomUUID());

const setUp = async ({
  counted = true,
  ...options
}: Partial<ConsumerOptions> & { counted?: boolean } = {}) => {
  const database = options.database ?? (await outboxDatabase());
  const bus = options.bus ?? createMemoryEventBus();
  const log = silentLogger();
  const outcomes: InboxOutcome[] = [];
  const consumer = consume({
    database,
    bus,
    exchange: EXCHANGE,
    queue: QUEUE,
    clock: fakeClock(),
    log,
    handlers: { "stock.low": writeEffect },
    retryDelaysMs: [1, 1, 1, 1],
    ...(counted ? { onOutcome: (outcome) => outcomes.push(outcome) } : {}),
    ...options,
  });
  await consumer.start();
  return { database, bus, consumer, log, outcomes };
};

const relayOf = (database: Database, bus: EventBus) =>
  createRelay({ database, bus, clock: fakeClock(), log: silentLogger(), backoffMs: { min: 5, max: 20 } });

test("every message delivered three times has its effect once, and work after the commit runs once", async () => {
  let after = 0;
  const { database, bus, outcomes } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        await writeEffect(event, tx);
        return () => {
          after++;
        };
      },
    },
  });
  const events = Array.from({ length: 20 }, (_, i) => eventOf(`S${i}`, 1));
  for (let round = 0; round < 3; round++) await bus.publish(EXCHANGE, events.toReversed());
  expect((await effects(database)).toSorted()).toEqual(
    events.map((event) => `${event.subject}:1`).toSorted(),
  );
  expect(after).toBe(20);
  expect(outcomes.filter((outcome) => outcome === "duplicate")).toHaveLength(40);
  await database.close();
});

test("a consumer that nobody counts for handles all the same", async () => {
  const { database, bus } = await setUp({ counted: false });
  await bus.publish(EXCHANGE, [eventOf("A", 1)]);
  expect(await effects(database)).toEqual(["A:1"]);
  await database.close();
});

test("copies of one event at the same time have one effect", async () => {
  const { database, consumer, bus } = await setUp();
  const twin = createMemoryEventBus();
  await setUp({ database, bus: twin });
  const event = eventOf("A", 1);
  await Promise.all([bus.publish(EXCHANGE, [event]), twin.publish(EXCHANGE, [event])]);
  expect(await effects(database)).toEqual(["A:1"]);
  expect(consumer.active).toBe(true);
  await database.close();
});

test("from outbox to inbox: a relay that crashed before it marked causes duplicates without effect", async () => {
  const { database, bus } = await setUp();
  await appendNow(database, stockLow("A", 1), stockLow("A", 2));
  const relay = relayOf(database, bus);
  await relay.drain();
  await database.db.execute(sql`update outbox set published_at = null`);
  await relay.drain();
  expect(await effects(database)).toEqual(["A:1", "A:2"]);
  await database.close();
});

test("a failing handler leaves no effect behind, is repeated, and then works", async () => {
  let failures = 3;
  const { database, bus, outcomes, log } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        await writeEffect(event, tx);
        if (failures-- > 0) throw new Error("not yet");
      },
    },
  });
  await bus.publish(EXCHANGE, [eventOf("A", 1)]);
  expect(await effects(database)).toEqual(["A:1"]);
  expect(outcomes).toEqual(["handled"]);
  expect(told(log).map((line) => line.level)).toEqual(["warn", "warn", "warn"]);
  await database.close();
});

test("after five attempts a message is parked, others go on, and the reason holds no SQL and no values", async () => {
  let attempts = 0;
  const { database, bus, outcomes, log } = await setUp({
    handlers: {
      "stock.low": async (event, tx) => {
        await writeEffect(event, tx);
        if (event.subject !== "bad") return;
        attempts++;
        await tx.execute(sql`insert into effect (id) values (${"canary"}::int)`);
      },
    },
  });
  const bad = eventOf("bad", 1);
  await bus.publish(EXCHANGE, [bad, eventOf("good", 1)]);
  await bus.publish(EXCHANGE, [bad]);
  expect(attempts).toBe(5);
  expect(await effects(database)).toEqual(["good:1"]);
  expect(outcomes.toSorted()).toEqual(["duplicate", "handled", "parked"]);
  const { items } = await listParked(database.db);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ queue: QUEUE, event: bad, attempts: 5, state: "parked", raw: null });
  expect(items[0]?.error).not.toContain("insert into");
  expect(JSON.stringify(log.lines)).not.toContain("insert into");
  expect(log.lines.filter((line) => line.level === "error")).toHaveLength(1);
  await database.close();
});

test("a message that is no event, or whose data breaks its contract, is parked at once, the same one once", async () => {
  const { database, bus, outcomes } = await setUp();
  const noEvent = { ...eventOf("A", 1), id: "not a uuid" };
  const noData = { ...eventOf("B", 1), data: { sku: 1 } };
  await bus.publish(EXCHANGE, [noEvent, noData]);
  await bus.publish(EXCHANGE, [noEvent]);
  expect(outcomes.toSorted()).toEqual(["duplicate", "parked", "parked"]);
  const { items } = await listParked(database.db);
  expect(items.find((item) => item.event === null)?.raw).toContain("not a uuid");
  expect(items.find((item) => item.event !== null)?.error).toContain("contract");
  expect(items.every((item) => item.attempts === 0)).toBe(true);
  await database.close();
});

test("types without a handler and types that are not known are done without the database", async () => {
  const { database, bus, outcomes, log } = await setUp({ handlers: {} });
  await bus.publish(EXCHANGE, [eventOf("A", 1), { ...eventOf("B", 1), type: "stock.teleported" }]);
  expect(outcomes).toEqual(["ignored", "ignored"]);
  expect(told(log)).toEqual([]);
  expect(await countParked(database.db)).toBe(0);
  await database.close();
});

test("while the database is away nothing is parked: the outbox keeps the event until it is back", async () => {
  const database = await outboxDatabase();
  let away = true;
  const consumed: Database = {
    ...database,
    transaction: (work) =>
      away ? Promise.reject(unavailable("the database is away")) : database.transaction(work),
  };
  const { bus, outcomes } = await setUp({ database: consumed });
  await appendNow(database, stockLow("A", 1));
  const relay = relayOf(database, bus);
  await expect(relay.drain()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await relay.start();
  expect(await unpublished(database)).toBe(1);
  away = false;
  await waitFor(async () => (await unpublished(database)) === 0, { what: "the event to be handled" });
  expect(await effects(database)).toEqual(["A:1"]);
  expect(outcomes).toEqual(["handled"]);
  await relay.stop();
  await database.close();
});

test("a consumer that stops gives a message between two attempts back", async () => {
  const failed = Promise.withResolvers<void>();
  const { database, bus, consumer, outcomes } = await setUp({
    retryDelaysMs: [60_000],
    handlers: {
      "stock.low": async () => {
        failed.resolve();
        throw new Error("always");
      },
    },
  });
  const published = bus.publish(EXCHANGE, [eventOf("A", 1)]);
  await failed.promise;
  await Promise.all([consumer.stop(), expect(published).rejects.toMatchObject({ code: "UNAVAILABLE" })]);
  expect(consumer.active).toBe(false);
  expect(outcomes).toEqual([]);
  await database.close();
});

test("failing work after the commit changes nothing but a line in the log", async () => {
  const { database, bus, log, outcomes } = await setUp({
    handlers: {
      "stock.low": async () => () => {
        throw new Error("afterwards");
      },
    },
  });
  await bus.publish(EXCHANGE, [eventOf("A", 1)]);
  expect(outcomes).toEqual(["handled"]);
  expect(told(log).map((line) => line.level)).toEqual(["warn"]);
  await database.close();
});

/** A consumer whose handler fails until it is healed, with one message parked. */
const withParked = async () => {
  const state = { broken: true };
  const all = await setUp({
    retryDelaysMs: [],
    handlers: {
      "stock.low": async (event, tx) => {
        if (state.broken) throw new Error("broken");
        await writeEffect(event, tx);
      },
    },
  });
  await all.bus.publish(EXCHANGE, [eventOf("A", 1)]);
  const { items } = await listParked(all.database.db);
  const { database, consumer, log } = all;
  const replay = replayParked({ database, consumers: [consumer], log });
  return { ...all, state, replay, id: items[0]?.id ?? "" };
};

test("a parked message that is replayed has its effect and is marked; a second replay is refused", async () => {
  const { database, state, replay, id } = await withParked();
  state.broken = false;
  const results = await Promise.allSettled([replay(id), replay(id)]);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  await expect(replay(id)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await effects(database)).toEqual(["A:1"]);
  const { items } = await listParked(database.db, { state: "replayed" });
  expect(items[0]).toMatchObject({ id, state: "replayed" });
  expect(items[0]?.attempts).toBeGreaterThan(1);
  expect(await countParked(database.db)).toBe(0);
  await database.close();
});

test("a replay that fails again stays parked, with its count and reason", async () => {
  const { database, replay, id } = await withParked();
  await expect(replay(id)).rejects.toMatchObject({ code: "CONFLICT" });
  const { items } = await listParked(database.db);
  expect(items[0]).toMatchObject({ id, attempts: 2, state: "parked", error: "Error: broken" });
  await database.close();
});

test("a dropped message keeps the reason and cannot be replayed; an unknown one is not found", async () => {
  const { database, replay, id } = await withParked();
  const drop = dropParked({ database });
  await drop(id, "no longer needed");
  await expect(replay(id)).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(drop(id, "again")).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(drop(crypto.randomUUID(), "unknown")).rejects.toMatchObject({ code: "NOT_FOUND" });
  const { items } = await listParked(database.db, { state: "dropped" });
  expect(items[0]).toMatchObject({ id, resolution: "no longer needed" });
  await database.close();
});

test("parked messages are paged, newest first", async () => {
  const { database, bus } = await setUp();
  const broken = Array.from({ length: 5 }, (_, i) => ({ ...eventOf(`S${i}`, 1), data: {} }));
  for (const event of broken) await bus.publish(EXCHANGE, [event]);
  const first = await listParked(database.db, { limit: 3 });
  const second = await listParked(database.db, { limit: 3, before: first.nextBefore ?? undefined });
  const ids = [...first.items, ...second.items].map((item) => item.id);
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect(new Set(ids).size).toBe(5);
  expect(second.nextBefore).toBeNull();
  await database.close();
});
