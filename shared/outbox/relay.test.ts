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

/** From here on the database counts how often the lease is taken or prolonged. */
const noteClaims = ({ db }: Database) =>
  db.execute(sql`
    create table claim (until timestamptz);
    create function note_claim() returns trigger language plpgsql as
      $$ begin insert into claim values (new.until); return null; end $$;
    create trigger note_claim after insert or update on outbox_lease
      for each row when (new.until > '-infinity') execute function note_claim()`);

const claimsNoted = async ({ db }: Database): Promise<number> =>
  (await db.execute(sql`select from claim`)).rows.length;

test("while batches are full the lease is taken once and kept", async () => {
  const database = await outboxDatabase();
  const { bus } = recordingBus();
  await appendNow(database, ...Array.from({ length: 10 }, (_, i) => stockLow("A", i)));
  await noteClaims(database);
  await relayOf(database, { bus, batchSize: 2, leaseMs: 60_000 }).drain();
  expect(await unpublished(database)).toBe(0);
  expect(await claimsNoted(database)).toBe(1);
  await database.close();
});

/** The database, and how many single statements were sent to it through this view of it. */
const counted = (database: Database) => {
  const statements = { count: 0 };
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (name === "execute") statements.count += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { statements, database: { ...database, db } };
};

const leaseIsFree = async ({ db }: Database): Promise<boolean> => {
  const { rows } = await db.execute(sql`select 1 from outbox_lease where until >= clock_timestamp()`);
  return rows.length === 0;
};

test("while events keep coming the lease is kept, and each wake costs a read and a mark", async () => {
  const database = await outboxDatabase();
  await noteClaims(database);
  const { bus, published } = recordingBus();
  const { statements, database: seen } = counted(database);
  const relay = relayOf(seen, { bus, pollMs: 60_000, lingerMs: 60_000, leaseMs: 60_000 });
  await relay.start();
  const wake = async (n: number) => {
    await appendNow(database, stockLow("A", n));
    await waitFor(async () => published.length === n && (await unpublished(database)) === 0, {
      what: `event ${n}`,
    });
  };
  await wake(1);
  const before = statements.count;
  for (let n = 2; n <= 6; n++) await wake(n);
  // One more read a wake where the event was read before its ring was heard.
  expect(statements.count - before).toBeLessThanOrEqual(15);
  expect(await claimsNoted(database)).toBe(1);
  await relay.stop();
  await database.close();
});

test("the lease is given back once nothing has come for a moment", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  const relay = relayOf(database, { bus, pollMs: 60_000, lingerMs: 20, leaseMs: 60_000 });
  await relay.start();
  await appendNow(database, stockLow("A", 1));
  await waitFor(() => published.length === 1, { what: "the event" });
  await waitFor(() => leaseIsFree(database), { what: "the lease to be given back" });
  await appendNow(database, stockLow("A", 2));
  await relayOf(database, { bus }).drain();
  await waitFor(() => published.length === 2, { what: "the next event" });
  await relay.stop();
  await database.close();
});

test("draining beside a loop that keeps the lease gives it back", async () => {
  const database = await outboxDatabase();
  const { bus, published } = recordingBus();
  const relay = relayOf(database, { bus, pollMs: 60_000, lingerMs: 60_000, leaseMs: 60_000 });
  await relay.start();
  await appendNow(database, stockLow("A", 1));
  await waitFor(() => published.length === 1, { what: "the event" });
  expect(await leaseIsFree(database)).toBe(false);
  await relay.drain();
  expect(await leaseIsFree(database)).toBe(true);
  await appendNow(database, stockLow("A", 2));
  await waitFor(() => published.length === 2, { what: "the next event" });
  await relay.stop();
  await database.close();
});

test("a relay that dies while it keeps the lease holds others up for the lease's life only", async () => {
  const database = await outboxDatabase();
  const dead = recordingBus();
  // Its database goes away while it keeps the lease between two events: it neither prolongs it nor gives it back.
  let gone = false;
  const cutOff: Database = {
    ...database,
    get db() {
      if (gone) throw unavailable("gone");
      return database.db;
    },
  };
  const first = relayOf(cutOff, { bus: dead.bus, pollMs: 60_000, lingerMs: 60_000, leaseMs: 300 });
  await first.start();
  await appendNow(database, stockLow("A", 1));
  await waitFor(async () => (await unpublished(database)) === 0, { what: "the first event" });
  gone = true;
  await appendNow(database, stockLow("A", 2));
  const { bus, published } = recordingBus();
  const second = relayOf(database, { bus, pollMs: 10 });
  await second.start();
  await waitFor(() => published.length === 1, { what: "the second event" });
  expect(published).toEqual(["A:2"]);
  expect(dead.published).toEqual(["A:1"]);
  await second.stop();
  await first.stop();
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

test("a relay that has to wait for another's lease only looks", async () => {
  const database = await outboxDatabase();
  // ON CONFLICT locks the row, so even an attempt that takes nothing would be a write.
  await database.db.execute(sql`
    create table attempt (holder uuid);
    create function note_attempt() returns trigger language plpgsql as
      $$ begin insert into attempt values (new.holder); return new; end $$;
    create trigger note_attempt before insert on outbox_lease for each row execute function note_attempt()`);
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = recordingBus(() => {
    begun.resolve();
    return release.promise;
  });
  await appendNow(database, stockLow("A", 1));
  const first = relayOf(database, { bus: slow.bus, leaseMs: 60_000 }).drain();
  await begun.promise;
  const { statements, database: seen } = counted(database);
  const other = recordingBus();
  const second = relayOf(seen, { bus: other.bus, pollMs: 5 });
  await second.start();
  await waitFor(() => statements.count >= 5, { what: "looks" });
  const { rows } = await database.db.execute(sql`select from attempt`);
  expect(rows).toHaveLength(1);
  release.resolve();
  await first;
  await second.stop();
  expect(other.published).toEqual([]);
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
