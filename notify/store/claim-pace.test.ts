import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { telegramPace } from "../domain/pace.ts";
import { openStore, orderAlert, outcomeOf } from "../testing/open-store.ts";
import { createDeliveryStore } from "./delivery-store.ts";

setDefaultTimeout(30_000);

const open = closedAfterEach(openStore);
type Store = Awaited<ReturnType<typeof openStore>>;

const mostWithin = (sentAt: readonly number[], windowMs: number): number =>
  Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + windowMs).length));

/** Lets so many workers claim at once, step by step of the clock, and answers when each message was taken. */
const run = async (
  store: Store,
  { workers = 1, stepMs, steps }: { workers?: number; stepMs: number; steps: number },
) => {
  const takenAt: number[] = [];
  const start = store.clock.now().getTime();
  for (let step = 0; step < steps; step += 1) {
    const claims = await Promise.all(Array.from({ length: workers }, () => store.claim()));
    const messages = claims.flatMap((claim) => claim.messages);
    takenAt.push(...messages.map(() => store.clock.now().getTime() - start));
    if (messages.length > 0) await store.sent(messages);
    store.clock.advance(stepMs);
  }
  return takenAt;
};

const headline = (number: string) =>
  ({ template: "order-headline", orderId: newId(), number, status: "shipped", reason: null }) as const;

describe("the bot's budget", () => {
  test("notify-15: is never exceeded by two workers together, and used", async () => {
    const store = await open();
    for (let n = 0; n < 90; n += 1)
      await store.enqueue((await store.person()).userId, [headline("K-1")], "transactional");
    const takenAt = await run(store, { workers: 2, stepMs: 20, steps: 100 });
    expect(mostWithin(takenAt, 1_000)).toBeLessThanOrEqual(25);
    expect(takenAt.length).toBeGreaterThanOrEqual(42);
  });

  test("notify-14: is left to codes, which ask nobody: what waits makes room", async () => {
    const store = await open();
    for (let n = 0; n < 40; n += 1)
      await store.enqueue((await store.person()).userId, [headline("K-1")], "transactional");
    for (let n = 0; n < 22; n += 1) await store.pace.spend(store.clock.now());
    const takenAt = await run(store, { stepMs: 20, steps: 100 });
    expect(takenAt[0]).toBeGreaterThanOrEqual(880);
    expect(mostWithin(takenAt, 1_000)).toBeLessThanOrEqual(25);
  });

  test("is made where there is none, and a claim says when more may be due", async () => {
    const store = await open({ paces: telegramPace(1) });
    await store.db.execute("delete from bot_pace");
    const [ada, ben] = [await store.person(), await store.person()];
    await store.enqueue(ada.userId, [headline("K-1")], "transactional");
    await store.enqueue(ben.userId, [headline("K-2")], "transactional");
    const first = await store.claim();
    expect(first.messages).toMatchObject([{ userId: ada.userId }]);
    await store.sent(first.messages);
    const second = await store.claim();
    expect(second.messages).toEqual([]);
    store.clock.set(second.notBefore ?? store.clock.now());
    expect((await store.claim()).messages).toMatchObject([{ userId: ben.userId }]);
  });

  test("notify-15: has three under way at once, over all workers", async () => {
    const store = await open({ paces: telegramPace(1_000) });
    for (let n = 0; n < 6; n += 1)
      await store.enqueue((await store.person()).userId, [headline("K-1")], "transactional");
    const [one, two] = await Promise.all([store.claim(2), store.claim(2)]);
    expect([...one.messages, ...two.messages, ...(await store.claim()).messages]).toHaveLength(3);
  });
});

describe("a chat", () => {
  test("notify-15: gets three at once and then one a second, while others go on", async () => {
    const store = await open();
    const ada = await store.person();
    await store.enqueue(
      ada.userId,
      Array.from({ length: 6 }, () => headline("K-1")),
      "transactional",
    );
    const toAda = await run(store, { stepMs: 100, steps: 40 });
    expect(toAda.slice(2)).toEqual([toAda[2] ?? 0, 1_000, 2_000, 3_000]);
    expect(toAda[2]).toBeLessThan(1_000);
  });

  test("notify-15: that is a group gets twenty in a minute", async () => {
    const store = await open();
    const group = await store.person("group");
    await store.enqueue(
      group.userId,
      Array.from({ length: 30 }, () => headline("K-1")),
      "transactional",
    );
    const takenAt = await run(store, { stepMs: 250, steps: 330 });
    expect(mostWithin(takenAt, 60_000)).toBeLessThanOrEqual(20);
    expect(takenAt.length).toBeGreaterThanOrEqual(24);
  });

  test("that is told to wait holds up nobody else, and gets its message afterwards, once", async () => {
    const store = await open();
    const [ada, ben] = [await store.person(), await store.person()];
    await store.enqueue(ada.userId, [headline("K-1")], "transactional");
    const claim = await store.claim();
    const nextAt = new Date(store.clock.now().getTime() + 9_000);
    await store.pace.flooded(ada.chatId, 9, store.clock.now());
    const waits = { state: "pending", reason: "429", telegramMessageId: null, nextAt } as const;
    await store.deliveries.record(
      claim.messages.map((message) => outcomeOf(message, waits)),
      store.clock.now(),
    );
    await store.enqueue(ada.userId, [orderAlert("K-9")]);
    await store.enqueue(ben.userId, [headline("K-2")], "transactional");
    const others = await store.claim();
    expect(others.messages).toMatchObject([{ userId: ben.userId }]);
    await store.sent(others.messages);
    store.clock.advance(8_999);
    expect((await store.claim()).messages).toEqual([]);
    store.clock.advance(1);
    expect((await store.claim()).messages).toMatchObject([{ userId: ada.userId, lane: "news" }]);
  });
});

describe("a 429", () => {
  const opened = async () => {
    const store = await open();
    const [ada, ben, cleo] = [await store.person(), await store.person(), await store.person()];
    await store.enqueue(cleo.userId, [headline("K-1")], "transactional");
    const isPaused = async () => (await store.claim()).messages.length === 0;
    return { ...store, ada, ben, cleo, isPaused };
  };

  test("notify-15: of one chat pauses that chat alone", async () => {
    const { pace, clock, ada, isPaused } = await opened();
    await pace.flooded(ada.chatId, 5, clock.now());
    await pace.flooded(ada.chatId, 5, clock.now());
    expect(await isPaused()).toBe(false);
  });

  test("notify-15: of two chats within five seconds pauses the bot, for everybody and every worker", async () => {
    const { pace, clock, ada, ben, isPaused } = await opened();
    await pace.flooded(ada.chatId, 7, clock.now());
    clock.advance(4_999);
    await pace.flooded(ben.chatId, 7, clock.now());
    clock.advance(6_999);
    expect(await isPaused()).toBe(true);
    clock.advance(1);
    expect(await isPaused()).toBe(false);
  });

  test("of two chats that lie further apart does not", async () => {
    const { pace, clock, ada, ben, isPaused } = await opened();
    await pace.flooded(ada.chatId, 7, clock.now());
    clock.advance(5_000);
    await pace.flooded(ben.chatId, 7, clock.now());
    expect(await isPaused()).toBe(false);
  });

  test("notify-15: that wants a long wait pauses the bot", async () => {
    const { pace, clock, ada, isPaused } = await opened();
    await pace.flooded(ada.chatId, 30, clock.now());
    clock.advance(29_999);
    expect(await isPaused()).toBe(true);
  });
});

test("alerts let customers go first, but not for ever", async () => {
  const store = await open();
  const boss = await store.person();
  await store.enqueue(boss.userId, [orderAlert("K-1")]);
  const lanesTaken: string[] = [];
  for (let second = 0; second < 12; second += 1) {
    for (let n = 0; n < 3; n += 1)
      await store.enqueue((await store.person()).userId, [headline("K-1")], "transactional");
    const { messages } = await store.claim();
    lanesTaken.push(messages.map(({ lane }) => lane).join());
    await store.sent(messages);
    store.clock.advance(1_000);
  }
  expect(lanesTaken.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "news,news,news"));
  expect(lanesTaken[10]).toBe("news,news,orders");
});

test("thousands of alerts that wait for one admin are not read, and a customer's card goes before them", async () => {
  const store = await open();
  const [boss, ada] = [await store.person(), await store.person()];
  for (let n = 0; n < 10; n += 1)
    await store.enqueue(
      boss.userId,
      Array.from({ length: 1_000 }, (_, i) => orderAlert(`K-${n}-${i}`)),
    );
  await store.db.execute("analyze delivery");
  await store.pace.flooded(boss.chatId, 20, store.clock.now());
  const rowsRead = () =>
    store.database.transaction(async (tx) => {
      const claim = await createDeliveryStore(tx, { botId: "7000000001", paces: telegramPace(25) }).claim(
        newId(),
        3,
        store.clock.now(),
        new Date(store.clock.now().getTime() + 10_000),
      );
      const { rows } = await tx.execute<{ n: string }>(
        "select seq_tup_read + idx_tup_fetch as n from pg_stat_xact_user_tables where relname = 'delivery'",
      );
      return { claim, read: Number(rows[0]?.n) };
    });
  const paused = await rowsRead();
  expect(paused.claim.messages).toEqual([]);
  expect(paused.read).toBeLessThan(20);
  store.clock.advance(20_000);
  await store.enqueue(ada.userId, [headline("K-1")], "transactional");
  const { claim } = await rowsRead();
  expect(claim.messages.map(({ userId, deliveries }) => [userId, deliveries.length])).toEqual([
    [ada.userId, 1],
    [boss.userId, 500],
  ]);
});
