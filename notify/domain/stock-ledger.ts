// What a stock card reads from the ledger of a SKU: the last changes, and which of them its reader may take back.

/** One line of the ledger, as far as it is read here; `version` numbers the lines of a SKU without gaps. */
export interface LedgerLine {
  readonly version: number;
  readonly onHandDelta: number;
  readonly onHandAfter: number;
  readonly note: string | null;
  readonly actor: { readonly kind: string; readonly id: string | null };
  readonly orderId: string | null;
  readonly createdAt: Date;
}

/** A change can be taken back for so long. */
export const UNDO_MS = 60_000;

const UNDO_NOTE = /^undo of movement ([1-9][0-9]*)$/;

/** The note of a change that takes another back: so the ledger itself remembers what was undone. */
export const undoNote = (version: number): string => `undo of movement ${version}`;

/** Versions that these lines take back. */
const undoneBy = (lines: readonly LedgerLine[]): ReadonlySet<number> =>
  new Set(lines.flatMap(({ note }) => UNDO_NOTE.exec(note ?? "")?.[1] ?? []).map(Number));

/** Why a change cannot be taken back. `unknown`: it is too long ago to be among the lines, or never was. */
export type UndoRefusal = "somebody-else" | "too-late" | "done-already" | "unknown";
export type UndoVerdict =
  | { readonly kind: "may"; readonly line: LedgerLine }
  | { readonly kind: "refused"; readonly why: UndoRefusal };

const refused = (why: UndoRefusal): UndoVerdict => ({ kind: "refused", why });

/** True for a change that a person made by hand, and that takes nothing back itself. */
const isByHand = ({ actor, orderId, onHandDelta, note }: LedgerLine): boolean =>
  actor.kind === "staff" && orderId === null && onHandDelta !== 0 && !UNDO_NOTE.test(note ?? "");

/** May this person take back the change with this version? `lines` are the newest of the ledger, in any order. */
export const mayUndo = (
  lines: readonly LedgerLine[],
  { version, userId }: { readonly version: number; readonly userId: string },
  now: Date,
): UndoVerdict => {
  const line = lines.find((one) => one.version === version);
  if (line === undefined || !isByHand(line)) return refused("unknown");
  if (line.actor.id !== userId) return refused("somebody-else");
  if (undoneBy(lines).has(version)) return refused("done-already");
  return now.getTime() - line.createdAt.getTime() > UNDO_MS ? refused("too-late") : { kind: "may", line };
};

/** The newest change that this person may take back now, by its version; null where there is none. */
export const undoableBy = (lines: readonly LedgerLine[], userId: string, now: Date): number | null =>
  lines
    .toSorted((a, b) => b.version - a.version)
    .find(({ version }) => mayUndo(lines, { version, userId }, now).kind === "may")?.version ?? null;

/** Changes that a card lists. */
const SHOWN = 3;

/** The last changes of what is on hand, newest first: what was only held for an order, or let go, is none. */
export const lastChanges = (lines: readonly LedgerLine[]): LedgerLine[] =>
  lines
    .filter(({ onHandDelta }) => onHandDelta !== 0)
    .toSorted((a, b) => b.version - a.version)
    .slice(0, SHOWN);

/**
 * True where the line after `version` is this person's own correction to so many units: a correction that was asked for twice was
 * made once, and its repetition finds its own work.
 */
export const isOwnCorrection = (
  lines: readonly LedgerLine[],
  { version, onHand, userId }: { readonly version: number; readonly onHand: number; readonly userId: string },
): boolean =>
  lines.some(
    (line) =>
      line.version === version + 1 &&
      line.actor.id === userId &&
      line.orderId === null &&
      line.onHandAfter === onHand,
  );
