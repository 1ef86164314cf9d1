import { createOrderLineTally, isProductCode, type SoldLine } from "../../shared/kernel/order-lines.ts";
import { type Read, readName, readPrice, readSku } from "./import-cells.ts";
import type { OrderLineColumns } from "./import-columns.ts";
import { type ReaderRules, readNeededCell } from "./import-kiosk.ts";
import {
  cellsOf,
  type FileRow,
  type ImportItem,
  orRowError,
  type RowReader,
  readRows,
} from "./import-row.ts";

const readCode = (cell: string): Read<string> =>
  isProductCode(cell.toUpperCase())
    ? readSku(cell)
    : { problem: "is not a product: postage, a fee, a discount or a manual entry" };

/** Blanks in a row are one: the data set has many of them, and they are no other name. */
const readLineName = (cell: string): Read<string> => readName(cell.replaceAll(/\s+/g, " "));

const readPaid =
  (currency: string) =>
  (cell: string): Read<number> => {
    if (/^-/.test(cell)) return { problem: "is below zero: not a sale" };
    const read = readPrice(cell, currency);
    if ("problem" in read) return read;
    const { amountMinor } = read.value;
    return amountMinor > 0 ? { value: amountMinor } : { problem: "is zero: not a sale" };
  };

const soldLineOf = (row: FileRow, columns: OrderLineColumns, { currency, isUtf8 }: ReaderRules): SoldLine => {
  const cells = cellsOf(row, { count: columns.names.length, isUtf8 });
  const { at } = columns;
  return {
    line: row.line,
    code: readNeededCell(cells, at.code, readCode, "is empty: the line names no product"),
    name: readNeededCell(cells, at.description, readLineName, "is empty: the product has no name here"),
    priceMinor: readNeededCell(cells, at.price, readPaid(currency), "is empty: not a sale"),
  };
};

const added = (into: Map<string, number>, more: ReadonlyMap<string, number>): void => {
  for (const [reason, count] of more) into.set(reason, (into.get(reason) ?? 0) + count);
};

/**
 * Reads order lines as UCI's Online Retail has them: what was sold says which products there are. One a stock code; where its
 * lines name it or price it differently, the most frequent name and price stand, of several the one that comes first. So nothing
 * is known before the end of the file.
 */
export const orderLineReader = (columns: OrderLineColumns, rules: ReaderRules): RowReader => {
  const tally = createOrderLineTally();
  return {
    read(row) {
      const read = orRowError(row, columns.names, () => soldLineOf(row, columns, rules));
      if ("error" in read) return readRows({ errors: [read.error] });
      tally.add(read.result);
      return readRows({});
    },
    end() {
      const corrections = new Map<string, number>();
      const items = tally.products().map(({ sku, name, priceMinor, line, lines, corrected, reasons }) => {
        added(corrections, reasons);
        const price = { amountMinor: priceMinor, currency: rules.currency };
        return { line, sku, fields: { name, price }, rows: lines, corrected } satisfies ImportItem;
      });
      return readRows({ items, corrections });
    },
  };
};
