import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { silentLogger } from "../testing/silent-logger.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createBacklog } from "./backlog.ts";
import { appendNow, outboxDatabase, stockLow } from "./outbox-fixture.ts";

/** Looks all the time, so that a test need not wait. */
const lookEveryMs = 1;

const events = (count: number) => Array.from({ length: count }, (_, i) => stockLow("A", i));

test("there is room up to the cap, then none, and room again once a tenth has gone out", async () => {
  const database = await outboxDatabase();
  const log = silentLogger();
  const backlog = createBacklog({ database, log, maxUnsent: 20, lookEveryMs });
  await backlog.start();
  await backlog.start();
  expect(backlog.unsent).toBe(0);
  await appendNow(database, ...events(19));
  await waitFor(() => backlog.unsent === 19, { what: "the look" });
  backlog.assertRoom();

  await appendNow(database, ...events(6));
  await waitFor(() => backlog.full, { what: "the cap to be noticed" });
  expect(backlog.unsent).toBe(20);
  expect(backlog.assertRoom).toThrow(
    expect.objectContaining({
      code: "UNAVAILABLE",
      details: expect.objectContaining({ retryAfterSeconds: 10 }),
    }),
  );

  const publishUpTo = (position: number) =>
    database.db.execute(sql`update outbox set published_at = now() where position <= ${position}`);
  await publishUpTo(7);
  await waitFor(() => backlog.unsent === 18, { what: "the next look" });
  expect(backlog.full).toBe(true);
  await publishUpTo(8);
  await waitFor(() => !backlog.full, { what: "room" });
  backlog.assertRoom();
  expect(log.lines.map(({ level }) => level)).toEqual(["error", "info"]);
  await backlog.stop();
  await database.close();
});

test("positions that were never used, and rows that went out before their elders, do not count", async () => {
  const database = await outboxDatabase();
  const backlog = createBacklog({ database, log: silentLogger(), maxUnsent: 20, lookEveryMs });
  await appendNow(database, ...events(1));
  await database.db.execute(sql`select setval(pg_get_serial_sequence('outbox', 'position'), 1000)`);
  await appendNow(database, ...events(30));
  await database.db.execute(sql`update outbox set published_at = now() where position between 1002 and 1028`);
  await backlog.start();
  expect(backlog.unsent).toBe(4);
  expect(backlog.full).toBe(false);
  await backlog.stop();
  await database.close();
});

test("one that starts with a full outbox knows it at once, and a database that is away changes nothing", async () => {
  const database = await outboxDatabase();
  await appendNow(database, ...events(5));
  let away = false;
  let looks = 0;
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (name === "execute") {
        looks++;
        if (away) return () => Promise.reject(new Error("away"));
      }
      const value = Reflect.get(target, name, receiver);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const backlog = createBacklog({
    database: { ...database, db },
    log: silentLogger(),
    maxUnsent: 5,
    lookEveryMs,
  });
  await backlog.start();
  expect(backlog.full).toBe(true);
  away = true;
  const before = looks;
  await waitFor(() => looks > before + 3, { what: "looks that fail" });
  expect(backlog.full).toBe(true);
  await backlog.stop();
  await database.close();
});
