import type { Schemas } from "../../../../client/index.ts";

export type LedgerLine = Pick<Schemas["Movement"], "kind" | "onHandDelta" | "note" | "orderId">;

/** What people book; what orders do is undone by what becomes of the order. */
const BY_PEOPLE: ReadonlySet<LedgerLine["kind"]> = new Set(["receipt", "return", "correction", "adjustment"]);

/** The last that somebody has booked by hand, to be taken back; null where there is none, or where that is done already. */
export const lastAdjustment = <Line extends LedgerLine>(
  movements: readonly Line[],
  undoNotes: readonly string[],
): Line | null => {
  const last = movements.find(({ kind, orderId }) => BY_PEOPLE.has(kind) && orderId === null);
  if (last === undefined || last.onHandDelta === 0) return null;
  return undoNotes.includes(last.note ?? "") ? null : last;
};
