import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import type { Settlement } from "../domain/delivery.ts";
import type { Notice } from "../domain/notice.ts";
import type { OrderAlertNotice } from "../domain/order-notice.ts";
import { type Paces, telegramPace } from "../domain/pace.ts";
import { notifyMigrations } from "../service.ts";
import { createChatStore } from "../store/chat-store.ts";
import { createDeliveryStore } from "../store/delivery-store.ts";
import { createLaneKeeper } from "../store/lane-rows.ts";
import { createPaceStore } from "../store/pace-store.ts";
import type { ClaimedMessage, NewDelivery, Outcome } from "../usecases/delivery-ports.ts";

const BOT = "7000000001";
const CLAIM_MS = 10_000;
const LIFE_MS = 24 * 3_600_000;

export const orderAlert = (number: string, facts: Partial<OrderAlertNotice> = {}): OrderAlertNotice => ({
  template: "order-alert",
  orderId: newId(),
  number,
  status: "confirmed",
  pieces: 1,
  total: { amountMinor: 1_000, currency: "USD" },
  reason: null,
  ...facts,
});

export const sentAs = (telegramMessageId: number): Settlement => ({
  state: "sent",
  reason: null,
  telegramMessageId,
  nextAt: null,
});

/** What came of a message, the same for all of its deliveries. */
export const outcomeOf = (message: ClaimedMessage, settlement: Settlement): Outcome => ({
  message,
  settlements: message.deliveries.map(() => settlement),
  chatId: message.recipient?.chat.chatId ?? null,
  card: null,
  isChatClosed: false,
});

/** The store of deliveries under a clock that stands still until told otherwise; every method of it takes that time. */
export const openStore = async ({ paces = telegramPace(25) as Paces } = {}) => {
  const database = await testDatabase({ name: "notify", migrations: notifyMigrations });
  const clock = fakeClock();
  const { db } = database;
  const deliveries = createDeliveryStore(db, { botId: BOT, paces });
  const pace = createPaceStore(db, BOT, paces);
  await pace.open(clock.now());
  const chats = createChatStore(db);
  let nextChat = 1_000;

  const rowOf = (userId: string, notice: Notice, deliveryClass: NewDelivery["class"]): NewDelivery => ({
    id: newId(),
    dedupeKey: newId(),
    class: deliveryClass,
    userId,
    notice,
    expiresAt: new Date(clock.now().getTime() + LIFE_MS),
  });

  return {
    ...{ database, db, clock, deliveries, pace, chats, lanes: createLaneKeeper(database) },
    /** A person with a chat; a group has a negative id. */
    async person(kind: "private" | "group" = "private") {
      const [userId, chatId] = [newId(), nextChat++ * (kind === "group" ? -1 : 1)];
      const chat = {
        userId,
        chatId,
        state: "active",
        language: "en",
        timezone: "UTC",
        role: "customer",
        userVersion: 1,
      } as const;
      await chats.apply(chat, clock.now());
      return { userId, chatId };
    },
    enqueue: (
      userId: string,
      notices: readonly Notice[],
      deliveryClass: NewDelivery["class"] = "admin_alert",
    ) =>
      database.transaction((tx) =>
        createDeliveryStore(tx).enqueue(
          notices.map((notice) => rowOf(userId, notice, deliveryClass)),
          clock.now(),
        ),
      ),
    claim: (slots = 3) =>
      deliveries.claim(newId(), slots, clock.now(), new Date(clock.now().getTime() + CLAIM_MS)),
    sent: (messages: readonly ClaimedMessage[]) =>
      deliveries.record(
        messages.map((message) => outcomeOf(message, sentAs(1))),
        clock.now(),
      ),
    close: () => database.drop(),
  };
};
