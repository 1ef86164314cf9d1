import type { FieldChange, ItemOutcome, ProductDifference } from "../domain/import-change.ts";
import type { ImportFormat } from "../domain/import-columns.ts";
import type { ImportItem, ReadRows, RowError } from "../domain/import-row.ts";

/** Rows that are told of with what is wrong with them, and products with what differs: those that come first. */
export const REPORTED_ERRORS_MAX = 1_000;
export const REPORTED_DIFFERENCES_MAX = 1_000;
/** Fields of all differences together. */
const REPORTED_FIELDS_MAX = 5_000;
const REPORTED_CATEGORIES_MAX = 200;

/** Sums of an import so far. `rows` = `accepted` + `corrected` + `bad` once all is done. */
export interface ImportCounts {
  /** Rows of the file that have been read, the header and blank ones left out. */
  readonly rows: number;
  readonly accepted: number;
  readonly corrected: number;
  readonly bad: number;
  /** Products. */
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
}

export const noCounts: ImportCounts = {
  ...{ rows: 0, accepted: 0, corrected: 0, bad: 0 },
  ...{ created: 0, changed: 0, unchanged: 0 },
};

/** What became of a file. Plain JSON, so that it can be kept. */
export interface ImportReport extends ImportCounts {
  readonly dryRun: boolean;
  readonly format: ImportFormat;
  /** In the order of the file; those that were met first, and some at most. */
  readonly errors: readonly RowError[];
  /** Why rows were corrected, and how many. */
  readonly corrections: readonly { readonly reason: string; readonly rows: number }[];
  /** Products that were made or changed; some at most. */
  readonly differences: readonly ProductDifference[];
  /** True when there are more of them. */
  readonly moreDifferences: boolean;
  /** Categories that were made, as paths; some at most. */
  readonly newCategories: readonly string[];
  readonly categoriesCreated: number;
  readonly ignoredColumns: readonly string[];
}

/** Adds up what is read and what becomes of it. */
export interface ImportTally {
  readonly counts: ImportCounts;
  /** One row of the file has been read. */
  row(): void;
  read(rows: ReadRows): void;
  done(item: ImportItem, outcome: ItemOutcome): void;
  newCategory(path: string): void;
  report(facts: Pick<ImportReport, "dryRun" | "format" | "ignoredColumns">): ImportReport;
}

export const createImportTally = (): ImportTally => {
  const counts = { ...noCounts };
  const errors: RowError[] = [];
  const corrections = new Map<string, number>();
  const differences: ProductDifference[] = [];
  const newCategories: string[] = [];
  let [fieldsLeft, categoriesCreated, moreDifferences] = [REPORTED_FIELDS_MAX, 0, false];

  const failed = (error: RowError, rows: number) => {
    counts.bad += rows;
    if (errors.length < REPORTED_ERRORS_MAX) errors.push(error);
  };
  const differed = (inWords: () => ProductDifference) => {
    moreDifferences ||= differences.length >= REPORTED_DIFFERENCES_MAX;
    if (moreDifferences) return;
    const difference = inWords();
    const fields: readonly FieldChange[] = difference.fields.slice(0, fieldsLeft);
    fieldsLeft -= fields.length;
    differences.push({ ...difference, fields });
  };

  return {
    counts,
    row() {
      counts.rows += 1;
    },
    read(rows) {
      for (const error of rows.errors) failed(error, 1);
      counts.accepted += rows.accepted;
      for (const [reason, count] of rows.corrections)
        corrections.set(reason, (corrections.get(reason) ?? 0) + count);
    },
    done(item, outcome) {
      if (outcome.kind === "bad") return failed(outcome.error, item.rows);
      counts[outcome.kind] += 1;
      counts.accepted += item.rows - item.corrected;
      counts.corrected += item.corrected;
      if (outcome.kind !== "unchanged") differed(outcome.difference);
    },
    newCategory(path) {
      categoriesCreated += 1;
      if (newCategories.length < REPORTED_CATEGORIES_MAX) newCategories.push(path);
    },
    report: (facts) => ({
      ...facts,
      ...counts,
      errors: errors.toSorted((a, b) => a.line - b.line),
      corrections: [...corrections].map(([reason, rows]) => ({ reason, rows })),
      differences: [...differences],
      moreDifferences,
      newCategories: [...newCategories],
      categoriesCreated,
    }),
  };
};
