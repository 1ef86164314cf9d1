import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import type { Notice } from "../domain/notice.ts";
import { noPreferences } from "../domain/preferences.ts";
import type { SendResult } from "../domain/send-result.ts";
import type { ClaimedMessage, Outcome } from "./delivery-ports.ts";
import { sendDelivery } from "./send-delivery.ts";

const OLD = -100;
const NEW = -1_000_000_000_200;

test("notify-25: what finds a group migrated goes once more, to where it is, and its card is known there", async () => {
  const clock = fakeClock();
  const now = clock.now();
  const userId = newId();
  const notice: Notice = { template: "staff-card", orderId: newId(), number: "K-1", version: 3 };
  const chat = { userId, kind: "group", chatId: OLD, state: "active", language: "en" } as const;
  const message: ClaimedMessage = {
    ...{ claimId: newId(), userId, lane: "news" },
    deliveries: [
      {
        ...{ id: newId(), userId, class: "transactional", channel: "telegram", notice, state: "sending" },
        ...{
          attempts: 1,
          telegramMessageId: null,
          reason: null,
          nextAt: now,
          createdAt: now,
          updatedAt: now,
        },
        expiresAt: new Date(now.getTime() + 60_000),
      },
    ],
    recipient: {
      chat: { ...chat, timezone: "UTC", role: "customer", userVersion: 1 },
      card: { messageId: 7, version: 2 },
      preferences: noPreferences,
    },
  };
  const did: unknown[] = [];
  const answer = (chatId: number): SendResult =>
    chatId === OLD ? { kind: "migrated", chatId: NEW, reason: "upgraded" } : { kind: "sent", messageId: 1 };
  const outcomes: Outcome[] = [];
  const send = sendDelivery({
    clock,
    chats: {
      findRecipient: async () => null,
      apply: async () => undefined,
      moveChat: async (from, to) => void did.push(["moved", from, to]),
    },
    auth: { findUser: async () => null },
    messenger: {
      async sendNotice({ chatId }) {
        did.push(["sent", chatId]);
        return answer(chatId);
      },
      async editNotice({ chatId }) {
        did.push(["edited", chatId]);
        return answer(chatId);
      },
      sendDigest: async () => ({ kind: "refused", reason: "not asked for" }),
      retireCard: async () => undefined,
    },
    pace: { flooded: async () => undefined },
    fillCards: async (filled) => ({ kind: "filled", message: filled }),
    loseGroup: async () => void did.push(["lost"]),
    async record(outcomeAt) {
      outcomes.push(outcomeAt(now));
      return { deliveries: [], hasNext: false };
    },
  });
  await send(message);
  expect(did).toEqual([
    ["edited", OLD],
    ["moved", OLD, NEW],
    ["sent", NEW],
  ]);
  expect(outcomes).toMatchObject([
    { chatId: NEW, card: { messageId: 1, version: 3, audience: "staff" }, settlements: [{ state: "sent" }] },
  ]);
});
