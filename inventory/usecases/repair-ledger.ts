import { type LedgerDifference, type LedgerRow, ledgerDifferences } from "../domain/ledger.ts";
import { planRepair, type Repair, unmendable } from "../domain/repair.ts";
import type { LedgerReads, LedgerRepairs } from "./ports.ts";

/** SKUs of one query: each has to add up its whole ledger within the statement timeout. */
const PAGE = 200;

/** A SKU whose counters differed from its ledger. */
export interface RepairedSku {
  readonly sku: string;
  readonly differences: readonly LedgerDifference[];
  /** What the counters became, or would become; null where they are left as they are. */
  readonly counters: LedgerRow["counters"] | null;
  /** Why they are left; null where they are not. */
  readonly left: string | null;
}

export interface RepairReport {
  readonly skus: number;
  readonly dryRun: boolean;
  readonly repaired: readonly RepairedSku[];
}

const told = (row: LedgerRow, repair: Repair): RepairedSku[] => {
  const facts = { sku: row.sku, differences: ledgerDifferences(row) };
  switch (repair.kind) {
    case "none":
      return [];
    case "left":
      return [{ ...facts, counters: null, left: unmendable[repair.why] }];
    case "mend":
      return [{ ...facts, counters: repair.counters, left: null }];
    default:
      return repair satisfies never;
  }
};

/**
 * Makes the counters of every SKU what its ledger and the held lines say, and writes each repair into the ledger. Safe while
 * orders are being taken: what looks wrong is looked at again under its lock. With `dryRun` it only says what it would do.
 */
export const repairLedger =
  ({ ledger, repairs }: { readonly ledger: LedgerReads; readonly repairs: LedgerRepairs }) =>
  async ({ dryRun }: { readonly dryRun: boolean }): Promise<RepairReport> => {
    const repairOne = async (row: LedgerRow): Promise<RepairedSku[]> => {
      if (planRepair(row).kind === "none") return [];
      if (dryRun) return told(row, planRepair(row));
      const done = await repairs.repair(row.sku, planRepair);
      return told(done.row, done.repair);
    };
    const repaired: RepairedSku[] = [];
    let skus = 0;
    let after: string | null = null;
    for (;;) {
      const rows: readonly LedgerRow[] = await ledger.ledgerRows(after, PAGE);
      for (const row of rows) repaired.push(...(await repairOne(row)));
      skus += rows.length;
      after = rows.at(-1)?.sku ?? null;
      if (rows.length < PAGE) return { skus, dryRun, repaired };
    }
  };
