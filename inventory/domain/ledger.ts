/** The counters of one SKU, and the same recomputed from the ledger and from what is held. */
export interface LedgerRow {
  readonly sku: string;
  /** All zero, and not existing, for a SKU that has movements or held lines and no level. */
  readonly counters: {
    readonly onHand: number;
    readonly reserved: number;
    readonly version: number;
    readonly exists: boolean;
  };
  readonly ledger: {
    /** Sums of the differences of all movements. */
    readonly onHand: number;
    readonly reserved: number;
    /** How many movements there are, and the newest one's number. */
    readonly movements: number;
    readonly version: number;
    /** False where there are none, or the newest (repairs apart) is a deletion. */
    readonly exists: boolean;
  };
  /** Units in the lines of held reservations. */
  readonly held: number;
}

export interface LedgerDifference {
  readonly sku: string;
  readonly what: "on hand" | "reserved" | "version" | "gap in the ledger" | "held lines" | "existence";
  /** What the ledger (or the held lines) say; of the existence, 1 or 0. */
  readonly expected: number;
  /** What the counter says. */
  readonly found: number;
}

/** Where the counters of one SKU differ from its ledger; nothing when all is well. */
export const ledgerDifferences = ({ sku, counters, ledger, held }: LedgerRow): LedgerDifference[] => {
  const compared: LedgerDifference[] = [
    { sku, what: "on hand", expected: ledger.onHand, found: counters.onHand },
    { sku, what: "reserved", expected: ledger.reserved, found: counters.reserved },
    { sku, what: "version", expected: ledger.version, found: counters.version },
    { sku, what: "gap in the ledger", expected: ledger.version, found: ledger.movements },
    { sku, what: "held lines", expected: held, found: counters.reserved },
    { sku, what: "existence", expected: Number(ledger.exists), found: Number(counters.exists) },
  ];
  return compared.filter(({ expected, found }) => expected !== found);
};
