import { isKioskError, KioskError } from "../../shared/kernel/errors.ts";
import type { Actor } from "../domain/movement.ts";
import { bookReceipt, type ReceiptRules } from "../domain/receipt.ts";
import { type FileRow, isRowError, type ReceiptRow } from "../domain/receipt-row.ts";
import { openStockBook, type StockBook } from "../domain/stock-book.ts";
import type { StockLevel } from "../domain/stock-level.ts";
import type { StockState, StockStore, Trace } from "./ports.ts";
import { type ReceiptChunk, readReceipt } from "./read-receipt.ts";
import {
  type ChunkResult,
  createReportTally,
  type ReceiptReport,
  type ReportTally,
} from "./receipt-report.ts";

export interface ReceiveStockInput {
  /** The rows of the file, the header first. */
  readonly records: AsyncIterable<FileRow>;
  /** Only tells what would be. */
  readonly dryRun: boolean;
  /** Makes levels for SKUs that have none. */
  readonly create: boolean;
  readonly actor: Actor;
  readonly trace: Trace;
  /** Null: the caller sent no `Idempotency-Key`. `file` says whether two files are the same. */
  readonly idempotency: { readonly principal: string; readonly key: string; readonly file: string } | null;
}

export interface ReceiveStockDeps {
  readonly stock: StockStore;
  /** Threshold of a new level, in units. */
  readonly defaultThreshold: number;
}

const ROUTE = "POST /v1/stock/receipts";

/** Books one chunk; `replayed` when it was booked before under the same key. */
type BookChunk = (
  chunk: ReceiptChunk,
  tally: ReportTally,
) => Promise<{ result: ChunkResult; replayed: boolean }>;

const rowsOf = ({ rows }: ReceiptChunk) => ({
  good: rows.filter((row): row is ReceiptRow => !isRowError(row)),
  unread: rows.filter(isRowError),
});

const skusOf = (rows: readonly ReceiptRow[]): string[] => [...new Set(rows.map(({ sku }) => sku))];

/** Changes the stock, each chunk in a transaction of its own. */
const booking = ({ stock }: ReceiveStockDeps, input: ReceiveStockInput, rules: ReceiptRules): BookChunk => {
  const { create, trace, idempotency } = input;
  return async (chunk, tally) => {
    const { good, unread } = rowsOf(chunk);
    const scope = { skus: skusOf(good), create, traceOf: () => trace };
    const decide = ({ book }: StockState) => ({ result: tally.cut(bookReceipt(book, good, rules), unread) });
    if (idempotency === null) return { result: await stock.change(scope, decide), replayed: false };
    // A key may already be as long as keys are stored, so the chunk's number stands beside the route.
    const { principal, key, file } = idempotency;
    const call = { principal, route: `${ROUTE}#${chunk.number}`, key, body: { file, create } };
    return stock.changeOnce(call, scope, decide);
  };
};

const blankLevel = (sku: string, now: Date): StockLevel => ({
  sku,
  onHand: 0,
  reserved: 0,
  version: 0,
  lowStockThreshold: 0,
  told: "enough",
  exists: false,
  updatedAt: now,
});

/** A book like the one that the chunk would meet after those before it, to be thrown away. */
const scratchBook = (
  { levels, now }: StockState,
  skus: readonly string[],
  before: ReadonlyMap<string, number>,
): StockBook => {
  const levelOf = (sku: string): StockLevel => {
    const level = levels.get(sku) ?? blankLevel(sku, now);
    const units = before.get(sku);
    return units === undefined ? level : { ...level, onHand: level.onHand + units, exists: true };
  };
  return openStockBook(skus.map(levelOf), now);
};

/** Only looks: what a chunk would do is kept for those after it, and nothing is moved in the book that would be saved. */
const trying = ({ stock }: ReceiveStockDeps, input: ReceiveStockInput, rules: ReceiptRules): BookChunk => {
  const received = new Map<string, number>();
  return async (chunk, tally) => {
    const { good, unread } = rowsOf(chunk);
    const skus = skusOf(good);
    const booked = await stock.change({ skus, traceOf: () => input.trace }, (state) => ({
      result: bookReceipt(scratchBook(state, skus, received), good, rules),
    }));
    for (const item of booked.items) received.set(item.sku, (received.get(item.sku) ?? 0) + item.received);
    return { result: tally.cut(booked, unread), replayed: false };
  };
};

/** What was booked stands: the caller has to know how far that is. */
const brokenOff = (error: unknown, bookedToLine: number, keyed: boolean): unknown => {
  if (isKioskError(error, "IDEMPOTENCY_MISMATCH")) return error;
  const goOn = keyed
    ? "send the same file with the same Idempotency-Key, and it goes on from there"
    : "send the rows after it, or read the ledger first if you are not sure";
  const { code, message, details } = isKioskError(error)
    ? error
    : new KioskError("INTERNAL", "Something went wrong on our side.", { cause: error });
  return new KioskError(code, `${message} The file is booked up to line ${bookedToLine}: ${goOn}.`, {
    ...details,
    extensions: { ...details.extensions, bookedToLine },
  });
};

/**
 * Receives what a file says has come. Rows that cannot be booked are reported and the others stand, 500 at a time in a
 * transaction each. With an idempotency key a repetition books what was not booked before, and answers the same report; `replayed`
 * when that was nothing. Fails with `VALIDATION` (no header of a receipt), `IDEMPOTENCY_MISMATCH` (another file under the
 * key), and, with `bookedToLine` where a part stands, with whatever the store fails with.
 */
export const receiveStock =
  (deps: ReceiveStockDeps) =>
  async (input: ReceiveStockInput): Promise<{ report: ReceiptReport; replayed: boolean }> => {
    const { dryRun, create, actor, idempotency } = input;
    const rules: ReceiptRules = { create, actor, defaultThreshold: deps.defaultThreshold };
    const book = dryRun ? trying(deps, input, rules) : booking(deps, input, rules);
    const tally = createReportTally();
    let ignoredColumns: readonly string[] = [];
    let bookedToLine = 0;
    let replayed = true;
    for await (const chunk of readReceipt(input.records)) {
      const outcome = await book(chunk, tally).catch((error: unknown) => {
        throw bookedToLine > 0 && !dryRun ? brokenOff(error, bookedToLine, idempotency !== null) : error;
      });
      tally.add(outcome.result);
      replayed &&= outcome.replayed;
      ignoredColumns = chunk.columns.ignored;
      bookedToLine = chunk.lastLine;
    }
    return { report: tally.report({ dryRun, ignoredColumns }), replayed };
  };
