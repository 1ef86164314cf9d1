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
import { createRelay, type RelayOptions } from "./relay.ts";

const relayOf = (database: Database, options: Partial<RelayOptions> & Pick<RelayOptions, "bus">) =>
  createRelay({
    database,
    clock: fakeClock(),
    log: silentLogger(),
    pollMs: 50,
    backoffMs: { min: 10, max: 20 },
    ...options,
  });

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

test("another relay takes over when the one with the lease is gone", async () => {
  const database = await outboxDatabase();
  await appendNow(database, stockLow("A", 1));
  const hanging = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const stuck = recordingBus(() => {
    begun.resolve();
    return hanging.promise;
  });
  // It cannot prolong its lease: nothing of it reaches the database any more.
  let gone = false;
  const cutOff: Database = {
    ...database,
    get db() {
      if (gone) throw unavailable("gone");
      return database.db;
    },
  };
  const first = relayOf(cutOff, { bus: stuck.bus, leaseMs: 200 }).drain();
  first.catch(() => undefined);
  await begun.promise;
  gone = true;
  const { bus, published } = recordingBus();
  await relayOf(database, { bus }).drain();
  expect(published).toEqual(["A:1"]);
  hanging.resolve();
  await expect(first).rejects.toThrow();
  await database.close();
});

test("a long publish keeps its lease", async () => {
  const database = await outboxDatabase();
  await appendNow(database, stockLow("A", 1));
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = recordingBus(() => {
    begun.resolve();
    return release.promise;
  });
  const first = relayOf(database, { bus: slow.bus, leaseMs: 150 }).drain();
  await begun.promise;
  const untilOf = async () => {
    const { rows } = await database.db.execute<{ ms: number }>(
      sql`select (extract(epoch from until) * 1000)::float8 as ms from outbox_lease`,
    );
    return rows[0]?.ms ?? 0;
  };
  const before = await untilOf();
  await waitFor(async () => (await untilOf()) > before + 150, { what: "the lease to be prolonged" });
  const other = recordingBus();
  const second = relayOf(database, { bus: other.bus });
  const drained = second.drain();
  release.resolve();
  await first;
  await drained;
  expect(other.published).toEqual([]);
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

test("stop sends what is there, and lets go of the lease", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  const relay = relayOf(database, { bus, pollMs: 60_000, leaseMs: 60_000, batchSize: 1 });
  await relay.start();
  await appendNow(database, stockLow("A", 1), stockLow("A", 2));
  await relay.stop();
  expect(published).toEqual(["A:1", "A:2"]);
  await appendNow(database, stockLow("A", 3));
  await relayOf(database, { bus }).drain();
  expect(published).toEqual(["A:1", "A:2", "A:3"]);
  await database.close();
});

test("a relay whose last batch was full gives the lease back once it finds nothing more", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  await appendNow(database, stockLow("A", 1), stockLow("A", 2));
  await relayOf(database, { bus, batchSize: 2, leaseMs: 60_000 }).drain();
  await appendNow(database, stockLow("A", 3));
  await relayOf(database, { bus }).drain();
  expect(published).toEqual(["A:1", "A:2", "A:3"]);
  await database.close();
});

test("while batches are full the lease is taken once and kept", async () => {
  const database = await outboxDatabase();
  const { bus } = recordingBus();
  await appendNow(database, ...Array.from({ length: 10 }, (_, i) => stockLow("A", i)));
  await database.db.execute(sql`
    create table claim (until timestamptz);
    create function note_claim() returns trigger language plpgsql as
      $$ begin insert into claim values (new.until); return null; end $$;
    create trigger note_claim after insert or update on outbox_lease
      for each row when (new.until > '-infinity') execute function note_claim()`);
  await relayOf(database, { bus, batchSize: 2, leaseMs: 60_000 }).drain();
  expect(await unpublished(database)).toBe(0);
  const { rows } = await database.db.execute(sql`select from claim`);
  expect(rows).toHaveLength(1);
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
