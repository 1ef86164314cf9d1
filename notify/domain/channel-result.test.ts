import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type ChannelResult, persistence, settleOther } from "./channel-result.ts";
import type { Delivery } from "./delivery.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const DAY_MS = 86_400_000;
const delivery: Delivery = {
  ...{ id: "0190a000-0000-7000-8000-000000000001", userId: "0190a000-0000-7000-8000-000000000002" },
  ...{ class: "transactional", channel: "webhook", state: "sending", attempts: 1 },
  notice: { template: "back-in-stock", sku: "MUG", version: 1 },
  ...{ telegramMessageId: null, reason: null, nextAt: now, createdAt: now, updatedAt: now },
  expiresAt: new Date(now.getTime() + DAY_MS),
};
const settled = (
  channel: "email" | "webhook",
  result: ChannelResult,
  facts: Partial<Delivery> = {},
  random = 0.5,
) => settleOther({ ...delivery, ...facts }, channel, result, { now, random });
const retry = (afterSeconds: number | null = null): ChannelResult => ({
  kind: "retry",
  reason: "x",
  afterSeconds,
});
const waitOf = (settlement: { readonly nextAt: Date | null }) =>
  (settlement.nextAt?.getTime() ?? 0) - now.getTime();

describe("what a result means beside the bot", () => {
  const ends: readonly ["email" | "webhook", ChannelResult, string][] = [
    ["email", { kind: "sent" }, "sent"],
    ["email", { kind: "refused", reason: "x" }, "failed"],
    ["email", { kind: "gone", reason: "x" }, "failed"],
    ["email", { kind: "suppressed", reason: "x" }, "suppressed"],
    ["email", { kind: "unknown", reason: "x" }, "unknown"],
    ["email", retry(), "pending"],
    ["webhook", { kind: "unknown", reason: "x" }, "pending"],
    ["webhook", { kind: "gone", reason: "x" }, "failed"],
    ["email", { kind: "unready", reason: "x" }, "pending"],
    ["webhook", { kind: "unready", reason: "x" }, "pending"],
  ];
  for (const [channel, result, state] of ends)
    test(`${channel}, ${result.kind}: ${state}`, () =>
      expect(settled(channel, result).state).toBe(state as "sent"));

  test("a receiver that says when is believed, up to six hours", () => {
    expect(waitOf(settled("webhook", retry(120)))).toBe(120_000);
    expect(waitOf(settled("webhook", retry(30 * 86_400)))).toBe(6 * 3_600_000);
  });

  test("no wait outlasts the life of the message, and the tries are counted", () => {
    const soon = new Date(now.getTime() + 500);
    expect(settled("webhook", retry(5), { expiresAt: soon }).state).toBe("expired");
    expect(settled("webhook", retry(), { attempts: persistence.webhook.attemptsMax }).state).toBe("failed");
  });

  test("waits are between half of their bound and the bound, for however many tries and whatever chance", () => {
    const tries = fc.integer({ min: 1, max: persistence.webhook.attemptsMax - 1 });
    fc.assert(
      fc.property(tries, fc.double({ min: 0, max: 0.999999, noNaN: true }), (attempts, random) => {
        const bound = Math.min(3_600_000, 1_000 * 2 ** (attempts - 1));
        const waited = waitOf(settled("webhook", retry(), { attempts }, random));
        expect(waited).toBeGreaterThanOrEqual(Math.floor(bound / 2));
        expect(waited).toBeLessThanOrEqual(bound);
      }),
    );
  });

  test("a dead receiver is tried for as long as the message lives", () => {
    const spent = Array.from({ length: persistence.webhook.attemptsMax - 1 }, (_, n) =>
      waitOf(settled("webhook", retry(), { attempts: n + 1 }, 0)),
    ).reduce((sum, wait) => sum + wait, 0);
    expect(spent).toBeGreaterThan(DAY_MS);
  });
});
