import {
  type FileRow,
  isBlank,
  type ReceiptColumns,
  type ReceiptRow,
  type RowError,
  readHeader,
  readReceiptRow,
} from "../domain/receipt-row.ts";

/** Rows of one transaction: few enough to hold its locks for some milliseconds. */
const CHUNK_ROWS = 500;

/** Rows that are booked together. The same file always gives the same chunks. */
export interface ReceiptChunk {
  /** From 0. */
  readonly number: number;
  readonly rows: readonly (ReceiptRow | RowError)[];
  /** Where its last row begins in the file. */
  readonly lastLine: number;
  readonly columns: ReceiptColumns;
}

/**
 * Reads a file's rows in chunks, at least one, of which only one is held at a time. Fails with `VALIDATION` where the header is not
 * one of a receipt.
 */
export const readReceipt = async function* (records: AsyncIterable<FileRow>): AsyncGenerator<ReceiptChunk> {
  let columns: ReceiptColumns | undefined;
  let rows: (ReceiptRow | RowError)[] = [];
  let number = 0;
  const chunkOf = (of: ReceiptColumns): ReceiptChunk => ({
    number,
    rows,
    lastLine: rows.at(-1)?.line ?? 1,
    columns: of,
  });
  for await (const record of records) {
    if (isBlank(record)) continue;
    if (columns === undefined) {
      columns = readHeader(record.cells);
      continue;
    }
    rows.push(readReceiptRow(columns, record));
    if (rows.length < CHUNK_ROWS) continue;
    yield chunkOf(columns);
    rows = [];
    number += 1;
  }
  columns ??= readHeader(undefined);
  if (rows.length > 0 || number === 0) yield chunkOf(columns);
};
