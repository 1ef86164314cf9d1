import { describe, expect, test } from "bun:test";
import { decideRefresh, type RefreshState } from "./refresh.ts";

const now = new Date("2026-01-01T12:00:00Z");
const LONG_AGO = new Date("2025-12-01T00:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const fresh: RefreshState = {
  sessionRevoked: false,
  sessionExpiresAt: new Date("2026-02-01T00:00:00Z"),
  userActive: true,
  usedAt: null,
  successorUsedAt: null,
};

describe("a refresh token that is shown", () => {
  const cases: readonly [string, Partial<RefreshState>, string][] = [
    ["for the first time is rotated", {}, "rotate"],
    ["again at once gets the same successor", { usedAt: now }, "repeat"],
    ["again after ten seconds gets it too", { usedAt: ago(10_000) }, "repeat"],
    ["again later is reuse", { usedAt: ago(10_001) }, "reuse"],
    ["again although its successor has been used is reuse", { usedAt: now, successorUsedAt: now }, "reuse"],
    ["after its session was ended is refused", { sessionRevoked: true }, "refuse"],
    ["again after its session was ended is refused", { sessionRevoked: true, usedAt: ago(60_000) }, "refuse"],
    ["at the end of its session is refused", { sessionExpiresAt: now }, "refuse"],
    ["by somebody who is blocked is refused", { userActive: false }, "refuse"],
  ];
  for (const [name, state, expected] of cases) {
    test(name, () =>
      expect<string>(decideRefresh({ ...fresh, ...state }, { now, answeringSince: LONG_AGO })).toBe(expected),
    );
  }
});

describe("a refresh token whose answer may have been lost in an outage of ours", () => {
  const cases: readonly [string, Date, Date, string][] = [
    ["gets the same successor for ten seconds after it", ago(40_000), ago(10_000), "repeat"],
    ["is reuse later than that", ago(40_000), ago(10_001), "reuse"],
    ["gets it where the outage lasted a minute", ago(60_000), now, "repeat"],
    ["is reuse where it was used longer before the end of the outage", ago(60_001), now, "reuse"],
    ["has its ordinary grace where it was used after the outage", ago(10_000), ago(10_001), "repeat"],
  ];
  for (const [name, usedAt, answeringSince, expected] of cases) {
    test(name, () =>
      expect<string>(decideRefresh({ ...fresh, usedAt }, { now, answeringSince })).toBe(expected),
    );
  }

  test("is reuse all the same once its successor has been used", () => {
    const used = { ...fresh, usedAt: ago(40_000), successorUsedAt: ago(39_000) };
    expect(decideRefresh(used, { now, answeringSince: now })).toBe("reuse");
  });
});
