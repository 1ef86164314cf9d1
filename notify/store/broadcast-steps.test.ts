import { expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { type Draft, decideBroadcast } from "../domain/broadcast.ts";
import { broadcastOutcomes } from "../domain/broadcast-tally.ts";
import { noPace } from "../domain/pace.ts";
import { openStore } from "../testing/open-store.ts";
import { createBroadcastFeedStore } from "./broadcast-queue.ts";
import { createBroadcastStore } from "./broadcast-store.ts";
import { createDeliveryStore } from "./delivery-store.ts";

setDefaultTimeout(90_000);

/** A broadcast that has begun, for so many people, and what works on it. */
const open = closedAfterEach(async (count: number, { window = 40 }: { readonly window?: number } = {}) => {
  const store = await openStore({ paces: noPace });
  const { database, clock } = store;
  const users = Array.from({ length: count }, newId);
  await database.db.execute(sql`
    insert into chat (user_id, chat_id, state, language, role, user_version, updated_at)
    select id, 5000 + n, 'active', 'en', 'customer', 1, now()
    from unnest(${column(users, "uuid", (id) => id)}) with ordinality as u(id, n)`);
  await database.db.execute(sql`
    insert into preference (user_id, choices, updated_at)
    select id, '{"marketing": true}', now() from unnest(${column(users, "uuid", (id) => id)}) as u(id)`);
  const broadcasts = createBroadcastStore(database);
  const feed = createBroadcastFeedStore({ database, newId, window });
  const begin = async (): Promise<string> => {
    const now = clock.now();
    const common = { version: 1, texts: { en: "Sale" }, audience: { languages: null } };
    const made = { createdBy: null, createdAt: now, updatedAt: now };
    const draft: Draft = { id: newId(), state: "draft", ...common, ...made };
    await broadcasts.once(null, (writer) => writer.add(draft));
    await broadcasts.change(
      draft.id,
      async (found, writer) => {
        const recipients = await writer.freeze(draft.id, found.audience);
        return decideBroadcast(found, { kind: "start", by: newId(), recipients }, now);
      },
      now,
    );
    return draft.id;
  };
  const steer = (id: string, kind: "pause" | "resume" | "cancel") =>
    broadcasts.change(id, async (found) => decideBroadcast(found, { kind }, clock.now()), clock.now());
  const countOf = async (table: string): Promise<number> => {
    const count = sql`select count(*)::int as n from ${sql.raw(table)}`;
    const { rows } = await database.db.execute<{ n: number }>(count);
    return rows[0]?.n ?? 0;
  };
  const waiting = () => countOf("delivery where state = 'pending'");
  return { ...store, broadcasts, feed, begin, steer, waiting, countOf };
});

test("notify-23: the queue holds as many as are due soon, however many a broadcast is for", async () => {
  const { begin, feed, clock, waiting, countOf, claim, sent, broadcasts } = await open(300);
  const id = await begin();
  expect(await countOf("broadcast_recipient")).toBe(300);
  expect(await feed.tend(id, clock.now())).toEqual({ moved: 40, more: false });
  expect(await feed.tend(id, clock.now())).toEqual({ moved: 0, more: false });
  expect([await waiting(), await countOf("delivery_lane")]).toEqual([40, 40]);
  let gone = 0;
  while (gone < 300) {
    const { messages } = await claim(30);
    gone += messages.length;
    await sent(messages);
    await feed.tend(id, clock.now());
    expect(await waiting()).toBeLessThanOrEqual(40);
  }
  await feed.tend(id, clock.now());
  expect(await broadcasts.find(id)).toMatchObject({ state: "done" });
  expect(await broadcasts.tally(id)).toMatchObject({ sent: 300, pending: 0 });
});

test("notify-23: several at once bring each recipient into the queue once", async () => {
  const { begin, feed, clock, countOf } = await open(250, { window: 1_000 });
  const id = await begin();
  const turns = await Promise.all(Array.from({ length: 8 }, () => feed.tend(id, clock.now())));
  expect(turns.reduce((sum, { moved }) => sum + moved, 0)).toBe(250);
  expect([await countOf("delivery"), await countOf("broadcast_recipient")]).toEqual([250, 0]);
});

test("notify-23: claims, records, pauses and feeds at once send to everybody once, and nobody is lost", async () => {
  const { begin, feed, steer, clock, claim, sent, broadcasts, countOf } = await open(200);
  const id = await begin();
  const told: string[] = [];
  let isDone = false;
  const worker = async () => {
    while (!isDone) {
      const { messages } = await claim(5);
      told.push(...messages.map(({ userId }) => userId));
      await sent(messages);
      clock.advance(1_100);
    }
  };
  const feeder = async () => {
    while (!isDone) await feed.tend(id, clock.now());
  };
  const steering = async () => {
    for (let round = 0; round < 12; round += 1) {
      await steer(id, "pause");
      await feed.tend(id, clock.now());
      await steer(id, "resume");
    }
    while ((await broadcasts.find(id))?.state !== "done") await feed.tend(id, clock.now());
    isDone = true;
  };
  await Promise.all([worker(), worker(), feeder(), feeder(), steering()]);
  expect(told).toHaveLength(200);
  expect(new Set(told).size).toBe(200);
  expect(await broadcasts.tally(id)).toMatchObject({ sent: 200, pending: 0 });
  expect(await countOf("broadcast_recipient")).toBe(0);
});

/** Resolves when a statement of this database waits for a lock. */
const someoneWaits = (db: Queryable) =>
  waitFor(
    async () => {
      const { rows } = await db.execute(sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    },
    { what: "a claim that waits", everyMs: 5 },
  );

test("notify-23: what a pause takes back no claim gets that had looked before, and nobody's chat is held for it", async () => {
  const { begin, feed, steer, clock, waiting, countOf, database } = await open(20);
  const id = await begin();
  await feed.tend(id, clock.now());
  const { rows } = await database.db.execute<{ bot_id: string }>(sql`select bot_id from bot_pace`);
  const claiming = { botId: rows[0]?.bot_id ?? "", paces: noPace };
  const deadline = new Date(clock.now().getTime() + 10_000);
  const claim = () =>
    database.transaction(async (tx) => {
      await tx.execute(sql`set local lock_timeout = '30s'`);
      return createDeliveryStore(tx, claiming).claim(newId(), 5, clock.now(), deadline);
    });
  // The claim has begun, and sees what was there then; it goes on when the bot's row is free.
  const { claimed } = await database.transaction(async (tx) => {
    await tx.execute(sql`select 1 from bot_pace for update`);
    const claimed = claim();
    await someoneWaits(database.db);
    await steer(id, "pause");
    return { claimed };
  });
  expect((await claimed).messages).toEqual([]);
  expect([await waiting(), await countOf("chat_pace")]).toEqual([0, 0]);
});

test("notify-23: cancelled, it ends step by step, and all are counted", async () => {
  const { begin, feed, steer, clock, broadcasts, claim } = await open(1_300, { window: 100 });
  const id = await begin();
  await feed.tend(id, clock.now());
  const { messages } = await claim(3);
  await steer(id, "cancel");
  // Nobody knows yet what comes of those under way.
  for (let step = 0; step < 6; step += 1) await feed.tend(id, clock.now());
  expect(await feed.unsettled()).toEqual([id]);
  const tally = await broadcasts.tally(id);
  expect([tally.pending, tally.suppressed]).toEqual([messages.length, 1_300 - messages.length]);
  expect(broadcastOutcomes.reduce((sum, outcome) => sum + tally[outcome], 0)).toBe(1_300);
});

test("notify-23: a message that is told to wait comes back after a pause, and goes out once", async () => {
  const { begin, feed, steer, clock, broadcasts, claim, deliveries, waiting } = await open(1);
  const id = await begin();
  await feed.tend(id, clock.now());
  const { messages } = await claim(1);
  await steer(id, "pause");
  const again = { state: "pending", reason: "Too Many Requests", telegramMessageId: null } as const;
  const settlements = [{ ...again, nextAt: new Date(clock.now().getTime() + 5_000) }];
  const chatId = messages[0]?.recipient?.chat.chatId ?? null;
  for (const message of messages)
    await deliveries.record([{ message, settlements, chatId, card: null, isChatClosed: false }], clock.now());
  expect(await waiting()).toBe(1);
  expect(await feed.unsettled()).toEqual([id]);
  await feed.tend(id, clock.now());
  expect(await waiting()).toBe(0);
  await feed.tend(id, clock.now());
  expect(await feed.unsettled()).toEqual([]);
  expect(await broadcasts.tally(id)).toMatchObject({ pending: 1 });
});

test("notify-22: those who have their quiet hours hold up nobody, and are paused and cancelled like the others", async () => {
  const { begin, feed, steer, clock, waiting, db, broadcasts, claim, sent } = await open(100);
  await db.execute(sql`
    update preference set quiet_from = '11:00', quiet_to = '14:00'
    where user_id in (select user_id from preference order by user_id limit 80)`);
  const id = await begin();
  // By turns of what may be due at once: who is held until later is not.
  for (let step = 0; step < 4; step += 1) await feed.tend(id, clock.now());
  expect(await waiting()).toBe(100);
  const { messages, nextAt } = await claim(100);
  expect(messages).toHaveLength(20);
  expect(nextAt?.toISOString()).toBe("2026-01-01T14:00:00.000Z");
  await sent(messages);
  expect(await broadcasts.tally(id)).toMatchObject({ sent: 20, pending: 80 });
  await steer(id, "pause");
  expect(await waiting()).toBe(0);
  await steer(id, "resume");
  for (let step = 0; step < 4; step += 1) await feed.tend(id, clock.now());
  expect(await waiting()).toBe(80);
  await steer(id, "cancel");
  expect(await broadcasts.tally(id)).toMatchObject({ sent: 20, suppressed: 80, pending: 0 });
});

test("notify-23: the copy of a message for another way comes and goes with it, and is not counted", async () => {
  const { begin, feed, steer, clock, countOf, db, broadcasts } = await open(10);
  const id = await begin();
  await feed.tend(id, clock.now());
  const copies = () =>
    db.execute(sql`
      insert into delivery (id, dedupe_key, class, user_id, lane, notice, next_at, expires_at, created_at, updated_at)
      select gen_random_uuid(), 'email:' || dedupe_key, class, user_id, 100, notice, next_at, expires_at, created_at, updated_at
      from delivery`);
  await copies();
  expect(await broadcasts.tally(id)).toMatchObject({ pending: 10 });
  await steer(id, "pause");
  expect([await countOf("delivery"), await countOf("broadcast_recipient")]).toEqual([0, 10]);
  await steer(id, "resume");
  await feed.tend(id, clock.now());
  await copies();
  await steer(id, "cancel");
  expect(await countOf("delivery where state = 'suppressed'")).toBe(20);
  expect(await broadcasts.tally(id)).toMatchObject({ suppressed: 10, pending: 0 });
});
