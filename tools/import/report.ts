import type { RowError } from "../../catalog/domain/import-row.ts";
import type { ImportedReport } from "./send-file.ts";
import type { SplitTally } from "./split-file.ts";

/** Rows and products that are printed; the rest is counted. */
const ERRORS_SHOWN = 20;
const DIFFERENCES_SHOWN = 20;

/** What became of a file, over all of its parts. */
export interface FileReport extends Omit<ImportedReport, "id"> {
  readonly parts: number;
}

const summed = (counts: readonly ReadonlyMap<string, number>[]): Map<string, number> => {
  const all = new Map<string, number>();
  for (const [reason, count] of counts.flatMap((each) => [...each]))
    all.set(reason, (all.get(reason) ?? 0) + count);
  return all;
};

/** Adds up the reports of the parts, with what the splitting has found. Lines are those of the file. */
export const addReports = (
  reports: readonly { readonly report: ImportedReport; readonly lineOf: (line: number) => number }[],
  tally: SplitTally,
): FileReport => {
  const [first] = reports;
  if (first === undefined) throw new Error("a file has one part at least");
  const sum = (count: (report: ImportedReport) => number) =>
    reports.reduce((total, { report }) => total + count(report), 0);
  const placed = <Item extends { line: number }>(
    items: (report: ImportedReport) => readonly Item[],
  ): Item[] =>
    reports.flatMap(({ report, lineOf }) =>
      items(report).map((item) => ({ ...item, line: lineOf(item.line) })),
    );
  const errors: RowError[] = [...placed(({ errors }) => errors), ...tally.errors];
  const lines = tally.summed;
  const corrections = summed([
    ...reports.map(({ report }) => new Map(report.corrections.map(({ reason, rows }) => [reason, rows]))),
    lines?.reasons ?? new Map(),
  ]);
  const badInParts = sum(({ bad }) => bad);
  return {
    ...first.report,
    parts: reports.length,
    rows: lines?.rows ?? sum(({ rows }) => rows) + tally.bad,
    // A product that was summed up and then refused takes its lines along: they are few, and told of one by one.
    accepted: lines === null ? sum(({ accepted }) => accepted) : lines.accepted - badInParts,
    corrected: lines?.corrected ?? sum(({ corrected }) => corrected),
    bad: badInParts + tally.bad,
    created: sum(({ created }) => created),
    changed: sum(({ changed }) => changed),
    unchanged: sum(({ unchanged }) => unchanged),
    categoriesCreated: sum(({ categoriesCreated }) => categoriesCreated),
    newCategories: [...new Set(reports.flatMap(({ report }) => report.newCategories))],
    errors: errors.toSorted((a, b) => a.line - b.line),
    corrections: [...corrections].map(([reason, rows]) => ({ reason, rows })),
    differences: placed(({ differences }) => differences),
    moreDifferences: reports.some(({ report }) => report.moreDifferences),
  };
};

const differenceText = ({ line, sku, change, fields }: FileReport["differences"][number]): string => {
  if (change === "created") return `    + ${sku} (line ${line})`;
  const changes = fields.map(({ field, from, to }) => `${field}: ${from ?? "–"} → ${to ?? "–"}`);
  return `    ~ ${sku} (line ${line}) ${changes.join("; ")}`;
};

const listed = (title: string, lines: readonly string[], more: number): string[] =>
  lines.length === 0 ? [] : [title, ...lines, ...(more > 0 ? [`    … and ${more} more`] : [])];

/** The account of an import: every row, and every product. */
export const importText = (report: FileReport, seconds: number): string => {
  const { rows, accepted, corrected, bad, created, changed, unchanged, dryRun } = report;
  const would = dryRun ? "would be " : "";
  const errors = report.errors
    .slice(0, ERRORS_SHOWN)
    .map(
      ({ line, column, message }) => `    ✗ line ${line}${column === null ? "" : `, ${column}`}: ${message}`,
    );
  const shown = dryRun ? report.differences.slice(0, DIFFERENCES_SHOWN) : [];
  return [
    "",
    `  Rows        ${rows} read = ${accepted} accepted + ${corrected} corrected + ${bad} reported`,
    ...report.corrections
      .toSorted((a, b) => b.rows - a.rows)
      .map(({ reason, rows: count }) => `    ${String(count).padStart(6)}  ${reason}`),
    `  Products    ${created} ${would}created, ${changed} ${would}changed, ${unchanged} unchanged`,
    ...(report.categoriesCreated > 0 ? [`  Categories  ${report.categoriesCreated} ${would}created`] : []),
    ...(report.ignoredColumns.length > 0 ? [`  Not read    ${report.ignoredColumns.join(", ")}`] : []),
    ...listed("  Differences", shown.map(differenceText), created + changed - shown.length),
    ...listed("  Reported", errors, bad - errors.length),
    ...(report.parts > 1 ? [`  Sent in     ${report.parts} parts`] : []),
    `  Time        ${seconds.toFixed(1)} s`,
    "",
  ].join("\n");
};
