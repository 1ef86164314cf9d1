import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { internalHeaders } from "../shared/testing/service-under-test.ts";
import { readSse } from "../shared/testing/sse-reader.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { pruneBroadcasts } from "./store/broadcast-queue.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { type OfferReader, openBroadcasts, sumOf } from "./testing/open-broadcasts.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { dataOf, orderOf } from "./testing/open-shop.ts";

setDefaultTimeout(90_000);

/** Slow enough that a broadcast is met in the middle: five a second. */
const SLOW = { TELEGRAM_PACE: "telegram", TELEGRAM_MESSAGES_PER_SECOND: "6" };

const open = closedAfterEach(async (environment: Readonly<Record<string, string>> = {}) => {
  const opened = await openBroadcasts({ environment });
  const { database, send, copies, read } = opened;
  const choose = (userId: string, marketing: boolean) =>
    opened.call("PUT", "/v1/notifications/preferences", {
      as: `customer.${userId}`,
      body: { categories: { marketing }, quietHours: null, language: null },
    });
  const total = (readers: readonly OfferReader[]) =>
    copies(readers, "Sale on tea").reduce((sum, count) => sum + count, 0);
  /** How many of its deliveries are in each state. */
  const inQueue = async (state: string) => {
    const { rows } = await database.db.execute<{ n: number }>(
      sql`select count(*)::int as n from delivery where class = 'broadcast' and state = ${state}`,
    );
    return rows[0]?.n ?? 0;
  };
  return {
    ...opened,
    ...{ choose, total, inQueue },
    started: async () => {
      const id = await opened.draft();
      expect((await send("POST", `/${id}/start`)).status).toBe(200);
      return id;
    },
    /** Nothing of it is being sent any more. */
    atRest: (id: string) =>
      waitFor(
        async () => {
          const { progress } = await read(id);
          return (await inQueue("sending")) === 0 && progress;
        },
        { what: "what was under way to end" },
      ),
  };
});

describe("notify-23: a broadcast that is paused", () => {
  test("sends nothing but what is under way, and goes on where it was, to everybody once", async () => {
    const { readers, started, send, total, copies, atRest, inQueue, becomes } = await open(SLOW);
    const all = await readers(24);
    const id = await started();
    await waitFor(() => total(all) >= 2, { what: "the first messages" });
    const paused = await send("POST", `/${id}/pause`);
    expect(paused).toMatchObject({ status: 200, body: { state: "paused", progress: { secondsLeft: null } } });
    expect(await inQueue("pending")).toBe(0);
    const rest = await atRest(id);
    expect(rest.sent).toBe(total(all));
    expect(rest.pending).toBe(24 - rest.sent);
    expect(rest.sent).toBeLessThan(24);
    expect((await send("POST", `/${id}/pause`)).body).toMatchObject({ state: "paused", version: 3 });
    expect((await send("POST", `/${id}/start`)).status).toBe(409);

    expect((await send("POST", `/${id}/resume`)).body.state).toBe("running");
    const done = await becomes(id, "done");
    expect(done.progress).toMatchObject({ sent: 24, pending: 0 });
    expect(copies(all, "Sale on tea")).toEqual(all.map(() => 1));
  });

  test("may be cancelled, and then nobody else ever gets it", async () => {
    const { readers, started, send, total, atRest, becomes, call, inQueue, database } = await open(SLOW);
    const all = await readers(20);
    const id = await started();
    await waitFor(() => total(all) >= 1, { what: "the first message" });
    const cancelled = await send("POST", `/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { state: "cancelled" } });
    expect(await inQueue("pending")).toBe(0);
    await atRest(id);
    const settled = await waitFor(
      async () => {
        const found = await becomes(id, "cancelled");
        return found.progress?.pending === 0 && found;
      },
      { what: "the counts" },
    );
    expect(settled.progress?.sent).toBe(total(all));
    expect(sumOf(settled)).toBe(20);
    expect(settled.progress?.suppressed).toBe(20 - total(all));
    expect((await send("POST", `/${id}/resume`)).status).toBe(409);
    expect((await send("POST", `/${id}/cancel`)).status).toBe(200);

    const { rows } = await database.db.execute<{ id: string }>(
      sql`select id from delivery where class = 'broadcast' and state = 'suppressed' limit 1`,
    );
    const retry = await call("POST", `/v1/notifications/${rows[0]?.id}/retry`, { as: `staff.${newId()}` });
    expect(retry.status).toBe(409);
  });
});

describe("notify-23: its recipients are those of the start", () => {
  test("notify-22: who chooses to get offers afterwards gets none of it, who has had enough before their turn neither", async () => {
    const { readers, started, choose, copies, becomes } = await open(SLOW);
    const all = await readers(12);
    const late = await readers(2, { marketing: false });
    const id = await started();
    for (const { userId } of late) expect((await choose(userId, true)).status).toBe(200);
    // The last in turn; their deliveries wait in the queue or are not there yet.
    const weary = [...all].sort((a, b) => (a.userId < b.userId ? -1 : 1)).slice(-3);
    for (const { userId } of weary) expect((await choose(userId, false)).status).toBe(200);
    const done = await becomes(id, "done");
    expect(done.progress).toMatchObject({ recipients: 12, sent: 9, suppressed: 3 });
    expect(copies(weary, "Sale on tea")).toEqual([0, 0, 0]);
    expect(copies(late, "Sale on tea")).toEqual([0, 0]);
  });

  test("who is erased meanwhile is counted, and nothing of them is kept", async () => {
    const { readers, started, send, total, call, becomes, database } = await open(SLOW);
    const all = await readers(10);
    const id = await started();
    await waitFor(() => total(all) >= 2, { what: "the first messages" });
    await send("POST", `/${id}/pause`);
    const first = all.find((reader) => total([reader]) === 1);
    const last = all.find((reader) => total([reader]) === 0);
    for (const reader of [first, last]) {
      const body = { erasureId: newId(), userVersion: 2, telegramUserId: null };
      const path = `/internal/people/${reader?.userId}/erasure`;
      await waitFor(
        async () => (await call("PUT", path, { body, headers: internalHeaders })).status === 200,
        { what: "the erasure" },
      );
    }
    await send("POST", `/${id}/resume`);
    const done = await becomes(id, "done");
    expect(sumOf(done)).toBe(10);
    expect(done.progress).toMatchObject({ sent: 9, suppressed: 1 });
    const { rows } = await database.db.execute(sql`
      select 1 from delivery where user_id in (${first?.userId}::uuid, ${last?.userId}::uuid)
      union all select 1 from broadcast_recipient where user_id in (${first?.userId}::uuid, ${last?.userId}::uuid)`);
    expect(rows).toEqual([]);
  });
});

describe("notify-23: two instances", () => {
  test("that work at once write to everybody once, also over pauses", async () => {
    const { readers, started, send, copies, becomes, make } = await open();
    const all = await readers(60);
    const second = make();
    await second.start();
    const id = await started();
    for (let round = 0; round < 5; round += 1) {
      await send("POST", `/${id}/pause`);
      await send("POST", `/${id}/resume`);
    }
    const done = await becomes(id, "done").finally(() => second.stop());
    expect(done.progress).toMatchObject({ recipients: 60, sent: 60 });
    expect(copies(all, "Sale on tea")).toEqual(all.map(() => 1));
  });

  test("go on with what one of them has begun and has not brought into the queue", async () => {
    const { readers, started, copies, becomes, notify, make } = await open(SLOW);
    const all = await readers(8);
    const id = await started();
    await notify.stop();
    const next = make();
    await next.start();
    await waitFor(() => copies(all, "Sale on tea").every((count) => count === 1), { what: "all messages" });
    expect((await becomes(id, "done")).progress).toMatchObject({ sent: 8 });
    await next.stop();
  });
});

test("notify-23: who watches the shop sees none of the many messages, each reader their own", async () => {
  const { readers, started, becomes, call, publish } = await open();
  const [reader] = await readers(8);
  const follow = async (as: string, query: string) => {
    const stream = readSse(await call("GET", `/v1/notifications/stream${query}`, { as }));
    await waitFor(() => stream.lastEventId() !== null, { what: "the stream" });
    return stream;
  };
  const shop = await follow(`staff.${newId()}`, "?feed=admin");
  const own = await follow(`customer.${reader?.userId}`, "");
  await becomes(await started(), "done");
  const isTold = (stream: typeof shop, word: string) =>
    stream.messages.some(
      ({ event, data }) => event === "notification" && JSON.stringify(data).includes(word),
    );
  await waitFor(() => isTold(own, '"sent"'), { what: "the own message" });
  // Something of an order comes after all of them, on the same stream.
  const user = userSnapshot();
  const order = orderOf(user);
  await publish(envelopeOf("order.confirmed", order.id, dataOf(order, "pending"), { sequence: 2 }));
  await waitFor(() => isTold(shop, order.id), { what: "the news of an order" });
  expect(isTold(shop, "Sale on tea")).toBe(false);
});

test("notify-23: an answer that is lost leaves one message, and the count says unknown", async () => {
  const { readers, started, people, copies, becomes } = await open();
  const all = await readers(4);
  await people.fault({ method: "sendMessage", textContains: "Sale on tea", phase: "after", count: 2 });
  const done = await becomes(await started(), "done");
  expect(done.progress).toMatchObject({ sent: 2, unknown: 2 });
  expect(copies(all, "Sale on tea")).toEqual([1, 1, 1, 1]);
});

test("notify-23: a month after its end only the counts are kept", async () => {
  const { readers, started, becomes, read, database } = await open();
  await readers(5);
  const done = await becomes(await started(), "done");
  const now = fakeClock(new Date(Date.now() + 60_000)).now();
  expect(await pruneBroadcasts(database, new Date(Date.now() - 60_000), now)).toBe(0);
  const both = await Promise.all([pruneBroadcasts(database, now, now), pruneBroadcasts(database, now, now)]);
  expect(both[0] + both[1]).toBe(5);
  expect((await read(done.id)).progress).toEqual(done.progress);
  const { rows } = await database.db.execute(sql`select 1 from delivery where class = 'broadcast'`);
  expect(rows).toEqual([]);
  expect(await pruneBroadcasts(database, now, now)).toBe(0);
});
