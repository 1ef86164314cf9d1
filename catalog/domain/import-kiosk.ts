import {
  type Read,
  readAttribute,
  readAttributes,
  readBarcode,
  readCategory,
  readDescription,
  readImages,
  readName,
  readPrice,
  readSku,
  readStatus,
} from "./import-cells.ts";
import type { ColumnOf, KioskColumns } from "./import-columns.ts";
import {
  BadCell,
  type CellAt,
  cellsOf,
  type FileRow,
  type ImportedFields,
  type ImportItem,
  orRowError,
  type RowReader,
  readRows,
} from "./import-row.ts";
import type { AttributeValue } from "./product.ts";

export interface ReaderRules {
  /** The shop's currency: prices are in it. */
  readonly currency: string;
  readonly isUtf8: () => boolean;
}

/** The value of a cell by a rule; undefined where it is empty. Fails with `BadCell`. */
export const readCell = <Value>(
  cells: CellAt,
  at: number | null,
  rule: (cell: string) => Read<Value>,
): Value | undefined => {
  const cell = cells(at);
  if (cell === undefined) return undefined;
  const read = rule(cell);
  if ("problem" in read) throw new BadCell(at, read.problem);
  return read.value;
};

/** The same for a cell that has to be there. */
export const readNeededCell = <Value>(
  cells: CellAt,
  at: number | null,
  rule: (cell: string) => Read<Value>,
  message: string,
): Value => {
  const value = readCell(cells, at, rule);
  if (value === undefined) throw new BadCell(at, message);
  return value;
};

/** The fields without those that the file leaves out. */
export const fieldsThatAre = (
  fields: {
    readonly [Field in keyof ImportedFields]: ImportedFields[Field] | undefined;
  },
): ImportedFields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const attributesOf = (cells: CellAt, columns: KioskColumns): ImportedFields["attributes"] => {
  const together = readCell(cells, columns.at.attributes, readAttributes) ?? {};
  const apart: [string, AttributeValue][] = [];
  for (const [name, at] of columns.attributes) {
    const value = readCell(cells, at, readAttribute);
    if (value !== undefined) apart.push([name, value]);
  }
  const attributes = { ...together, ...Object.fromEntries(apart) };
  return Object.keys(attributes).length === 0 ? undefined : attributes;
};

const itemOf = (row: FileRow, columns: KioskColumns, { currency, isUtf8 }: ReaderRules): ImportItem => {
  const cells = cellsOf(row, { count: columns.names.length, isUtf8 });
  const at = (column: ColumnOf<"kiosk">) => columns.at[column];
  const sku = readNeededCell(cells, at("sku"), readSku, "is empty: every product needs its SKU");
  const price = readCell(cells, at("price"), (cell) => readPrice(cell, currency));
  const stated = cells(at("currency"));
  if (price !== undefined && stated !== undefined && stated !== currency)
    throw new BadCell(at("currency"), `must be ${currency}, in which this shop sells`);
  const fields = fieldsThatAre({
    name: readCell(cells, at("name"), readName),
    description: readCell(cells, at("description"), readDescription),
    price,
    barcode: readCell(cells, at("barcode"), readBarcode),
    category: readCell(cells, at("category"), readCategory),
    images: readCell(cells, at("images"), readImages),
    attributes: attributesOf(cells, columns),
    status: readCell(cells, at("status"), readStatus),
  });
  return { line: row.line, sku, fields, rows: 1, corrected: 0 };
};

/** Reads files in Kiosk's own format: a row is a product. */
export const kioskReader = (columns: KioskColumns, rules: ReaderRules): RowReader => ({
  read(row) {
    const read = orRowError(row, columns.names, () => itemOf(row, columns, rules));
    return readRows("error" in read ? { errors: [read.error] } : { items: [read.result] });
  },
  end: () => readRows({}),
});
