import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ChannelResult } from "./channel-result.ts";
import {
  afterCall,
  BREAKS_AFTER,
  classifyAnswer,
  familyOf,
  freshHealth,
  type WebhookHealth,
} from "./webhook.ts";

const start = new Date("2026-01-01T00:00:00.000Z");
const HOUR_MS = 3_600_000;
const after = (hours: number) => new Date(start.getTime() + hours * HOUR_MS);
const failed: ChannelResult = { kind: "retry", reason: "HTTP 502", afterSeconds: null };
const failing = (times: number, everyHours: number): WebhookHealth =>
  Array.from({ length: times }).reduce<WebhookHealth>(
    (health, _, n) => afterCall(health, failed, after(n * everyHours)),
    freshHealth,
  );

describe("how a webhook does", () => {
  test("twenty failures in a row that began a day ago switch it off; neither alone does", () => {
    expect(failing(25, 1)).toMatchObject({ active: false, offReason: "failing" });
    expect(failing(24, 1)).toMatchObject({ active: true, offReason: null });
    expect(failing(19, 48).active).toBe(true);
    expect(failing(500, 0.001).active).toBe(true);
  });

  test("a success begins the count anew", () => {
    const mended = afterCall(failing(24, 1), { kind: "sent" }, after(24));
    expect(mended).toMatchObject({
      failures: 0,
      failingSince: null,
      pausedUntil: null,
      lastSuccessAt: after(24),
    });
    expect(afterCall(mended, failed, after(25))).toMatchObject({
      active: true,
      failures: 1,
      failingSince: after(25),
    });
  });

  test("it is left alone longer and longer, but for the first few failures", () => {
    const waits = Array.from({ length: 14 }, (_, n) => {
      const health = failing(n + 1, 0);
      return health.pausedUntil === null ? 0 : (health.pausedUntil.getTime() - start.getTime()) / 1_000;
    });
    expect(waits.slice(0, BREAKS_AFTER - 1)).toEqual([0, 0, 0, 0]);
    expect(waits.slice(BREAKS_AFTER - 1)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
  });

  test("what was not sent says nothing about it", () => {
    expect(afterCall(freshHealth, { kind: "suppressed", reason: "no such user" }, start)).toBe(freshHealth);
    expect(afterCall(freshHealth, { kind: "unready", reason: "auth is away" }, start)).toBe(freshHealth);
  });

  test("it is left alone for as long as it asks, six hours at most", () => {
    const asking = (afterSeconds: number) =>
      afterCall(freshHealth, { kind: "retry", reason: "HTTP 503", afterSeconds }, start).pausedUntil;
    expect([60, 999_999_999].map(asking)).toEqual([after(1 / 60), after(6)]);
  });

  test("it goes off at once on 410, for whatever happened before, and nothing else does that within a day", () => {
    const results: fc.Arbitrary<ChannelResult> = fc.constantFrom(
      failed,
      { kind: "sent" } as const,
      { kind: "unknown", reason: "no answer" } as const,
      { kind: "retry", reason: "HTTP 429", afterSeconds: 60 } as const,
    );
    fc.assert(
      fc.property(fc.array(results, { maxLength: 100 }), (history) => {
        const now = after(23);
        const health = history.reduce<WebhookHealth>(
          (one, result) => afterCall(one, result, now),
          freshHealth,
        );
        expect(health.active).toBe(true);
        const gone = afterCall(health, { kind: "gone", reason: "HTTP 410" }, now);
        expect([gone.active, gone.offReason]).toEqual([false, "gone"]);
      }),
    );
  });
});

describe("what a receiver answers", () => {
  const answers: readonly [number, number | null, ChannelResult][] = [
    [200, null, { kind: "sent" }],
    [204, 5, { kind: "sent" }],
    [301, null, { kind: "retry", reason: "HTTP 301", afterSeconds: null }],
    [400, 5, { kind: "retry", reason: "HTTP 400", afterSeconds: null }],
    [410, null, { kind: "gone", reason: "HTTP 410" }],
    [429, 7, { kind: "retry", reason: "HTTP 429", afterSeconds: 7 }],
    [500, 7, { kind: "retry", reason: "HTTP 500", afterSeconds: null }],
    [503, 9, { kind: "retry", reason: "HTTP 503", afterSeconds: 9 }],
  ];
  for (const [status, retryAfter, result] of answers)
    test(`${status}: ${result.kind}`, () => expect(classifyAnswer(status, retryAfter)).toEqual(result));
});

test("a family is what stands before the first dot", () => {
  expect(["order.status-changed", "stock.low"].map(familyOf)).toEqual(["order.*", "stock.*"]);
});
