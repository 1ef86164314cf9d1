import { type LedgerDifference, ledgerDifferences } from "../domain/ledger.ts";
import type { LedgerReads } from "./ports.ts";

/** SKUs of one query: each has to add up its whole ledger within the statement timeout. */
const PAGE = 200;

/** Recomputes every SKU's counters from the ledger and the held lines, and says where they differ. */
export const verifyLedger = ({ ledger }: { readonly ledger: LedgerReads }) => {
  return async (): Promise<{ skus: number; differences: LedgerDifference[] }> => {
    const differences: LedgerDifference[] = [];
    let skus = 0;
    let after: string | null = null;
    for (;;) {
      const rows = await ledger.ledgerRows(after, PAGE);
      differences.push(...rows.flatMap(ledgerDifferences));
      skus += rows.length;
      after = rows.at(-1)?.sku ?? null;
      if (rows.length < PAGE) return { skus, differences };
    }
  };
};
