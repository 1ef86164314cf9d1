import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { unavailable } from "../kernel/errors.ts";
import type { Database } from "../ports/database.ts";
import { waitFor } from "../testing/wait-for.ts";
import { appendNow, outboxDatabase, recordingBus, stockLow, unpublished } from "./outbox-fixture.ts";
import { counted, relayOf } from "./relay-fixture.ts";

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

const leaseIsFree = async ({ db }: Database): Promise<boolean> => {
  const { rows } = await db.execute(sql`select 1 from outbox_lease where until >= clock_timestamp()`);
  return rows.length === 0;
};

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
  await noteClaims(database);
  await relayOf(database, { bus, batchSize: 2, leaseMs: 60_000 }).drain();
  expect(await unpublished(database)).toBe(0);
  expect(await claimsNoted(database)).toBe(1);
  await database.close();
});

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
