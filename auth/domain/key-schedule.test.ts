import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  decideKeys,
  KEY_LEAD_MS,
  type KeyChange,
  type KeyFacts,
  type KeyRecord,
  keySchedule,
  publishedKids,
  signingKeyAt,
} from "./key-schedule.ts";

const START = new Date("2026-01-01T12:00:00.000Z");
const at = (ms: number): Date => new Date(START.getTime() + ms);
const LIFE_SECONDS = 3_600;
/** Two minutes for slow instances beside the life of the last token. */
const GOES_AFTER_MS = LIFE_SECONDS * 1000 + 120_000;

const key = (kid: string, signsFromMs: number, more: Partial<KeyRecord> = {}): KeyRecord => ({
  kid,
  signsFrom: at(signsFromMs),
  createdAt: at(Math.min(signsFromMs, signsFromMs - KEY_LEAD_MS)),
  revokedAt: null,
  successorWantedAt: null,
  tokenLifeSeconds: LIFE_SECONDS,
  hasPrivateHalf: true,
  ...more,
});
const facts = (ms: number, more: Partial<KeyFacts> = {}): KeyFacts => ({
  now: at(ms),
  configuredKid: "a",
  tokenLifeSeconds: LIFE_SECONDS,
  canOpen: () => true,
  ...more,
});
const standings = (keys: readonly KeyRecord[], ms: number) =>
  keySchedule(keys, at(ms))
    .map(({ kid, standing }) => `${kid} ${standing}`)
    .join(", ");

describe("a rotation", () => {
  const keys = [key("a", 0, { successorWantedAt: at(1) }), key("b", KEY_LEAD_MS)];

  test("publishes the new key before it signs, and the old one until its last token has ended", () => {
    expect(standings(keys, 1)).toBe("a signing, b upcoming");
    expect(standings(keys, KEY_LEAD_MS - 1)).toBe("a signing, b upcoming");
    expect(standings(keys, KEY_LEAD_MS)).toBe("a leaving, b signing");
    expect(standings(keys, KEY_LEAD_MS + GOES_AFTER_MS - 1)).toBe("a leaving, b signing");
    expect(standings(keys, KEY_LEAD_MS + GOES_AFTER_MS)).toBe("a gone, b signing");
    expect(publishedKids(keys, at(1), 9)).toEqual(["a", "b"]);
    expect(publishedKids(keys, at(KEY_LEAD_MS + GOES_AFTER_MS), 9)).toEqual(["b"]);
  });

  test("says from the beginning when each key goes", () => {
    expect(keySchedule(keys, at(1))).toMatchObject([
      { signsUntil: at(KEY_LEAD_MS), goesAt: at(KEY_LEAD_MS + GOES_AFTER_MS) },
      { signsFrom: at(KEY_LEAD_MS), signsUntil: null, goesAt: null },
    ]);
  });

  test("is wanted once and happens once", () => {
    const [wanted = key("a", 0)] = keys;
    expect(decideKeys([wanted], facts(1))).toEqual([
      { change: "add", key: "new", signsFrom: at(1 + KEY_LEAD_MS) },
    ]);
    for (const ms of [1, KEY_LEAD_MS - 1, KEY_LEAD_MS, KEY_LEAD_MS + 60_000])
      expect(decideKeys(keys, facts(ms))).toEqual([]);
  });

  test("ends with the old private half forgotten, two minutes after it has signed last", () => {
    const ms = KEY_LEAD_MS + 120_001;
    expect(decideKeys(keys, facts(ms))).toEqual([{ change: "forget-private-half", kid: "a" }]);
    const forgotten = keys.map((one) => ({ ...one, hasPrivateHalf: one.kid !== "a" }));
    expect(decideKeys(forgotten, facts(ms))).toEqual([]);
  });
});

describe("a key that was dropped", () => {
  test("while it signed is followed at once, and the one before it does not sign again", () => {
    const keys = [key("a", 0), key("b", 10), key("c", 20, { revokedAt: at(50) })];
    expect(signingKeyAt(keys, at(60))).toBe(null);
    expect(decideKeys(keys, facts(60))).toContainEqual({ change: "add", key: "new", signsFrom: at(60) });
    expect(publishedKids(keys, at(60), 9)).toEqual(["a", "b"]);
  });

  test("before its turn took over from nobody", () => {
    const keys = [key("a", 0), key("b", 100, { revokedAt: at(50) })];
    expect(standings(keys, 200)).toBe("a signing, b revoked");
    expect(keySchedule(keys, at(200))[0]).toMatchObject({ signsUntil: null, goesAt: null });
  });

  test("after its turn leaves the others as they are", () => {
    const keys = [key("a", 0, { revokedAt: at(50), hasPrivateHalf: false }), key("b", 10)];
    expect(standings(keys, 60)).toBe("a revoked, b signing");
    expect(decideKeys(keys, facts(60))).toEqual([]);
  });

  test("is not replaced twice by instances whose clocks differ", () => {
    const keys = [key("a", 0, { revokedAt: at(50), hasPrivateHalf: false }), key("b", 20_000)];
    expect(signingKeyAt(keys, at(100))?.kid).toBe("b");
    expect(decideKeys(keys, facts(100))).toEqual([]);
  });
});

describe("the key of the configuration", () => {
  test("is the first", () => {
    expect(decideKeys([], facts(5))).toEqual([{ change: "add", key: "configured", signsFrom: at(5) }]);
  });

  test("is one that follows, where it was replaced", () => {
    expect(decideKeys([key("a", 0)], facts(5, { configuredKid: "b" }))).toEqual([
      { change: "add", key: "configured", signsFrom: at(5 + KEY_LEAD_MS) },
    ]);
  });

  test("signs at once where there is nothing else to sign with", () => {
    const replaced = { configuredKid: "b", canOpen: () => false };
    expect(decideKeys([key("a", 0)], facts(5, replaced))).toEqual([
      { change: "add", key: "configured", signsFrom: at(5) },
    ]);
  });

  test("never comes back", () => {
    const gone = [key("a", 0, { hasPrivateHalf: false }), key("b", 10)];
    expect(decideKeys(gone, facts(GOES_AFTER_MS * 2))).toEqual([]);
    const dropped = [key("a", 0, { revokedAt: at(1), hasPrivateHalf: false })];
    expect(decideKeys(dropped, facts(9))).toEqual([{ change: "add", key: "new", signsFrom: at(9) }]);
  });

  test("is sealed again where the secret was replaced", () => {
    expect(decideKeys([key("a", 0)], facts(5, { canOpen: () => false }))).toEqual([
      { change: "seal-again", kid: "a" },
    ]);
  });
});

test("a key remembers the longest life of a token, so that a shorter one later ends no token early", () => {
  const longer = facts(5, { tokenLifeSeconds: LIFE_SECONDS * 2 });
  expect(decideKeys([key("a", 0)], longer)).toEqual([
    { change: "lengthen", kid: "a", tokenLifeSeconds: LIFE_SECONDS * 2 },
  ]);
  expect(decideKeys([key("a", 0)], facts(5, { tokenLifeSeconds: 60 }))).toEqual([]);
});

/** What the store does with the changes. */
const applied = (keys: readonly KeyRecord[], changes: readonly KeyChange[], now: Date): KeyRecord[] => {
  const next = keys.map((one) => {
    const forget = changes.some(
      (change) => change.change === "forget-private-half" && change.kid === one.kid,
    );
    return forget ? { ...one, hasPrivateHalf: false } : one;
  });
  for (const change of changes) {
    if (change.change !== "add") continue;
    const kid = change.key === "configured" ? "a" : `k${next.length}`;
    next.push(key(kid, 0, { signsFrom: change.signsFrom, createdAt: now }));
  }
  return next;
};

type Step = {
  readonly waitMs: number;
  readonly does: "nothing" | "rotate" | "revoke";
  readonly which: number;
};

const stepped = (keys: readonly KeyRecord[], { does, which }: Step, now: Date): KeyRecord[] => {
  if (does === "rotate") {
    const signing = signingKeyAt(keys, now)?.kid;
    return keys.map((one) => (one.kid === signing ? { ...one, successorWantedAt: now } : one));
  }
  if (does === "revoke")
    return keys.map((one, i) =>
      i === which % keys.length && one.revokedAt === null
        ? { ...one, revokedAt: now, hasPrivateHalf: false }
        : one,
    );
  return [...keys];
};

test("whatever people do and when, something signs, it is published, and its tokens count until they end", () => {
  const step = fc.record({
    waitMs: fc.oneof(fc.nat(5_000), fc.nat(KEY_LEAD_MS * 2), fc.nat(GOES_AFTER_MS)),
    does: fc.constantFrom("nothing" as const, "rotate" as const, "revoke" as const),
    which: fc.nat(30),
  });
  const run = (steps: readonly Step[]) => {
    let keys: KeyRecord[] = [];
    let ms = 0;
    const lastSigned = new Map<string, number>();
    for (const one of steps) {
      ms += one.waitMs;
      // The key that signed until now did so until its successor's turn, whoever looks and when.
      keys = applied(keys, decideKeys(keys, facts(ms)), at(ms));
      keys = stepped(keys, one, at(ms));
      keys = applied(keys, decideKeys(keys, facts(ms)), at(ms));
      expect(decideKeys(keys, facts(ms))).toEqual([]);
      const signing = signingKeyAt(keys, at(ms));
      const published = publishedKids(keys, at(ms), 1_000);
      expect(signing?.hasPrivateHalf).toBe(true);
      expect(published).toContain(signing?.kid ?? "");
      lastSigned.set(signing?.kid ?? "", ms);
      for (const [kid, signedMs] of lastSigned) {
        const isDropped = keys.some((other) => other.kid === kid && other.revokedAt !== null);
        if (isDropped) expect(published).not.toContain(kid);
        else if (signedMs + LIFE_SECONDS * 1000 >= ms) expect(published).toContain(kid);
      }
    }
  };
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), run), { numRuns: 300 });
});
