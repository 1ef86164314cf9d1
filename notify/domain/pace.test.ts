import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { laneOf } from "./lane.ts";
import { type Pace, telegramPace } from "./pace.ts";

/** When messages may go, in milliseconds, for somebody who always has one. */
const greedily = ({ everyMs, aheadMs }: Pace, untilMs: number): number[] => {
  const sentAt: number[] = [];
  for (let now = 0, usedUntil = 0; now <= untilMs; now = Math.max(now, usedUntil - aheadMs)) {
    sentAt.push(now);
    usedUntil = Math.max(usedUntil, now) + everyMs;
  }
  return sentAt;
};

const mostWithin = (sentAt: readonly number[], windowMs: number): number =>
  Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + windowMs).length));

describe("Telegram's pace", () => {
  test("is never more than what was allowed in any second, and not much less over time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (perSecond) => {
        const sentAt = greedily(telegramPace(perSecond).token, 5_000);
        expect(mostWithin(sentAt, 999.999)).toBeLessThanOrEqual(perSecond);
        expect(sentAt.length).toBeGreaterThanOrEqual(Math.floor(perSecond * 0.85 * 5));
      }),
      { numRuns: 40 },
    );
  });

  test("is one a second in a chat with a burst of three, and twenty in any minute in a group", () => {
    const { chatEveryMs, groupEveryMs, chatAheadMs: aheadMs } = telegramPace(25);
    const chat = greedily({ everyMs: chatEveryMs, aheadMs }, 5_000);
    expect(chat).toEqual([0, 0, 0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    const group = greedily({ everyMs: groupEveryMs, aheadMs }, 300_000);
    expect(mostWithin(group, 60_000)).toBe(20);
  });
});

test("customers go before merchants, and of the alerts those that cost sales", () => {
  const low = { template: "stock-low", sku: "MUG", threshold: 5 } as const;
  const parked = { template: "messages-parked", queue: "q", count: 1, types: [] } as const;
  expect(laneOf("transactional", { ...low, available: 0 })).toBe("news");
  expect(laneOf("admin_alert", { ...low, available: 0 })).toBe("urgent");
  expect(laneOf("admin_alert", { ...low, available: 1 })).toBe("stock");
  expect(laneOf("admin_alert", { template: "stock-restocked", sku: "MUG", available: 9 })).toBe("stock");
  expect(laneOf("admin_alert", parked)).toBe("urgent");
});
