import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import type { Delivery } from "../domain/delivery.ts";
import { notifyMigrations } from "../service.ts";
import type { NewDelivery, Outcome } from "../usecases/ports.ts";
import { createChatStore } from "./chat-store.ts";
import { createDeliveryStore } from "./delivery-store.ts";
import { delivery as table } from "./schema.ts";

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
  readonly class: "transactional" | "admin_alert";
  readonly state: "pending" | "sending" | "sent";
  readonly isDue: boolean;
  readonly isAlive: boolean;
}

const people = Array.from({ length: 5 }, () => newId());

const rowOf = (row: Waiting, index: number, ids: readonly string[]) => ({
  id: ids[index] as string,
  dedupeKey: `${index}`,
  class: row.class,
  userId: people[row.person] as string,
  notice: { template: "stock-low", sku: "MUG", available: 1, threshold: 5 } as const,
  state: row.state,
  sendDeadline: row.state === "sending" ? at(10_000) : null,
  nextAt: at(row.isDue ? 0 : 1),
  expiresAt: at(row.isAlive ? 1 : 0),
  createdAt: NOW,
  updatedAt: NOW,
});

/** Which rows, by their place in the order of arrival, a claim may take. */
const claimable = (rows: readonly Waiting[], limit: number): number[] => {
  const mayGo = (row: Waiting, index: number) =>
    row.state === "pending" &&
    row.isDue &&
    row.isAlive &&
    !rows.some(
      (other, place) =>
        other.person === row.person &&
        (other.state === "sending" || (other.state === "pending" && place < index)),
    );
  const isAlert = (index: number) => Number(rows[index]?.class === "admin_alert");
  return [...rows.keys()]
    .filter((index) => mayGo(rows[index] as Waiting, index))
    .sort((a, b) => isAlert(a) - isAlert(b) || a - b)
    .slice(0, limit);
};

const waiting: fc.Arbitrary<Waiting> = fc.record({
  person: fc.nat({ max: people.length - 1 }),
  class: fc.constantFrom("transactional", "admin_alert"),
  state: fc.constantFrom("pending", "pending", "pending", "sending", "sent"),
  isDue: fc.boolean(),
  isAlive: fc.boolean(),
});

test("a claim takes the due heads of the people who have none under way, alerts last, oldest first", () =>
  withDatabase(async ({ db }) => {
    const store = createDeliveryStore(db);
    await fc.assert(
      fc.asyncProperty(
        fc.array(waiting, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, limit) => {
          await db.delete(table);
          const ids = rows.map(() => newId());
          await db.insert(table).values(rows.map((row, index) => rowOf(row, index, ids)));
          const claimed = await store.claim(newId(), limit, NOW, at(10_000));
          const places = claimed.map(({ id }) => ids.indexOf(id)).sort((a, b) => a - b);
          expect(places).toEqual(claimable(rows, limit).sort((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  }));

test("workers that claim at once never hold two of one person, and together take every head", () =>
  withDatabase(async ({ db }) => {
    const store = createDeliveryStore(db);
    const rows = Array.from({ length: 40 }, (_, n): Waiting => {
      const kind = n % 3 === 0 ? "admin_alert" : "transactional";
      return { person: n % people.length, class: kind, state: "pending", isDue: true, isAlive: true };
    });
    const ids = rows.map(() => newId());
    await db.insert(table).values(rows.map((row, index) => rowOf(row, index, ids)));
    const claim = () => store.claim(newId(), 2, NOW, at(10_000));
    const claims = await Promise.all([claim(), claim(), claim(), claim(), claim(), claim()]);
    const taken = [...claims.flat(), ...(await store.claim(newId(), 10, NOW, at(10_000)))];
    expect(taken.map(({ userId }) => userId).sort()).toEqual([...people].sort());
    expect(new Set(taken.map(({ id }) => id))).toEqual(new Set(ids.slice(0, people.length)));
  }));

describe("recording an outcome", () => {
  const CHAT = 4_711;
  const orderId = newId();
  const userId = newId();
  const card = (version: number) => ({ orderId, messageId: 100 + version, version });
  const outcomeOf = (facts: Partial<Outcome>): Outcome => ({
    settlement: { state: "sent", reason: null, telegramMessageId: 7, nextAt: null },
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
  const withChat = (
    work: (stores: {
      deliveries: ReturnType<typeof createDeliveryStore>;
      chats: ReturnType<typeof createChatStore>;
      take: () => Promise<Delivery>;
    }) => Promise<void>,
  ) =>
    withDatabase(async ({ db }) => {
      const deliveries = createDeliveryStore(db);
      const chats = createChatStore(db);
      const who = { userId, chatId: CHAT, state: "active", language: "en" } as const;
      await chats.apply({ ...who, role: "customer", userVersion: 1 }, NOW);
      const take = async () => {
        const [claimed] = await deliveries.claim(newId(), 1, NOW, at(10_000));
        if (claimed === undefined) throw new Error("nothing is due");
        return claimed;
      };
      await work({ deliveries, chats, take });
    });

  test("ends the delivery, keeps the card, and says whether more of that person waits", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1"), news("2")], NOW);
      const first = await deliveries.record(await take(), outcomeOf({ card: card(2) }), NOW);
      expect(first).toMatchObject({ delivery: { state: "sent", telegramMessageId: 7 }, hasNext: true });
      expect(await chats.findRecipient(userId, orderId)).toEqual({
        chat: { userId, chatId: CHAT, state: "active", language: "en", role: "customer", userVersion: 1 },
        card: { messageId: 102, version: 2 },
      });
      expect((await chats.findRecipient(userId, newId()))?.card).toBeNull();
      expect((await chats.findRecipient(userId, null))?.card).toBeNull();
      expect(await deliveries.record(await take(), outcomeOf({}), NOW)).toMatchObject({ hasNext: false });
    }));

  test("again changes nothing, and older news never moves a card back", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1"), news("2")], NOW);
      const claimed = await take();
      await deliveries.record(claimed, outcomeOf({ card: card(5) }), NOW);
      expect(await deliveries.record(claimed, outcomeOf({ card: card(5) }), NOW)).toBeNull();
      await deliveries.record(await take(), outcomeOf({ card: card(4) }), NOW);
      expect((await chats.findRecipient(userId, orderId))?.card).toEqual({ messageId: 105, version: 5 });
    }));

  test("closes a chat that was found closed", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1")], NOW);
      const settlement = {
        state: "failed",
        reason: "blocked",
        telegramMessageId: null,
        nextAt: null,
      } as const;
      await deliveries.record(await take(), outcomeOf({ settlement, isChatClosed: true }), NOW);
      expect((await chats.findRecipient(userId, null))?.chat.state).toBe("blocked");
    }));

  test("keeps the card although somebody else has the delivery by now", () =>
    withChat(async ({ deliveries, chats, take }) => {
      await deliveries.enqueue([news("1")], NOW);
      const claimed = await take();
      const earlier = { ...claimed, attempts: claimed.attempts - 1 };
      expect(await deliveries.record(earlier, outcomeOf({ card: card(3) }), NOW)).toBeNull();
      expect((await chats.findRecipient(userId, orderId))?.card).toEqual({ messageId: 103, version: 3 });
      expect(await deliveries.find(claimed.id)).toMatchObject({ state: "sending" });
    }));
});
