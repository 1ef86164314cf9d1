import { describe, expect, test } from "bun:test";
import { BROADCAST_CANCELLED, type Delivery, isRetryable, retryDelayMs, settle } from "./delivery.ts";
import type { SendResult } from "./send-result.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const delivery: Delivery = {
  id: "019a5b7e-0000-7000-8000-000000000001",
  userId: "019a5b7e-0000-7000-8000-000000000002",
  class: "transactional",
  channel: "telegram",
  notice: { template: "stock-low", sku: "MUG", available: 1, threshold: 5 },
  state: "sending",
  attempts: 3,
  telegramMessageId: null,
  reason: null,
  nextAt: now,
  expiresAt: inSeconds(3600),
  createdAt: now,
  updatedAt: now,
};

const table: readonly [string, SendResult, boolean, string, Date | null][] = [
  ["sent", { kind: "sent", messageId: 7 }, false, "sent", null],
  ["an edit that changes nothing is as good as sent", { kind: "not-modified" }, true, "sent", null],
  ["not reached: again in 4 s", { kind: "retry", reason: "ECONNREFUSED" }, false, "pending", inSeconds(4)],
  ["a flood is waited for", { kind: "wait", seconds: 30, reason: "429" }, false, "pending", inSeconds(30)],
  ["a flood longer than its life", { kind: "wait", seconds: 4000, reason: "429" }, false, "expired", null],
  [
    "a message of unknown outcome stays unknown",
    { kind: "unknown", reason: "ECONNRESET" },
    false,
    "unknown",
    null,
  ],
  [
    "an edit of unknown outcome is repeated",
    { kind: "unknown", reason: "ECONNRESET" },
    true,
    "pending",
    inSeconds(4),
  ],
  ["blocked", { kind: "unreachable", reason: "403" }, false, "failed", null],
  ["refused", { kind: "refused", reason: "400" }, false, "failed", null],
  ["broken markup", { kind: "unparsable", reason: "400" }, false, "failed", null],
];

describe("what a result means for a delivery", () => {
  test.each(table)("%s", (_, result, idempotent, state, nextAt) => {
    expect(settle(delivery, result, { now, idempotent })).toMatchObject({ state, nextAt });
  });

  test("retries wait 1 s, doubling to 60 s", () => {
    expect([1, 2, 3, 6, 7, 8, 1000].map(retryDelayMs)).toEqual([
      1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  test("what was sent or is under way cannot be sent again", () => {
    const may = (state: Delivery["state"]) => isRetryable({ state, reason: null });
    expect((["pending", "sending", "sent"] as const).map(may)).toEqual([false, false, false]);
    expect((["failed", "unknown", "suppressed", "expired"] as const).every(may)).toBe(true);
    expect(isRetryable({ state: "suppressed", reason: BROADCAST_CANCELLED })).toBe(false);
  });
});
