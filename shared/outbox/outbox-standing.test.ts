import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { closedAfterEach } from "../testing/closed-after-each.ts";
import { createLease } from "./lease.ts";
import { appendNow, outboxDatabase, stockLow } from "./outbox-fixture.ts";
import { readOutboxStanding } from "./outbox-standing.ts";

const open = closedAfterEach(outboxDatabase);

test("an outbox says how many events wait, how long the oldest has, and whether anybody is at it", async () => {
  const database = await open();
  expect(await readOutboxStanding(database)).toEqual({
    ...{ unsent: 0, oldestSeconds: 0, failedAttempts: 0, relaying: false },
  });
  await appendNow(database, stockLow("A", 1), stockLow("B", 1), stockLow("C", 1));
  await database.db.execute(
    sql`update outbox set created_at = now() - interval '1 hour', attempts = 3 where aggregate = 'A'`,
  );
  await database.db.execute(sql`update outbox set published_at = now() where aggregate = 'B'`);
  const lease = createLease(database, 60_000);
  await lease.take();
  const { oldestSeconds, ...standing } = await readOutboxStanding(database);
  expect(standing).toEqual({ unsent: 2, failedAttempts: 3, relaying: true });
  expect(oldestSeconds).toBeGreaterThanOrEqual(3_600);
  await lease.release();
  expect(await readOutboxStanding(database)).toMatchObject({ relaying: false });
});
