import { Readable } from "node:stream";
import { parse } from "csv-parse";

/** One row of a CSV file, the header included. */
export interface CsvRecord {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** Where it ends: a cell in quotes may hold line breaks. */
  readonly endLine: number;
  /** Null for what cannot be read: a quote is opened in this row and never closed. It is the last record then. */
  readonly cells: readonly string[] | null;
}

/** Bytes that are parsed at once: so many rows are in memory, however large the file. */
const SLICE_BYTES = 65_536;
/** The header is looked for within so many bytes. */
const HEAD_MAX_BYTES = 65_536;

const LINE_BREAK = /\r\n|\n|\r/g;

/** Spreadsheets write semicolons where the comma is the decimal sign: whichever the first line has more of. */
const delimiterOf = (bytes: Uint8Array): string => {
  const [head = ""] = new TextDecoder().decode(bytes.subarray(0, HEAD_MAX_BYTES)).split(/[\r\n]/, 1);
  return head.split(";").length > head.split(",").length ? ";" : ",";
};

const slicesOf = function* (bytes: Uint8Array): Generator<Buffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  for (let at = 0; at < byteLength; at += SLICE_BYTES)
    yield Buffer.from(buffer, byteOffset + at, Math.min(SLICE_BYTES, byteLength - at));
};

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The rows of a CSV file (RFC 4180, more or less), one after the other: UTF-8 with or without a byte order mark, commas or
 * semicolons, any line break. Empty lines are passed over, rows may be of any length, and a quote within a cell is a
 * character like others.
 */
export const csvRecords = async function* (bytes: Uint8Array): AsyncGenerator<CsvRecord> {
  let unreadable = false;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(bytes),
    record_delimiter: ["\r\n", "\n", "\r"],
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // An error would end the stream and take the rows with it that nobody has read yet.
    skip_records_with_error: true,
    on_skip: () => {
      unreadable = true;
      return undefined;
    },
  });
  // Within quotes csv-parse counts both characters of a CRLF as lines.
  let countedTwice = 0;
  let endLine = 0;
  for await (const { record, info } of Readable.from(slicesOf(bytes)).pipe(parser) as AsyncIterable<Parsed>) {
    const breaks = record.flatMap((cell) => cell.match(LINE_BREAK) ?? []);
    countedTwice += breaks.filter((text) => text === "\r\n").length;
    endLine = info.lines - countedTwice;
    yield { line: endLine - breaks.length, endLine, cells: record };
  }
  if (unreadable) yield { line: endLine + 1, endLine: endLine + 1, cells: null };
};
