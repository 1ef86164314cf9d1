import type { LedgerDifference } from "../../inventory/domain/ledger.ts";
import type { RepairedSku, RepairReport } from "../../inventory/usecases/repair-ledger.ts";

/** SKUs that a report for people names; `--json` names all. */
const SHOWN_MAX = 50;

export interface VerifyReport {
  readonly skus: number;
  readonly differences: readonly LedgerDifference[];
}

const skusOf = (count: number): string => `${count} SKU${count === 1 ? "" : "s"}`;

const wordsOf = ({ what, expected, found }: LedgerDifference): string => {
  if (what === "gap in the ledger")
    return `gap in the ledger: ${found} movements, the newest is number ${expected}`;
  if (what === "existence")
    return expected === 1 ? "its level is missing" : "its level was deleted, and is there";
  const by = what === "held lines" ? "the held lines say" : "the ledger says";
  return `${what === "held lines" ? "reserved" : what} ${found}, ${by} ${expected}`;
};

const listed = (lines: readonly string[]): string[] => {
  const more = lines.length - SHOWN_MAX;
  return more > 0 ? [...lines.slice(0, SHOWN_MAX), `  … and ${more} more (--json names all)`] : [...lines];
};

const bySku = (differences: readonly LedgerDifference[]): string[] =>
  [...Map.groupBy(differences, ({ sku }) => sku)].map(
    ([sku, found]) => `  ${sku}: ${found.map(wordsOf).join("; ")}`,
  );

/** What `stock:verify` tells people. */
export const verifyText = ({ skus, differences }: VerifyReport, where: string): string => {
  const head = `Looked at ${skusOf(skus)} in ${where}.`;
  if (differences.length === 0) return `${head}\nAll counters agree with the ledger and with what is held.`;
  const lines = bySku(differences);
  return [
    head,
    `The counters of ${skusOf(lines.length)} differ:`,
    ...listed(lines),
    "Mend them with: bun run stock:repair (--dry-run shows what it would do)",
  ].join("\n");
};

const outcomeOf = ({ sku, differences, counters, left }: RepairedSku, dryRun: boolean): string => {
  const found = differences.map(wordsOf).join("; ");
  if (counters === null) return `  ${sku}: left alone, ${left} (${found})`;
  const { onHand, reserved, version } = counters;
  const becomes = `on hand ${onHand}, reserved ${reserved}, version ${version}`;
  return `  ${sku}: ${dryRun ? "would become" : "is now"} ${becomes} (${found})`;
};

/** What `stock:repair` tells people. */
export const repairText = ({ skus, dryRun, repaired }: RepairReport, where: string): string => {
  const head = `Looked at ${skusOf(skus)} in ${where}.`;
  if (repaired.length === 0)
    return `${head}\nNothing to mend: all counters agree with the ledger and with what is held.`;
  const left = repaired.filter((one) => one.counters === null);
  const mended = repaired.length - left.length;
  const done = dryRun
    ? `${skusOf(mended)} would be mended`
    : `${skusOf(mended)} mended, each written down in its ledger`;
  return [
    head,
    `${done}; ${left.length} left alone:`,
    ...listed(repaired.map((one) => outcomeOf(one, dryRun))),
    ...(left.length > 0
      ? ["Those left alone need a person: count the goods, and compare the orders that hold them."]
      : []),
  ].join("\n");
};
