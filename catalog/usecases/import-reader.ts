import { KioskError } from "../../shared/kernel/errors.ts";
import { type ImportColumns, readImportHeader } from "../domain/import-columns.ts";
import { kioskReader, type ReaderRules } from "../domain/import-kiosk.ts";
import { orderLineReader } from "../domain/import-order-lines.ts";
import {
  type FileRow,
  type ImportItem,
  isBlank,
  type ReadRows,
  type RowReader,
} from "../domain/import-row.ts";
import { shopifyReader } from "../domain/import-shopify.ts";
import { CHUNK_ITEMS } from "./import-chunk.ts";
import type { ImportTally } from "./import-report.ts";

/** Rows of one file: what has to be remembered of each, its SKU, has a bound with it. */
export const ROWS_MAX = 250_000;
/** Rows after which it is told how far the reading is, where nothing is applied meanwhile. */
const ROWS_A_SIGN = 5_000;

export const readerOf = (columns: ImportColumns, rules: ReaderRules): RowReader => {
  switch (columns.format) {
    case "kiosk":
      return kioskReader(columns, rules);
    case "shopify":
      return shopifyReader(columns, rules);
    case "order-lines":
      return orderLineReader(columns, rules);
    default:
      return columns satisfies never;
  }
};

/** Lets each SKU pass once: which of two rows is right is not ours to guess, and taking both would never end. */
const createOnceASku = () => {
  const lines = new Map<string, number>();
  return ({ items, errors, ...rest }: ReadRows): ReadRows => {
    const [first, again]: [ImportItem[], ReadRows["errors"][number][]] = [[], []];
    for (const item of items) {
      const line = lines.get(item.sku);
      if (line === undefined) {
        lines.set(item.sku, item.line);
        first.push(item);
        continue;
      }
      const message = `has this SKU again, after line ${line}: leave one of the rows`;
      again.push({ line: item.line, column: null, message });
    }
    return { ...rest, items: first, errors: [...errors, ...again] };
  };
};

/** Items that are applied together; none where there is only a sign of life. */
export interface ImportChunk {
  readonly columns: ImportColumns;
  readonly items: readonly ImportItem[];
}

/**
 * Reads a file in chunks, of which only one is held at a time, and tells the tally of each row. Fails with `VALIDATION` where the
 * header is of no format that we know or there are too many rows, and as `records` does.
 */
export const readImport = async function* (
  records: AsyncIterable<FileRow>,
  rules: ReaderRules,
  tally: ImportTally,
): AsyncGenerator<ImportChunk> {
  let columns: ImportColumns | undefined;
  let reader: RowReader | undefined;
  let waiting: ImportItem[] = [];
  const onceASku = createOnceASku();
  const take = (rows: ReadRows) => {
    const read = onceASku(rows);
    tally.read(read);
    waiting.push(...read.items);
  };
  const nextChunk = (of: ImportColumns): ImportChunk => {
    const items = waiting.slice(0, CHUNK_ITEMS);
    waiting = waiting.slice(CHUNK_ITEMS);
    return { columns: of, items };
  };
  for await (const record of records) {
    if (isBlank(record)) continue;
    if (columns === undefined || reader === undefined) {
      columns = readImportHeader(record.cells);
      reader = readerOf(columns, rules);
      continue;
    }
    tally.row();
    if (tally.counts.rows > ROWS_MAX)
      throw new KioskError("PAYLOAD_TOO_LARGE", `A file may have ${ROWS_MAX} rows at most: split it.`);
    take(reader.read(record));
    while (waiting.length >= CHUNK_ITEMS) yield nextChunk(columns);
    if (tally.counts.rows % ROWS_A_SIGN === 0) yield { columns, items: [] };
  }
  columns ??= readImportHeader(undefined);
  if (reader !== undefined) take(reader.end());
  do yield nextChunk(columns);
  while (waiting.length > 0);
};
