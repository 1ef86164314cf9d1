import { describe, expect, test } from "bun:test";
import type { ScheduledKey } from "../../auth/domain/key-schedule.ts";
import { rotationText } from "./report.ts";

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
const key = (kid: string, more: Partial<ScheduledKey>): ScheduledKey => ({
  ...{ kid, standing: "signing", signsFrom: at(1), signsUntil: null, goesAt: null },
  ...more,
});

describe("what people are told of keys", () => {
  test("is a line a key, with the times that matter, and none of those that are over", () => {
    const keys = [
      key("a", { standing: "gone" }),
      key("b", { standing: "revoked", signsUntil: at(2) }),
      key("c", { standing: "leaving", signsUntil: at(3), goesAt: at(4) }),
      key("d", { standing: "signing", signsUntil: at(5) }),
      key("e", { standing: "upcoming", signsFrom: at(5) }),
    ];
    expect(rotationText(keys, { did: "rotated", isCarriedOut: true }, "X").split("\n")).toEqual([
      "Another key follows the one that signs.",
      "Keys in X:",
      "  b  was dropped at 2026-01-01 02:00:00 UTC",
      "  c  signs no more; its last token ends by 2026-01-01 04:00:00 UTC",
      "  d  signs until 2026-01-01 05:00:00 UTC",
      "  e  is published, signs from 2026-01-01 05:00:00 UTC",
    ]);
  });

  test("says what is still to come, and what a dropped key means", () => {
    expect(rotationText([key("a", {})], { did: "rotated", isCarriedOut: false }, "X")).toContain(
      "No auth has taken it up yet",
    );
    const dropped = rotationText([], { did: "revoked", kid: "a", isCarriedOut: false }, "X");
    expect(dropped).toContain("its tokens are refused within 10 seconds");
    expect(dropped).toContain("There is no key that signs. No auth has taken it up yet");
    expect(rotationText([], { did: "looked" }, "X")).toBe(
      "There is no key yet: auth makes the first when it starts.",
    );
  });
});
