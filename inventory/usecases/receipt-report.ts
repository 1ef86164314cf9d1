import type { BookedReceipt, ReceivedItem } from "../domain/receipt.ts";
import type { RowError } from "../domain/receipt-row.ts";

/** Rows that are told of with what is wrong with them, and SKUs with what became of them: those that come first. */
export const REPORTED_ERRORS_MAX = 1_000;
export const REPORTED_ITEMS_MAX = 1_000;

/** What became of a file. `rows` = `received` + `failed`. */
export interface ReceiptReport {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly received: number;
  readonly units: number;
  readonly created: number;
  readonly failed: number;
  readonly errors: readonly RowError[];
  readonly items: readonly ReceivedItem[];
  /** True when the file received more SKUs than `items` holds. */
  readonly moreItems: boolean;
  readonly ignoredColumns: readonly string[];
}

/** What became of one chunk, cut to what the report still has room for: plain JSON, so that it can be remembered. */
export interface ChunkResult {
  readonly received: number;
  readonly units: number;
  readonly created: number;
  readonly failed: number;
  readonly errors: readonly RowError[];
  readonly items: readonly ReceivedItem[];
  readonly moreItems: boolean;
}

/** Adds up chunks, in their order. */
export interface ReportTally {
  /** Cuts what a chunk has done to what may still be told. `unread`: its rows that could not be read. */
  cut(booked: BookedReceipt, unread: readonly RowError[]): ChunkResult;
  add(result: ChunkResult): void;
  report(facts: Pick<ReceiptReport, "dryRun" | "ignoredColumns">): ReceiptReport;
}

export const createReportTally = (): ReportTally => {
  const items = new Map<string, ReceivedItem>();
  const errors: RowError[] = [];
  const sums = { received: 0, units: 0, created: 0, failed: 0 };
  let moreItems = false;

  return {
    cut(booked, unread) {
      const failed = [...booked.errors, ...unread].toSorted((a, b) => a.line - b.line);
      let room = REPORTED_ITEMS_MAX - items.size;
      const shown = booked.items.filter(({ sku }) => {
        if (items.has(sku)) return true;
        room -= 1;
        return room >= 0;
      });
      const { received, units, created } = booked;
      return {
        received,
        units,
        created,
        failed: failed.length,
        errors: failed.slice(0, Math.max(0, REPORTED_ERRORS_MAX - errors.length)),
        items: shown,
        moreItems: shown.length < booked.items.length,
      };
    },
    add(result) {
      sums.received += result.received;
      sums.units += result.units;
      sums.created += result.created;
      sums.failed += result.failed;
      errors.push(...result.errors);
      for (const item of result.items) {
        const known = items.get(item.sku);
        const { onHandBefore, created } = known ?? item;
        const received = (known?.received ?? 0) + item.received;
        items.set(item.sku, { ...item, received, onHandBefore, created });
      }
      moreItems ||= result.moreItems;
    },
    report: ({ dryRun, ignoredColumns }) => ({
      dryRun,
      rows: sums.received + sums.failed,
      ...sums,
      errors,
      items: [...items.values()],
      moreItems,
      ignoredColumns,
    }),
  };
};
