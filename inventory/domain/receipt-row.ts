import { KioskError } from "../../shared/kernel/errors.ts";
import { UNITS_MAX } from "./stock-level.ts";

/** One row of a file, the header included. */
export interface FileRow {
  /** Where it begins and ends in the file, from 1. */
  readonly line: number;
  readonly endLine: number;
  /** Null where it cannot be read: a quote is opened in it and never closed. */
  readonly cells: readonly string[] | null;
}

/** So many units of a SKU came. */
export interface ReceiptRow {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
  readonly note: string | null;
}

/** Why a row was not booked. */
export interface RowError {
  readonly line: number;
  /** Null where it is about the whole row. */
  readonly column: ReceiptColumn | null;
  readonly message: string;
}

export type ReceiptColumn = "sku" | "quantity" | "note";

/** Names of the columns, as our own, other shops' and suppliers' files have them. */
const names: Readonly<Record<ReceiptColumn, readonly string[]>> = {
  sku: ["sku", "variant sku", "stockcode", "stock code"],
  quantity: ["quantity", "qty", "received", "units"],
  note: ["note"],
};
const required: readonly ReceiptColumn[] = ["sku", "quantity"];

/** Where the columns stand, and what else the file has. */
export interface ReceiptColumns {
  readonly at: Readonly<Record<ReceiptColumn, number | null>>;
  readonly count: number;
  /** Names of columns that mean nothing to us; some at most, each cut to a length. */
  readonly ignored: readonly string[];
}

const IGNORED_MAX = 50;
const IGNORED_NAME_MAX = 100;

/** A stock keeping unit: visible ASCII without spaces at its ends, 64 characters at most. */
const SKU = /^(?=.{1,64}$)[!-~]([ -~]*[!-~])?$/;
const DIGITS = /^[0-9]{1,10}$/;
const NOTE_MAX = 1_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that a note must not have
const NOT_IN_NOTES = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;
/** What a decoder puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = "\uFFFD";

const refusal = (messages: readonly string[]): KioskError =>
  new KioskError("VALIDATION", "The file cannot be read as a receipt: nothing was booked.", {
    errors: messages.map((message) => ({ pointer: "/body", message })),
  });

const plain = (cell: string): string =>
  cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ");

const isKnown = (name: string): boolean => Object.values(names).some((known) => known.includes(name));

const shownName = (cell: string): string =>
  cell
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, " ")
    .trim()
    .slice(0, IGNORED_NAME_MAX);

/**
 * Finds the columns of a file by the names in its first row. Fails with `VALIDATION`, saying of each column that is needed
 * which names it may have, and which column stands there twice.
 */
export const readHeader = (cells: readonly string[] | null | undefined): ReceiptColumns => {
  if (!cells) throw refusal(["must begin with a header row that names the columns sku and quantity"]);
  const header = cells.map(plain);
  const places = (column: ReceiptColumn) =>
    header.flatMap((name, i) => (names[column].includes(name) ? [i] : []));
  const found = { sku: places("sku"), quantity: places("quantity"), note: places("note") };
  const missing = required
    .filter((column) => found[column].length === 0)
    .map((column) => `has no column for ${column}: call it ${names[column].join(", ")} in the first row`);
  const twice = (Object.keys(found) as ReceiptColumn[])
    .filter((column) => found[column].length > 1)
    .map((column) => `has more than one column for ${column}: leave one of them`);
  if (missing.length + twice.length > 0) throw refusal([...missing, ...twice]);
  const place = (column: ReceiptColumn) => found[column][0] ?? null;
  const ignored = cells.filter((_cell, i) => header[i] !== "" && !isKnown(header[i] ?? ""));
  return {
    at: { sku: place("sku"), quantity: place("quantity"), note: place("note") },
    count: cells.length,
    ignored: ignored.slice(0, IGNORED_MAX).map(shownName),
  };
};

/** A row without anything in it, as spreadsheets leave them at the end: it counts as none. */
export const isBlank = ({ cells }: FileRow): boolean => cells?.every((cell) => cell.trim() === "") ?? false;

const noteError = (note: string): string | null => {
  if (note.length > NOTE_MAX) return `must be ${NOTE_MAX} characters at most`;
  if (NOT_IN_NOTES.test(note)) return "must have no control characters";
  return note.includes(REPLACEMENT) ? "is not in UTF-8: save the file as CSV UTF-8" : null;
};

const quantityOf = (text: string): number | null => {
  const quantity = DIGITS.test(text) ? Number(text) : 0;
  return quantity >= 1 && quantity <= UNITS_MAX ? quantity : null;
};

const wholeRowError = (columns: ReceiptColumns, cells: FileRow["cells"]): string | null => {
  if (cells === null) return "a quote is opened here and never closed: nothing from here on was read";
  return cells.slice(columns.count).some((cell) => cell.trim() !== "")
    ? "has more cells than the header: put text that holds a separator in quotes"
    : null;
};

const cellError = (
  sku: string,
  quantity: number | null,
  note: string,
): Pick<RowError, "column" | "message"> | null => {
  if (!SKU.test(sku)) return { column: "sku", message: "must be 1 to 64 visible ASCII characters" };
  if (quantity === null)
    return { column: "quantity", message: `must be a whole number from 1 to ${UNITS_MAX}` };
  const message = noteError(note);
  return message === null ? null : { column: "note", message };
};

/** A row that a forgotten quote has glued together is no use to anyone who does not know how far it reaches. */
const withReach = (message: string, { line, endLine }: FileRow): string =>
  endLine > line ? `${message} (the row reaches to line ${endLine}: are its quotes closed?)` : message;

/** Reads one row by the columns of its file: what came, or the first thing that is wrong with it. */
export const readReceiptRow = (columns: ReceiptColumns, row: FileRow): ReceiptRow | RowError => {
  const { line, cells } = row;
  const whole = wholeRowError(columns, cells);
  if (whole !== null) return { line, column: null, message: withReach(whole, row) };
  const text = (column: ReceiptColumn) => cells?.[columns.at[column] ?? -1]?.trim() ?? "";
  const [sku, quantity, note] = [text("sku"), quantityOf(text("quantity")), text("note")];
  const wrong = cellError(sku, quantity, note);
  if (wrong !== null) return { line, column: wrong.column, message: withReach(wrong.message, row) };
  return { line, sku, quantity: quantity ?? 0, note: note === "" ? null : note };
};

export const isRowError = (row: ReceiptRow | RowError): row is RowError => "message" in row;
