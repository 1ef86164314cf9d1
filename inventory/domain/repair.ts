import { type LedgerDifference, type LedgerRow, ledgerDifferences } from "./ledger.ts";
import { UNITS_MAX } from "./stock-level.ts";

/** Why the counters of a SKU are left as they are. */
export const unmendable = {
  empty: "it has no ledger at all",
  gap: "there is a gap in its ledger",
  held: "more is held for orders than its ledger has on hand",
  sum: "its ledger adds up to what cannot be on hand",
  ahead: "its version is too far ahead of its ledger",
} as const;
export type Unmendable = keyof typeof unmendable;

/** A movement that writes a repair down. Its counters afterwards are those of the repair. */
export interface RepairMovement {
  readonly reservedDelta: number;
  readonly versionAfter: number;
}

export type Repair =
  | { readonly kind: "none" }
  | { readonly kind: "left"; readonly why: Unmendable }
  | {
      readonly kind: "mend";
      /** What the level becomes. */
      readonly counters: LedgerRow["counters"];
      /** One at least; their numbers go on from the ledger's without a gap. */
      readonly movements: readonly RepairMovement[];
      /** What was found, for the ledger. */
      readonly note: string;
    };

/** Versions that were counted without a movement, and are given one each, at most. */
const AHEAD_MAX = 1_000;

const whyLeft = ({ counters, ledger, held }: LedgerRow): Unmendable | null => {
  if (ledger.movements === 0) return "empty";
  if (ledger.movements !== ledger.version) return "gap";
  const most = ledger.exists ? UNITS_MAX : 0;
  if (ledger.onHand < 0 || ledger.onHand > most) return "sum";
  if (held > ledger.onHand) return "held";
  return counters.version - ledger.version > AHEAD_MAX ? "ahead" : null;
};

const noteOf = (differences: readonly LedgerDifference[]): string => {
  const found = differences.map(({ what, expected, found: was }) => `${what} ${was} instead of ${expected}`);
  return `Found ${found.join(", ")}.`;
};

/**
 * How the counters of a SKU are mended: on hand becomes what the ledger says, reserved what is held, and the version goes on
 * above both, so that whoever has seen either takes the new state for the newer one. Afterwards counters, ledger and held
 * lines agree.
 */
export const planRepair = (row: LedgerRow): Repair => {
  const differences = ledgerDifferences(row);
  if (differences.length === 0) return { kind: "none" };
  const why = whyLeft(row);
  if (why !== null) return { kind: "left", why };
  const { counters, ledger, held } = row;
  const version = Math.max(counters.version, ledger.version) + 1;
  const movements = Array.from({ length: version - ledger.version }, (_, i) => ({
    reservedDelta: i === 0 ? held - ledger.reserved : 0,
    versionAfter: ledger.version + 1 + i,
  }));
  return {
    kind: "mend",
    counters: { onHand: ledger.onHand, reserved: held, version, exists: ledger.exists },
    movements,
    note: noteOf(differences),
  };
};
