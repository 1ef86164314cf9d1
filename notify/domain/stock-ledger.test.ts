import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import {
  isOwnCorrection,
  type LedgerLine,
  lastChanges,
  mayUndo,
  UNDO_MS,
  undoableBy,
  undoNote,
} from "./stock-ledger.ts";

const now = new Date("2026-03-01T12:00:00Z");
const [me, other] = [newId(), newId()];

const line = (version: number, facts: Partial<LedgerLine> = {}): LedgerLine => ({
  ...{ version, onHandDelta: 5, onHandAfter: 10, note: null, orderId: null },
  ...{ actor: { kind: "staff", id: me }, createdAt: now },
  ...facts,
});

const verdict = (lines: readonly LedgerLine[], version = 7) => {
  const given = mayUndo(lines, { version, userId: me }, now);
  return given.kind === "may" ? "may" : given.why;
};

describe("bot-8: taking a change back", () => {
  test("bot-8: who made it may, for 60 seconds, once", () => {
    const ago = (ms: number) => ({ createdAt: new Date(now.getTime() - ms) });
    expect(verdict([line(7)])).toBe("may");
    expect(verdict([line(7, ago(UNDO_MS))])).toBe("may");
    expect(verdict([line(7, ago(UNDO_MS + 1))])).toBe("too-late");
    expect(verdict([line(7, { actor: { kind: "staff", id: other } })])).toBe("somebody-else");
    expect(verdict([line(8, { note: undoNote(7), onHandDelta: -5 }), line(7)])).toBe("done-already");
    expect(verdict([line(7)], 8)).toBe("unknown");
    // A clock of inventory's that is ahead of ours takes nothing away.
    expect(verdict([line(7, ago(-5_000))])).toBe("may");
  });

  test("bot-8: what an order did, what only changed the threshold, and an undo are not taken back", () => {
    expect(verdict([line(7, { orderId: newId(), actor: { kind: "system", id: null } })])).toBe("unknown");
    expect(verdict([line(7, { onHandDelta: 0 })])).toBe("unknown");
    expect(verdict([line(7, { note: undoNote(6) }), line(6)])).toBe("unknown");
  });

  test("bot-8: the newest that may be taken back is offered, until all are, and each may be taken back once", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(me, other), { maxLength: 12 }), (actors) => {
        let lines = actors.map((id, i) => line(i + 1, { actor: { kind: "staff", id } }));
        const taken: number[] = [];
        for (let next = undoableBy(lines, me, now); next !== null; next = undoableBy(lines, me, now)) {
          taken.push(next);
          lines = [...lines, line(lines.length + 1, { note: undoNote(next), onHandDelta: -5 })];
        }
        const own = actors.flatMap((id, i) => (id === me ? [i + 1] : []));
        expect(taken).toEqual(own.toReversed());
      }),
    );
  });
});

test("bot-8: the card lists the last three changes of what is there, not what orders hold", () => {
  const lines = [1, 2, 3, 4, 5, 6].map((version) => line(version, { onHandDelta: version === 5 ? 0 : 1 }));
  expect(lastChanges(lines).map(({ version }) => version)).toEqual([6, 4, 3]);
  expect(lastChanges([])).toEqual([]);
});

test("bot-7: a correction that was asked for twice finds its own work, and nobody else's", () => {
  const asked = { version: 7, onHand: 10, userId: me };
  expect(isOwnCorrection([line(8)], asked)).toBe(true);
  for (const lines of [
    [line(9)],
    [line(8, { onHandAfter: 11 })],
    [line(8, { actor: { kind: "staff", id: other } })],
    [line(8, { orderId: newId() })],
  ])
    expect(isOwnCorrection(lines, asked)).toBe(false);
});
