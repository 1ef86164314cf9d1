import { expect, test } from "bun:test";
import { type LedgerLine, lastAdjustment } from "./last-adjustment.ts";

const UNDO = "taken back";
const line = (changes: Partial<LedgerLine>): LedgerLine => ({
  kind: "adjustment",
  onHandDelta: -2,
  note: null,
  orderId: null,
  ...changes,
});

test("the last that was booked by hand can be taken back, whatever orders have done since", () => {
  const held = line({ kind: "reservation", onHandDelta: 0, orderId: "o1" });
  const damage = line({});
  expect(lastAdjustment([held, damage, line({ onHandDelta: 9 })], [UNDO])).toBe(damage);
});

test("not twice, and not what moved nothing or what an order brought back", () => {
  expect(lastAdjustment([line({ onHandDelta: 2, note: UNDO }), line({})], [UNDO])).toBeNull();
  expect(lastAdjustment([line({ onHandDelta: 0 })], [UNDO])).toBeNull();
  expect(lastAdjustment([line({ kind: "return", orderId: "o1" })], [UNDO])).toBeNull();
  expect(lastAdjustment([], [UNDO])).toBeNull();
});
