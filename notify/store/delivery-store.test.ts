import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import type { Chat } from "../domain/chat.ts";
import { alertLanes, type Lane, lanes, rankOf, takenTogether } from "../domain/lane.ts";
import { noPreferences } from "../domain/preferences.ts";
import { notifyMigrations } from "../service.ts";
import type { ClaimedMessage, NewDelivery, Outcome } from "../usecases/delivery-ports.ts";
import { createChatStore } from "./chat-store.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import { chatPace, deliveryLane as laneTable, delivery as table } from "./schema.ts";

const NOW = new Date("2026-01-01T12:00:00.000Z");
const at = (ms: number) => new Date(NOW.getTime() + ms);

const withDatabase = async (work: (database: TestDatabase) => Promise<void>) => {
  const database = await testDatabase({ name: "notify", migrations: notifyMigrations });
  try {
    await work(database);
  } finally {
    await database.drop();
  }
};

interface Waiting {
  readonly person: number;
  readonly lane: Lane;
  readonly state: "pending" | "sending" | "sent";
  readonly isDue: boolean;
  readonly isAlive: boolean;
}

const people = Array.from({ length: 5 }, () => newId());
const personOf = ({ person }: Waiting) => people[person] as string;

const rowOf = (row: Waiting, index: number, ids: readonly string[]) => ({
  id: ids[index] as string,
  dedupeKey: `${index}`,
  class: row.lane === "news" ? ("transactional" as const) : ("admin_alert" as const),
  userId: personOf(row),
  lane: rankOf(row.lane),
  notice: { template: "stock-low", sku: "MUG", available: 1, threshold: 5 } as const,
  state: row.state,
  sendDeadline: row.state === "sending" ? at(10_000) : null,
  nextAt: at(row.isDue ? 0 : 1),
  expiresAt: at(row.isAlive ? 1 : 0),
  createdAt: NOW,
  updatedAt: NOW,
});

interface Head {
  readonly person: number;
  readonly lane: Lane;
  readonly index: number;
}

/** The first that waits in each lane of each person. */
const headsOf = (rows: readonly Waiting[]): Head[] => {
  const heads = new Map<string, Head>();
  for (const [index, { person, lane, state }] of rows.entries()) {
    const key = `${person}:${lane}`;
    if (state === "pending" && !heads.has(key)) heads.set(key, { person, lane, index });
  }
  return [...heads.values()];
};

/** Lanes that are due since their head came. */
const laneOfHead = ({ person, lane, index }: Head) => ({
  userId: people[person] as string,
  lane: rankOf(lane),
  dueAt: at(index - 1_000),
  usedUntil: NOW,
});

/** Which rows, by their place in the order of arrival, a claim takes as one message each. */
const claimable = (rows: readonly Waiting[], limit: number): number[][] => {
  const isBusy = (person: number) => rows.some((row) => row.person === person && row.state === "sending");
  const due = headsOf(rows)
    .filter(({ person, index }) => !isBusy(person) && rows[index]?.isDue && rows[index]?.isAlive)
    .sort((a, b) => rankOf(a.lane) - rankOf(b.lane) || a.index - b.index)
    .slice(0, limit);
  const firsts = due.filter(({ person }, i) => due.findIndex((head) => head.person === person) === i);
  const together = ({ person, lane, index }: Head): number[] =>
    !alertLanes.some((alerts) => alerts === lane)
      ? [index]
      : [...rows.keys()].filter((i) => {
          const row = rows[i] as Waiting;
          const fits = takenTogether[lane].includes(row.lane) && row.person === person;
          return fits && row.state === "pending" && row.isAlive;
        });
  return firsts.map(together);
};

const waiting: fc.Arbitrary<Waiting> = fc.record({
  person: fc.nat({ max: people.length - 1 }),
  lane: fc.constantFrom(...lanes),
  state: fc.constantFrom("pending", "pending", "pending", "sending", "sent"),
  isDue: fc.boolean(),
  isAlive: fc.boolean(),
});

test("a claim takes one message for each due person who has none under way, the most urgent and oldest first", () =>
  withDatabase(async ({ db }) => {
    const store = createDeliveryStore(db);
    await fc.assert(
      fc.asyncProperty(
        fc.array(waiting, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, limit) => {
          await db.delete(table);
          await db.delete(laneTable);
          await db.delete(chatPace);
          const ids = rows.map(() => newId());
          await db.insert(table).values(rows.map((row, index) => rowOf(row, index, ids)));
          const heads = headsOf(rows);
          if (heads.length > 0) await db.insert(laneTable).values(heads.map(laneOfHead));
          const { messages } = await store.claim(newId(), limit, NOW, at(10_000));
          const places = messages.map(({ deliveries }) => deliveries.map(({ id }) => ids.indexOf(id)));
          expect(places).toEqual(claimable(rows, limit));
        },
      ),
      { numRuns: 60 },
    );
  }));

test("workers that claim at once never hold two messages of one person, and together take every head", () =>
  withDatabase(async ({ db }) => {
    const store = createDeliveryStore(db);
    const rows = Array.from({ length: 40 }, (_, n): Waiting => {
      return { person: n % people.length, lane: "news", state: "pending", isDue: true, isAlive: true };
    });
    const ids = rows.map(() => newId());
    await db.insert(table).values(rows.map((row, index) => rowOf(row, index, ids)));
    await db.insert(laneTable).values(headsOf(rows).map(laneOfHead));
    const claim = () => store.claim(newId(), 2, NOW, at(10_000));
    const claims = await Promise.all([claim(), claim(), claim(), claim(), claim(), claim()]);
    const last = await store.claim(newId(), 10, NOW, at(10_000));
    const taken = [...claims, last].flatMap(({ messages }) => messages);
    expect(taken.map(({ userId }) => userId).sort()).toEqual([...people].sort());
    const takenIds = taken.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(new Set(takenIds)).toEqual(new Set(ids.slice(0, people.length)));
  }));

describe("recording an outcome", () => {
  const CHAT = 4_711;
  const orderId = newId();
  const userId = newId();
  const card = (version: number) => ({
    ...{ orderId, messageId: 100 + version, version },
    audience: "buyer" as const,
  });
  const outcomeOf = (message: ClaimedMessage, facts: Partial<Outcome> = {}): Outcome => ({
    message,
    settlements: [{ state: "sent", reason: null, telegramMessageId: 7, nextAt: null }],
    chatId: CHAT,
    card: null,
    isChatClosed: false,
    ...facts,
  });
  const news = (dedupeKey: string): NewDelivery => ({
    id: newId(),
    dedupeKey,
    class: "transactional",
    userId,
    notice: { template: "stock-low", sku: "MUG", available: 1, threshold: 5 },
    expiresAt: at(60_000),
  });
  const who: Chat = {
    ...{ userId, chatId: CHAT, state: "active", role: "customer", userVersion: 1 },
    ...{ language: "en", timezone: "UTC" },
  };
  const withChat = (
    work: (stores: {
      deliveries: ReturnType<typeof createDeliveryStore>;
      chats: ReturnType<typeof createChatStore>;
      take: () => Promise<ClaimedMessage>;
    }) => Promise<void>,
  ) =>
    withDatabase(async ({ db }) => {
      const deliveries = createDeliveryStore(db);
      const chats = createChatStore(db);
      await chats.apply(who, NOW);
      const take = async () => {
        const { messages } = await deliveries.claim(newId(), 1, NOW, at(10_000));
        const [claimed] = messages;
        if (claimed === undefined) throw new Error("nothing is due");
        return claimed;
      };
      await work({ deliveries, chats, take });
    });

  test("ends the delivery, keeps the card, and says whether more of that person waits", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1"), news("2")], NOW);
      const [first] = await deliveries.record([outcomeOf(await take(), { card: card(2) })], NOW);
      expect(first).toMatchObject({ deliveries: [{ state: "sent", telegramMessageId: 7 }], hasNext: true });
      expect(await chats.findRecipient(userId, orderId)).toEqual({
        chat: { ...who, kind: "private" },
        card: { messageId: 102, version: 2 },
        preferences: noPreferences,
      });
      expect((await chats.findRecipient(userId, newId()))?.card).toBeNull();
      expect((await chats.findRecipient(userId, null))?.card).toBeNull();
      const last = outcomeOf(await take());
      expect(await deliveries.record([last], NOW)).toMatchObject([{ hasNext: false }]);
      expect(await deliveries.find(last.message.deliveries[0]?.id ?? "")).toMatchObject({ state: "sent" });
    }));

  test("again changes nothing, and older news never moves a card back", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1"), news("2")], NOW);
      const claimed = outcomeOf(await take(), { card: card(5) });
      await deliveries.record([claimed], NOW);
      expect(await deliveries.record([claimed], NOW)).toMatchObject([{ deliveries: [] }]);
      await deliveries.record([outcomeOf(await take(), { card: card(4) })], NOW);
      expect((await chats.findRecipient(userId, orderId))?.card).toEqual({ messageId: 105, version: 5 });
    }));

  test("closes a chat that was found closed", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1")], NOW);
      const settlements = [
        { state: "failed", reason: "blocked", telegramMessageId: null, nextAt: null } as const,
      ];
      await deliveries.record([outcomeOf(await take(), { settlements, isChatClosed: true })], NOW);
      expect((await chats.findRecipient(userId, null))?.chat.state).toBe("blocked");
    }));

  test("keeps the card although somebody else has the delivery by now", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1")], NOW);
      const claimed = await take();
      const earlier = { ...claimed, claimId: newId() };
      expect(await deliveries.record([outcomeOf(earlier, { card: card(3) })], NOW)).toMatchObject([
        { deliveries: [] },
      ]);
      expect((await chats.findRecipient(userId, orderId))?.card).toEqual({ messageId: 103, version: 3 });
      expect(await deliveries.find(claimed.deliveries[0]?.id ?? "")).toMatchObject({ state: "sending" });
    }));

  test("of several messages at once gives each its own", () =>
    withChat(async ({ deliveries, take }) => {
      await deliveries.enqueue([news("1"), { ...news("2"), userId: newId() }], NOW);
      const [one, other] = [await take(), await take()];
      const waits = { state: "pending", reason: "429", telegramMessageId: null, nextAt: at(5_000) } as const;
      const recorded = await deliveries.record(
        [outcomeOf(one), outcomeOf(other, { settlements: [waits], chatId: null })],
        at(100),
      );
      expect(recorded).toMatchObject([
        { deliveries: [{ state: "sent" }], hasNext: false },
        { deliveries: [{ state: "pending", nextAt: at(5_000) }], hasNext: true },
      ]);
      for (const { deliveries: told } of recorded)
        for (const each of told) expect(await deliveries.find(each.id)).toEqual(each);
      expect(await deliveries.claim(newId(), 3, at(4_999), at(20_000))).toMatchObject({
        messages: [],
        nextAt: at(5_000),
      });
      expect((await deliveries.claim(newId(), 3, at(5_000), at(20_000))).messages).toMatchObject([
        { userId: other.userId },
      ]);
    }));
});
