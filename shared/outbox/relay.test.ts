import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { unavailable } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import { fakeClock } from "../testing/fake-clock.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import {
  appendNow,
  EXCHANGE,
  outboxDatabase,
  recordingBus,
  stockLow,
  unpublished,
} from "./outbox-fixture.ts";
import { createRelay } from "./relay.ts";
import { counted, relayOf } from "./relay-fixture.ts";

test("a relay that runs is woken by a commit, long before it polls", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  const relay = relayOf(database, { bus, pollMs: 60_000 });
  await relay.start();
  await relay.start();
  await appendNow(database, stockLow("A", 1));
  await waitFor(() => published.length === 1, { what: "the event" });
  await waitFor(async () => (await unpublished(database)) === 0, { what: "the mark" });
  await relay.stop();
  await relay.stop();
  await database.close();
});

test("a relay publishes in batches, by position, and empties the outbox", async () => {
  const database = await outboxDatabase();
  const sizes: number[] = [];
  const { bus, published } = recordingBus(async (events) => void sizes.push(events.length));
  const events = Array.from({ length: 25 }, (_, i) => stockLow(`S${i % 4}`, i));
  await appendNow(database, ...events);
  const relay = relayOf(database, { bus, batchSize: 10 });
  await relay.drain();
  expect(sizes).toEqual([10, 10, 5]);
  expect(published).toEqual(events.map((event) => `${event.subject}:${event.sequence}`));
  await relay.drain();
  expect(published).toHaveLength(25);
  await database.close();
});

test("a crash between publish and mark publishes again, so duplicates and no loss", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  await appendNow(database, stockLow("A", 1), stockLow("A", 2));
  // The database goes away after the publish: the first relay cannot mark.
  let broken = false;
  const dying: Database = {
    ...database,
    get db() {
      if (broken) throw unavailable("crashed");
      return database.db;
    },
  };
  const crashing = recordingBus(async (events) => {
    await bus.publish("", events);
    broken = true;
  });
  const first = relayOf(dying, { bus: crashing.bus, leaseMs: 100 });
  await expect(first.drain()).rejects.toThrow("crashed");
  expect(await unpublished(database)).toBe(2);
  const second = relayOf(database, { bus });
  await second.drain();
  expect(published).toEqual(["A:1", "A:2", "A:1", "A:2"]);
  expect(await unpublished(database)).toBe(0);
  await database.close();
});

test("two relays on one database publish every event once and each aggregate's in order", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  const relays = [relayOf(database, { bus, batchSize: 7 }), relayOf(database, { bus, batchSize: 7 })];
  await Promise.all(relays.map((relay) => relay.start()));
  const expected: string[] = [];
  for (let i = 0; i < 40; i++) {
    const subjects = ["A", "B", "C"];
    await appendNow(database, ...subjects.map((subject) => stockLow(subject, i)));
    expected.push(...subjects.map((subject) => `${subject}:${i}`));
  }
  await waitFor(async () => (await unpublished(database)) === 0, {
    timeoutMs: 10_000,
    what: "an empty outbox",
  });
  expect(published.toSorted()).toEqual(expected.toSorted());
  for (const subject of ["A", "B", "C"]) {
    const mine = published.filter((name) => name.startsWith(`${subject}:`));
    expect(mine).toEqual(Array.from({ length: 40 }, (_, i) => `${subject}:${i}`));
  }
  await Promise.all(relays.map((relay) => relay.stop()));
  await database.close();
});

test("a bus that is away delays events, is logged once, and counts the failed attempts", async () => {
  const database = await outboxDatabase();
  const log = silentLogger();
  let failures = 3;
  const { bus, published } = recordingBus(async () => {
    if (failures-- > 0) throw unavailable("no bus");
  });
  const relay = relayOf(database, { bus, log });
  await appendNow(database, stockLow("A", 1));
  await relay.start();
  await waitFor(async () => (await unpublished(database)) === 0, { what: "the event to go out" });
  await waitFor(() => log.lines.some((line) => line.level === "info"), { what: "the all-clear" });
  expect(log.lines.map((line) => line.level)).toEqual(["warn", "info"]);
  expect(published).toEqual(["A:1"]);
  const { rows } = await database.db.execute<{ attempts: number }>(sql`select attempts from outbox`);
  expect(rows[0]?.attempts).toBe(3);
  await relay.stop();
  await database.close();
});

test("a bus that is known to take nothing is not tried: no row is touched, no lease taken, one line is logged", async () => {
  const database = await outboxDatabase();
  const log = silentLogger();
  const state = { connected: true, blocked: true, consumers: { wanted: 0, active: 0 } };
  const { bus, published } = recordingBus();
  const { statements, database: seen } = counted(database);
  const relay = relayOf(seen, { bus: { ...bus, state: () => state }, log });
  await appendNow(database, stockLow("A", 1));
  await relay.start();
  await waitFor(() => statements.count >= 5, { what: "looks" });
  expect(log.lines.map(({ level }) => level)).toEqual(["warn"]);
  const { rows } = await database.db.execute(sql`select attempts from outbox where attempts > 0`);
  expect(rows).toEqual([]);
  expect((await database.db.execute(sql`select from outbox_lease`)).rows).toEqual([]);
  expect(published).toEqual([]);
  state.blocked = false;
  await waitFor(async () => (await unpublished(database)) === 0, { what: "the event to go out" });
  expect(published).toEqual(["A:1"]);
  await relay.stop();
  await database.close();
});

test("however many wakes come while a turn runs, one more turn follows", async () => {
  const database = await outboxDatabase();
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const sizes: number[] = [];
  const { bus, published } = recordingBus(async (events) => {
    sizes.push(events.length);
    begun.resolve();
    await release.promise;
  });
  const relay = relayOf(database, { bus, pollMs: 60_000 });
  let rings = 0;
  const listener = await database.listen("outbox", () => {
    rings += 1;
  });
  await relay.start();
  await appendNow(database, stockLow("A", 0));
  await begun.promise;
  for (let n = 1; n <= 10; n++) await appendNow(database, stockLow("A", n));
  await waitFor(() => rings >= 11, { what: "every wake" });
  release.resolve();
  await waitFor(() => published.length === 11, { what: "all events" });
  expect(sizes).toEqual([1, 10]);
  await listener.close();
  await relay.stop();
  await database.close();
});

test("a relay that starts before the consumer is there tries again until it is", async () => {
  const database = await outboxDatabase();
  const queue = "notify.inventory-events";
  const bus = createMemoryEventBus({ consumers: [queue] });
  await bus.declare([{ exchange: EXCHANGE, queues: [queue] }]);
  await appendNow(database, stockLow("A", 1));
  const relay = createRelay({ database, bus, clock: fakeClock(), log: silentLogger() });
  await relay.start();
  const refused = async () => {
    const { rows } = await database.db.execute<{ attempts: number }>(sql`select attempts from outbox`);
    return (rows[0]?.attempts ?? 0) >= 2;
  };
  await waitFor(refused, { what: "a second refusal" });
  const handled: number[] = [];
  await bus.subscribe({
    exchange: EXCHANGE,
    queue,
    prefetch: 1,
    handle: async ({ sequence }) => void handled.push(sequence),
    handleMalformed: async () => undefined,
  });
  await waitFor(async () => (await unpublished(database)) === 0, { what: "the event to go out" });
  expect(handled).toEqual([1]);
  await relay.stop();
  await database.close();
});

test("the lag is the age of the oldest event that waits, and zero when none does", async () => {
  const database = await outboxDatabase();
  const { bus } = recordingBus();
  const relay = relayOf(database, { bus });
  expect(await relay.lagSeconds()).toBe(0);
  await appendNow(database, stockLow("A", 1), stockLow("A", 2));
  await database.db.execute(
    sql`update outbox set created_at = now() - interval '90 seconds' where event->>'sequence' = '1'`,
  );
  expect(await relay.lagSeconds()).toBeGreaterThanOrEqual(90);
  await relay.drain();
  expect(await relay.lagSeconds()).toBe(0);
  await database.close();
});
