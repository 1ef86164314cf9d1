import type { Money } from "../../shared/kernel/money.ts";
import { formulaUnguarded } from "./import-cells.ts";
import type { AttributeValue, ProductStatus } from "./product.ts";
import { tidyText } from "./tidy-text.ts";

/** One row of a file, the header included. */
export interface FileRow {
  /** Where it begins and ends in the file, from 1. */
  readonly line: number;
  readonly endLine: number;
  /** Null where it cannot be read: a quote is opened in it and never closed. */
  readonly cells: readonly string[] | null;
}

/** Why a row was not imported. */
export interface RowError {
  readonly line: number;
  /** As the file names it; null where it is about the whole row. */
  readonly column: string | null;
  /** By rule, without what stood there. */
  readonly message: string;
}

/** What a file says of a product. What it leaves out, or empty, stays as it is. */
export interface ImportedFields {
  readonly name?: string;
  readonly description?: string;
  readonly barcode?: string;
  readonly price?: Money;
  /** Names from the root to the category. */
  readonly category?: readonly string[];
  readonly images?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly status?: ProductStatus;
}

/** What one or more rows of a file say of one product. */
export interface ImportItem {
  /** Where it stands, or stands first. */
  readonly line: number;
  readonly sku: string;
  readonly fields: ImportedFields;
  /** Rows of the file that are behind it, and those of them that were corrected. */
  readonly rows: number;
  readonly corrected: number;
}

/** What reading some rows has given. Every row is in exactly one of: an item, an error, `accepted`. */
export interface ReadRows {
  readonly items: readonly ImportItem[];
  readonly errors: readonly RowError[];
  /** Rows that belong to products of other rows. */
  readonly accepted: number;
  /** Why rows were corrected, counted by reason. */
  readonly corrections: ReadonlyMap<string, number>;
}

/** Reads the rows of one file, in their order. It may keep some back until more has come. */
export interface RowReader {
  read(row: FileRow): ReadRows;
  /** What was kept back. */
  end(): ReadRows;
}

const none: ReadRows = { items: [], errors: [], accepted: 0, corrections: new Map() };
export const readRows = (rows: Partial<ReadRows>): ReadRows => ({ ...none, ...rows });

/** What is wrong with a cell. Thrown and caught within the reading of one row. */
export class BadCell extends Error {
  override readonly name = "BadCell";

  constructor(
    readonly at: number | null,
    message: string,
  ) {
    super(message);
  }
}

/** A row without anything in it, as spreadsheets leave them at the end: it counts as none. */
export const isBlank = ({ cells }: FileRow): boolean => cells?.every((cell) => cell.trim() === "") ?? false;

/** What a decoder puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = "\uFFFD";

export interface CellRules {
  /** How many columns the header has. */
  readonly count: number;
  /** False when the file has bytes that are no UTF-8: then the replacement character says that a cell is spoilt. */
  readonly isUtf8: () => boolean;
}

/** The cells of a row by their places: tidied, and undefined where there is none or nothing in it. */
export type CellAt = (at: number | null) => string | undefined;

/** Fails with `BadCell` on a row that is shifted or unreadable, and on cells that are no text in UTF-8 when they are asked for. */
export const cellsOf = ({ cells }: FileRow, { count, isUtf8 }: CellRules): CellAt => {
  if (cells === null) throw new BadCell(null, "cannot be read: a quote is opened here and never closed");
  if (cells.slice(count).some((cell) => cell.trim() !== ""))
    throw new BadCell(null, "has more cells than the header: put cells with commas into quotes");
  return (at) => {
    const text = formulaUnguarded(tidyText(cells[at ?? -1] ?? ""));
    if (text.includes(REPLACEMENT) && !isUtf8())
      throw new BadCell(at, "is not in UTF-8: save the file as CSV UTF-8");
    // PostgreSQL's text holds none, and would refuse the other rows of the chunk with this one.
    if (text.includes("\0")) throw new BadCell(at, "has a NUL character: take it out");
    return text === "" ? undefined : text;
  };
};

/** A row that a forgotten quote has glued together is no use to anyone who does not know how far it reaches. */
const withReach = (message: string, { line, endLine }: FileRow): string =>
  endLine > line ? `${message} (the row reaches to line ${endLine}: are its quotes closed?)` : message;

/** Does `work`, or says what was wrong in the row. */
export const orRowError = <Result>(
  row: FileRow,
  names: readonly string[],
  work: () => Result,
): { readonly result: Result } | { readonly error: RowError } => {
  try {
    return { result: work() };
  } catch (error) {
    if (!(error instanceof BadCell)) throw error;
    const column = error.at === null ? null : (names[error.at] ?? null);
    return { error: { line: row.line, column, message: withReach(error.message, row) } };
  }
};
