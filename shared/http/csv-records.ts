import { pipeline, Readable } from "node:stream";
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

/** What stands in quotes, closed or not. */
const QUOTED = /"[^"]*(?:"|$)/g;

/**
 * Spreadsheets write semicolons where the comma is the decimal sign: whichever the first line has more of, outside of its
 * quotes.
 */
const delimiterOf = (head: Uint8Array): string => {
  const text = new TextDecoder().decode(head).trimStart().replaceAll(QUOTED, "");
  const [line = ""] = text.split(/[\r\n]/, 1);
  return line.split(";").length > line.split(",").length ? ";" : ",";
};

const slicesOf = function* (bytes: Uint8Array): Generator<Buffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  for (let at = 0; at < byteLength; at += SLICE_BYTES)
    yield Buffer.from(buffer, byteOffset + at, Math.min(SLICE_BYTES, byteLength - at));
};

/** Waits until there is enough to know the delimiter by. Answers what has been taken for that, and whether it was all. */
const takeHead = async (parts: AsyncIterator<Uint8Array>): Promise<Uint8Array> => {
  let head = new Uint8Array();
  while (head.byteLength < HEAD_MAX_BYTES) {
    const { value, done } = await parts.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
    // A line break may stand in quotes: then more of the file says more, and guessing so early is no harm.
    if (head.subarray(1).some((byte) => byte === 0x0a || byte === 0x0d)) break;
  }
  return head;
};

/** The head first, then what follows, in slices. */
const slicesFrom = async function* (
  head: Uint8Array,
  parts: AsyncIterator<Uint8Array>,
): AsyncGenerator<Buffer> {
  try {
    yield* slicesOf(head);
    for (let part = await parts.next(); part.done !== true; part = await parts.next())
      yield* slicesOf(part.value);
  } finally {
    await parts.return?.();
  }
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
export const csvRecords = (bytes: Uint8Array): AsyncGenerator<CsvRecord> =>
  csvRecordsOf(
    (async function* () {
      yield bytes;
    })(),
  );

/**
 * The same of a file that is still coming: its rows are there as soon as they are whole, and no more of it is asked for than is
 * worked on. Fails as `parts` does, and then says nothing of a row that was cut off.
 */
export const csvRecordsOf = async function* (parts: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const iterator = parts[Symbol.asyncIterator]();
  const head = await takeHead(iterator);
  let unreadable = false;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
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
  const source = Readable.from(slicesFrom(head, iterator), { highWaterMark: 1 });
  // Tells the parser of a source that fails, which `pipe` does not, and the source of a reader who leaves.
  pipeline(source, parser, () => undefined);
  for await (const { record, info } of parser as AsyncIterable<Parsed>) {
    const breaks = record.flatMap((cell) => cell.match(LINE_BREAK) ?? []);
    countedTwice += breaks.filter((text) => text === "\r\n").length;
    endLine = info.lines - countedTwice;
    yield { line: endLine - breaks.length, endLine, cells: record };
  }
  if (unreadable) yield { line: endLine + 1, endLine: endLine + 1, cells: null };
};
