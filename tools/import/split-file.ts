import { type ImportColumns, readImportHeader } from "../../catalog/domain/import-columns.ts";
import { orderLineReader } from "../../catalog/domain/import-order-lines.ts";
import { type FileRow, isBlank, type RowError } from "../../catalog/domain/import-row.ts";
import { csvRecordsOf } from "../../shared/http/csv-records.ts";
import { csvLine } from "../../shared/http/csv-text.ts";
import { writeDecimalAmount } from "../../shared/kernel/decimal-amount.ts";

/** What one request may have, with some room: Kiosk takes 20 MB and 250,000 rows. */
export interface PartLimits {
  readonly bytes: number;
  readonly rows: number;
}
export const PART_LIMITS: PartLimits = { bytes: 19 * 1024 * 1024, rows: 240_000 };

/** One request's share of a file, with the header. */
export interface Part {
  readonly body: Blob;
  /** The line of the whole file that a line of this part stands for. */
  lineOf(line: number): number;
}

/** What the splitting itself has found. */
export interface SplitTally {
  readonly errors: RowError[];
  /** Rows that were read here and stand for nothing in any part; `accepted` and `corrected` are in one as fewer rows. */
  bad: number;
  /** Set where the file was summed up before it was sent. */
  summed: { rows: number; accepted: number; corrected: number; reasons: ReadonlyMap<string, number> } | null;
}

export const createSplitTally = (): SplitTally => ({ errors: [], bad: 0, summed: null });

const breaksIn = (text: string): number => text.split(/\r\n|\n|\r/).length - 1;

/** Collects rows until there is a part of them. */
const createPart = (header: readonly string[]) => {
  const head = csvLine(header);
  const texts = [head];
  const lines: [inPart: number, inFile: number][] = [];
  let bytes = Buffer.byteLength(head);
  let nextLine = 1 + breaksIn(head);
  return {
    get rows() {
      return lines.length;
    },
    get bytes() {
      return bytes;
    },
    add(cells: readonly string[], lineInFile: number) {
      const text = csvLine(cells);
      texts.push(text);
      lines.push([nextLine, lineInFile]);
      bytes += Buffer.byteLength(text);
      nextLine += breaksIn(text);
    },
    finish(): Part {
      const found = new Map(lines);
      return { body: new Blob(texts, { type: "text/csv" }), lineOf: (line) => found.get(line) ?? line };
    },
  };
};

/** Rows that have to be together follow each other: those of one handle. */
const groupOf = (columns: ImportColumns): ((cells: readonly string[]) => string | null) => {
  const at = columns.format === "shopify" ? columns.at.handle : null;
  return (cells) => (at === null ? null : (cells[at] ?? ""));
};

/** Each SKU may be in one part alone, as in one file. */
const createSkuWatch = (columns: ImportColumns) => {
  const at = columns.format === "order-lines" ? null : columns.at.sku;
  const partOf = new Map<string, number>();
  return (cells: readonly string[], part: number): boolean => {
    const sku = at === null ? "" : (cells[at] ?? "").trim();
    if (sku === "") return true;
    const first = partOf.get(sku) ?? part;
    partOf.set(sku, first);
    return first === part;
  };
};

const fail = (tally: SplitTally, line: number, message: string) => {
  tally.bad += 1;
  tally.errors.push({ line, column: null, message });
};

const inParts = async function* (
  rows: AsyncIterable<FileRow>,
  header: readonly string[],
  columns: ImportColumns,
  { limits, tally }: { readonly limits: PartLimits; readonly tally: SplitTally },
): AsyncGenerator<Part> {
  const group = groupOf(columns);
  const isFirst = createSkuWatch(columns);
  let [part, number, last]: [ReturnType<typeof createPart>, number, string | null] = [
    createPart(header),
    1,
    null,
  ];
  for await (const row of rows) {
    if (isBlank(row)) continue;
    const { cells, line } = row;
    if (cells === null) {
      fail(tally, line, "cannot be read: a quote is opened here and never closed");
      continue;
    }
    const own = group(cells);
    const isFull = part.bytes >= limits.bytes || part.rows >= limits.rows;
    if (isFull && (own === null || own !== last)) {
      yield part.finish();
      [part, number] = [createPart(header), number + 1];
    }
    last = own;
    if (isFirst(cells, number)) part.add(cells, line);
    else fail(tally, line, "has a SKU that stands further up: leave one of the rows");
  }
  if (part.rows > 0 || number === 1) yield part.finish();
};

/** Order lines have to be seen all together: they are summed up here, by the rules of the import, and sent as products. */
const summedUp = async function* (
  rows: AsyncIterable<FileRow>,
  columns: Extract<ImportColumns, { format: "order-lines" }>,
  currency: string,
  { limits, tally }: { readonly limits: PartLimits; readonly tally: SplitTally },
): AsyncGenerator<Part> {
  const reader = orderLineReader(columns, { currency, isUtf8: () => true });
  let count = 0;
  for await (const row of rows) {
    if (isBlank(row)) continue;
    count += 1;
    const { errors } = reader.read(row);
    tally.errors.push(...errors);
    tally.bad += errors.length;
  }
  const { items, corrections } = reader.end();
  const corrected = items.reduce((sum, item) => sum + item.corrected, 0);
  tally.summed = { rows: count, accepted: count - tally.bad - corrected, corrected, reasons: corrections };
  let part = createPart(["sku", "name", "price"]);
  for (const { sku, line, fields } of items) {
    if (part.bytes >= limits.bytes || part.rows >= limits.rows) {
      yield part.finish();
      part = createPart(["sku", "name", "price"]);
    }
    part.add([sku, fields.name ?? "", writeDecimalAmount(fields.price?.amountMinor ?? 0, currency)], line);
  }
  yield part.finish();
};

/**
 * Splits a file that is too large for one request, at the ends of rows and, where rows belong together, at the ends of those.
 * Memory: one part. Fails with `VALIDATION` where the header is of no format that we know.
 */
export const splitFile = async function* (
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly currency: string; readonly limits: PartLimits; readonly tally: SplitTally },
): AsyncGenerator<Part> {
  const records = csvRecordsOf(chunks);
  let header = await records.next();
  while (header.done !== true && isBlank(header.value)) header = await records.next();
  const cells = header.done === true ? null : header.value.cells;
  const columns = readImportHeader(cells);
  if (columns.format === "order-lines") yield* summedUp(records, columns, options.currency, options);
  else yield* inParts(records, cells ?? [], columns, options);
};
