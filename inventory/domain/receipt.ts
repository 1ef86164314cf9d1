import type { Actor } from "./movement.ts";
import type { ReceiptRow, RowError } from "./receipt-row.ts";
import type { StockBook } from "./stock-book.ts";
import { type StockLevel, UNITS_MAX } from "./stock-level.ts";

/** What a receipt does to one SKU, in units. */
export interface ReceivedItem {
  readonly sku: string;
  readonly received: number;
  readonly onHandBefore: number;
  readonly onHandAfter: number;
  /** True when it had no level before. */
  readonly created: boolean;
}

export interface ReceiptRules {
  /** Makes levels for SKUs that have none; otherwise their rows are refused. */
  readonly create: boolean;
  /** Threshold of a level that is made, in units. */
  readonly defaultThreshold: number;
  readonly actor: Actor;
}

export interface BookedReceipt {
  /** Rows that were booked, and their units. */
  readonly received: number;
  readonly units: number;
  /** Levels that were made. */
  readonly created: number;
  readonly errors: readonly RowError[];
  /** In the order in which the rows name them first. */
  readonly items: readonly ReceivedItem[];
}

const refusalOf = (
  level: StockLevel | undefined,
  { line, quantity }: ReceiptRow,
  create: boolean,
): RowError | null => {
  if (!level && !create) {
    const message = "has no stock level: create it first, or send the file with ?create=true";
    return { line, column: "sku", message };
  }
  if ((level?.onHand ?? 0) + quantity > UNITS_MAX)
    return { line, column: "quantity", message: `no more than ${UNITS_MAX} units can be on hand` };
  return null;
};

const itemAfter = (
  item: ReceivedItem | undefined,
  before: StockLevel | undefined,
  after: StockLevel,
  quantity: number,
): ReceivedItem => ({
  sku: after.sku,
  received: (item?.received ?? 0) + quantity,
  onHandBefore: item ? item.onHandBefore : (before?.onHand ?? 0),
  onHandAfter: after.onHand,
  created: item ? item.created : before === undefined,
});

/**
 * Books the rows of a receipt, one movement each, in their order: a SKU that is named twice receives twice. A row that cannot be
 * booked is refused alone. With `create` the book must hold every SKU, as a deleted level where it has none.
 */
export const bookReceipt = (
  book: StockBook,
  rows: readonly ReceiptRow[],
  { create, defaultThreshold, actor }: ReceiptRules,
): BookedReceipt => {
  const items = new Map<string, ReceivedItem>();
  const errors: RowError[] = [];
  for (const row of rows) {
    const { sku, quantity, note } = row;
    const before = book.level(sku);
    const refusal = refusalOf(before, row, create);
    if (refusal) {
      errors.push(refusal);
      continue;
    }
    const after = book.move({
      sku,
      onHandDelta: quantity,
      ...(before ? {} : { exists: true, lowStockThreshold: defaultThreshold }),
      kind: "receipt",
      actor,
      reason: "receipt",
      note,
      orderId: null,
    });
    items.set(sku, itemAfter(items.get(sku), before, after, quantity));
  }
  const booked = [...items.values()];
  return {
    received: rows.length - errors.length,
    units: booked.reduce((sum, item) => sum + item.received, 0),
    created: booked.filter((item) => item.created).length,
    errors,
    items: booked,
  };
};
