import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { appendNow, outboxDatabase, stockLow } from "./outbox-fixture.ts";
import { prune } from "./prune.ts";

const now = new Date("2026-06-01T00:00:00Z");

test("what is past its time goes, in batches, and what is not stays", async () => {
  const database = await outboxDatabase();
  const { db } = database;
  await appendNow(database, stockLow("waiting", 1), stockLow("old", 1), stockLow("young", 1));
  await db.execute(sql`update outbox set created_at = '2020-01-01'`);
  await db.execute(sql`update outbox set published_at = '2026-05-24T23:59:00Z' where aggregate = 'old'`);
  await db.execute(sql`update outbox set published_at = '2026-05-25T00:01:00Z' where aggregate = 'young'`);
  await db.execute(sql`
    insert into inbox (queue, event_id, handled_at)
    select 'q', gen_random_uuid(), '2026-05-17T23:59:00Z'::timestamptz from generate_series(1, 2500)
    union all select 'q', gen_random_uuid(), '2026-05-18T00:01:00Z'`);
  await db.execute(sql`
    insert into idempotency_key (principal, route, key, request_hash, created_at)
    values ('p', 'r', 'old', 'h', '2026-05-28T23:59:00Z'), ('p', 'r', 'young', 'h', '2026-05-29T00:01:00Z')`);
  await db.execute(sql`
    insert into inbox_attempt (queue, event_id, attempts, begun_at)
    values ('q', gen_random_uuid(), 2, '2026-05-17T23:59:00Z'), ('q', gen_random_uuid(), 2, '2026-05-18T00:01:00Z')`);
  const all = { outbox: 1, inbox: 2500, inboxAttempts: 1, idempotencyKeys: 1 };
  expect(await prune(database, now)).toEqual(all);
  expect(await prune(database, now)).toEqual({ outbox: 0, inbox: 0, inboxAttempts: 0, idempotencyKeys: 0 });
  const { rows } = await db.execute<{ aggregate: string }>(sql`select aggregate from outbox order by 1`);
  expect(rows.map((row) => row.aggregate)).toEqual(["waiting", "young"]);
  await database.close();
});
