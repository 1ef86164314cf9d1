import { describe, expect, test } from "bun:test";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { isBlank, readHeader, readReceiptRow } from "./receipt-row.ts";

const messagesOf = (cells: readonly string[] | null | undefined): string[] => {
  try {
    readHeader(cells);
  } catch (error) {
    if (isKioskError(error, "VALIDATION")) return (error.details.errors ?? []).map(({ message }) => message);
  }
  return [];
};

describe("the header of a receipt", () => {
  test("names its columns in any order, any case and any of their names", () => {
    for (const sku of ["sku", "SKU ", "Variant SKU", "variant_sku", "StockCode"])
      for (const quantity of ["quantity", "Qty", "RECEIVED", "units"])
        expect(readHeader([quantity, sku]).at).toEqual({ sku: 1, quantity: 0, note: null });
    expect(readHeader(["Note", "sku", "qty"]).at).toEqual({ sku: 1, quantity: 2, note: 0 });
  });

  test("may have columns that mean nothing here, and they are told", () => {
    expect(readHeader(["sku", "Description", "qty", "", "Unit\u0007 price"]).ignored).toEqual([
      "Description",
      "Unit  price",
    ]);
    const many = Array.from({ length: 200 }, (_, i) => `${i} ${"x".repeat(500)}`);
    const { ignored } = readHeader(["sku", "qty", ...many]);
    expect(ignored).toHaveLength(50);
    expect(ignored.every((name) => name.length === 100)).toBe(true);
  });

  test("is refused where a column is missing or stands there twice, each by name", () => {
    expect(messagesOf(["name", "price"])).toEqual([
      expect.stringContaining("has no column for sku"),
      expect.stringContaining("has no column for quantity"),
    ]);
    expect(messagesOf(["sku", "qty", "units"])).toEqual([
      expect.stringContaining("more than one column for quantity"),
    ]);
    expect(messagesOf(null)).toEqual([expect.stringContaining("header row")]);
    expect(messagesOf(undefined)).toEqual([expect.stringContaining("header row")]);
  });
});

describe("a row of a receipt", () => {
  const columns = readHeader(["sku", "quantity", "note"]);
  const row = (...cells: string[]) => readReceiptRow(columns, { line: 7, endLine: 7, cells });

  test("says what came", () => {
    expect(row(" MUG-BLUE ", " 024 ", " Two\nlines ")).toEqual({
      line: 7,
      sku: "MUG-BLUE",
      quantity: 24,
      note: "Two\nlines",
    });
    expect(row("A", "1000000000", "", "", " ")).toEqual({
      line: 7,
      sku: "A",
      quantity: 1_000_000_000,
      note: null,
    });
    expect(row("A", "1")).toEqual({ line: 7, sku: "A", quantity: 1, note: null });
  });

  test("is refused with its line, its column and the rule, without what stood there", () => {
    for (const quantity of [
      "",
      "0",
      "-1",
      "1.5",
      "1,000",
      "1e3",
      "+1",
      "1000000001",
      "99999999999",
      "NaN",
      "٣",
    ])
      expect(row("A", quantity)).toEqual({
        line: 7,
        column: "quantity",
        message: "must be a whole number from 1 to 1000000000",
      });
    for (const sku of ["", " ", "Ü", "a\nb", "x".repeat(65)])
      expect(row(sku, "1")).toMatchObject({ line: 7, column: "sku" });
    for (const note of ["x".repeat(1_001), "\u0000", "caf\uFFFD"])
      expect(row("A", "1", note)).toMatchObject({ line: 7, column: "note" });
    expect(row()).toMatchObject({ column: "sku" });
  });

  test("with more cells than the header is refused: a decimal comma must not become another number", () => {
    expect(row("A", "1", "", "5")).toMatchObject({ line: 7, column: null });
  });

  test("that a quote has glued together says how far it reaches", () => {
    const glued = readReceiptRow(columns, { line: 7, endLine: 90, cells: ["A", "1", "x".repeat(2_000)] });
    expect(glued).toMatchObject({ column: "note", message: expect.stringContaining("line 90") });
    expect(readReceiptRow(columns, { line: 7, endLine: 7, cells: null })).toMatchObject({
      line: 7,
      column: null,
      message: expect.stringContaining("never closed"),
    });
  });

  test("without anything in it is none", () => {
    expect(isBlank({ line: 1, endLine: 1, cells: ["", " "] })).toBe(true);
    expect(isBlank({ line: 1, endLine: 1, cells: ["", "0"] })).toBe(false);
    expect(isBlank({ line: 1, endLine: 1, cells: null })).toBe(false);
  });
});
