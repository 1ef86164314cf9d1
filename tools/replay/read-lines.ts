import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { z } from "zod";

/** One line of the file as it stands, with its number (the head is line 1). */
export interface RawLine {
  readonly lineNumber: number;
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  readonly quantity: string;
  readonly date: string;
  readonly unitPrice: string;
  readonly customer: string;
  readonly country: string;
}

const columns = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
] as const;
const rowSchema = z.object(
  Object.fromEntries(columns.map((name) => [name, z.string()])) as Record<
    (typeof columns)[number],
    z.ZodString
  >,
);

/** The file does not have the columns of UCI's Online Retail data set. */
class NotRetailData extends Error {
  override readonly name = "NotRetailData";
}

const toLine = (record: unknown, lineNumber: number): RawLine => {
  const parsed = rowSchema.safeParse(record);
  if (!parsed.success)
    throw new NotRetailData(
      `The file needs the columns ${columns.join(", ")}: ${parsed.error.issues[0]?.path.join(".")} is missing.`,
    );
  const row = parsed.data;
  return {
    lineNumber,
    invoice: row.InvoiceNo.trim(),
    code: row.StockCode.trim(),
    description: row.Description.trim().replaceAll(/\s+/g, " "),
    quantity: row.Quantity.trim(),
    date: row.InvoiceDate.trim(),
    unitPrice: row.UnitPrice.trim(),
    customer: row.CustomerID.trim(),
    country: row.Country.trim(),
  };
};

/**
 * Reads the order lines of a CSV file in the format of UCI's Online Retail, `limit` of them at most. Fails with
 * `NotRetailData` on other columns, and with the file system's error where there is no such file.
 */
export const readLines = async (path: string, limit: number): Promise<RawLine[]> => {
  const lines: RawLine[] = [];
  const records = createReadStream(path).pipe(
    parse({ columns: true, bom: true, relax_column_count: true, skip_empty_lines: true }),
  );
  for await (const record of records) {
    if (lines.length >= limit) break;
    lines.push(toLine(record, lines.length + 2));
  }
  return lines;
};
