import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Broadcast,
  type BroadcastCommand,
  type BroadcastState,
  broadcastKeyOf,
  type Draft,
  decideBroadcast,
  textIn,
  textsInAll,
} from "./broadcast.ts";
import {
  broadcastOutcomeOf,
  broadcastOutcomes,
  emptyTally,
  secondsLeft,
  type Tally,
  withDeliveries,
} from "./broadcast-tally.ts";
import { BOT_BLOCKED, BROADCAST_CANCELLED, deliveryStates, SWITCHED_OFF } from "./delivery.ts";

const now = new Date("2026-01-01T12:00:00.000Z");
const draft: Draft = {
  ...{ id: "b", version: 1, state: "draft", texts: { en: "Sale" }, audience: { languages: null } },
  ...{ createdBy: "admin", createdAt: now, updatedAt: now },
};

const commands: readonly BroadcastCommand[] = [
  { kind: "edit", texts: { ar: "تخفيضات" }, audience: { languages: ["ar"] } },
  { kind: "delete" },
  { kind: "start", by: "admin", recipients: 7 },
  { kind: "pause" },
  { kind: "resume" },
  { kind: "cancel" },
  { kind: "finish" },
];
const commandArbitrary = fc.constantFrom(...commands);
const kinds = commands.map(({ kind }) => kind);

const after = (given: Broadcast, command: BroadcastCommand): Broadcast => {
  const decision = decideBroadcast(given, command, now);
  return decision.kind === "changed" ? decision.broadcast : given;
};
const commandOf = (kind: BroadcastCommand["kind"]): BroadcastCommand =>
  commands.find((command) => command.kind === kind) ?? { kind: "pause" };
const inState: Readonly<Record<BroadcastState, Broadcast>> = {
  draft,
  running: after(draft, commandOf("start")),
  paused: after(after(draft, commandOf("start")), commandOf("pause")),
  done: after(after(draft, commandOf("start")), commandOf("finish")),
  cancelled: after(after(draft, commandOf("start")), commandOf("cancel")),
};

describe("notify-23: a broadcast", () => {
  test.each([
    ["draft", { edit: "draft", delete: "deleted", start: "running" }],
    [
      "running",
      { start: "unchanged", resume: "unchanged", pause: "paused", cancel: "cancelled", finish: "done" },
    ],
    ["paused", { pause: "unchanged", resume: "running", cancel: "cancelled" }],
    ["done", { finish: "unchanged" }],
    ["cancelled", { cancel: "unchanged" }],
  ] as const)("that is %s allows nothing but what its state does", (state, allowed) => {
    const told = kinds.map((kind) => {
      const decision = decideBroadcast(inState[state], commandOf(kind), now);
      return [kind, decision.kind === "changed" ? decision.broadcast.state : decision.kind];
    });
    expect(Object.fromEntries(told)).toEqual({
      ...Object.fromEntries(kinds.map((kind) => [kind, "refused"])),
      ...allowed,
    });
  });

  test("counts its changes, never changes what was started, and never leaves its end, whatever is asked", () => {
    const begun = ({ texts, audience }: Broadcast) => ({
      ...{ texts, audience, recipients: 7, startedBy: "admin", startedAt: now },
    });
    const isEnded = ({ state }: Broadcast) => state === "done" || state === "cancelled";
    fc.assert(
      fc.property(fc.array(commandArbitrary, { maxLength: 30 }), (asked) => {
        asked.reduce<Broadcast>((current, command) => {
          const next = after(current, command);
          expect(next.version).toBe(next === current ? current.version : current.version + 1);
          if (current.state !== "draft") expect(next).toMatchObject(begun(current));
          if (isEnded(current)) expect(next).toBe(current);
          return next;
        }, draft);
      }),
    );
  });

  test("asked the same twice is as after the first", () => {
    fc.assert(
      fc.property(fc.array(commandArbitrary, { maxLength: 10 }), commandArbitrary, (asked, command) => {
        const once = after(asked.reduce(after, draft as Broadcast), command);
        const twice = after(once, command);
        expect(twice.state).toBe(once.state);
        // An edit is a new version each time; nothing else is.
        if (command.kind !== "edit") expect(twice).toBe(once);
      }),
    );
  });

  test("says in each language what was written in it, else in the other", () => {
    expect(textsInAll({ en: "Sale" })).toEqual({ en: "Sale", ar: "Sale" });
    expect(textsInAll({ ar: "تخفيضات" })).toEqual({ en: "تخفيضات", ar: "تخفيضات" });
    expect(textsInAll({ en: "Sale", ar: "تخفيضات" })).toEqual({ en: "Sale", ar: "تخفيضات" });
    expect([textsInAll({}), textIn({}, "en")]).toEqual([null, null]);
    expect(broadcastKeyOf("b", "u")).toBe("broadcast:b:u");
  });
});

const sumOf = (tally: Tally) => broadcastOutcomes.reduce((sum, outcome) => sum + tally[outcome], 0);

describe("notify-23: the counts of a broadcast", () => {
  test.each([
    ["pending", null, "pending"],
    ["sending", null, "pending"],
    ["sent", null, "sent"],
    ["unknown", "ECONNRESET", "unknown"],
    ["expired", "too late", "expired"],
    ["failed", "Forbidden: bot was blocked by the user", "blocked"],
    ["failed", "Forbidden: user is deactivated", "blocked"],
    ["failed", "Bad Request: chat not found", "blocked"],
    ["failed", "Bad Request: message is too long", "failed"],
    ["failed", null, "failed"],
    ["suppressed", BOT_BLOCKED, "blocked"],
    ["suppressed", SWITCHED_OFF, "suppressed"],
    ["suppressed", BROADCAST_CANCELLED, "suppressed"],
  ] as const)("have %s for the reason %p as %s", (state, reason, outcome) => {
    expect(broadcastOutcomeOf(state, reason)).toBe(outcome);
  });

  test("lose and invent nobody, in whatever groups they come", () => {
    const group = fc.record({
      state: fc.constantFrom(...deliveryStates),
      reason: fc.option(fc.string()),
      count: fc.nat(100_000),
    });
    fc.assert(
      fc.property(fc.array(group), fc.array(group), (a, b) => {
        const all = withDeliveries(emptyTally, [...a, ...b]);
        expect(sumOf(all)).toBe([...a, ...b].reduce((sum, { count }) => sum + count, 0));
        expect(withDeliveries(withDeliveries(emptyTally, b), a)).toEqual(all);
      }),
    );
  });

  test("say how long it will take at the bot's pace, where it has one", () => {
    const tally = { ...emptyTally, pending: 10_000 };
    expect([secondsLeft(tally, 1_000 / 22), secondsLeft(emptyTally, 40), secondsLeft(tally, 0)]).toEqual([
      455,
      0,
      null,
    ]);
  });
});
