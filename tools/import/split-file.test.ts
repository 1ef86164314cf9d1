import { describe, expect, test } from "bun:test";
import { csvRecords } from "../../shared/http/csv-records.ts";
import { addReports } from "./report.ts";
import type { ImportedReport } from "./send-file.ts";
import { createSplitTally, type Part, splitFile } from "./split-file.ts";

const split = async (text: string, limits: { bytes?: number; rows?: number }) => {
  const tally = createSplitTally();
  const options = { currency: "GBP", limits: { bytes: 1e9, rows: 1e9, ...limits }, tally };
  const parts = await Array.fromAsync(splitFile(new Blob([text]).stream(), options));
  return { parts, tally };
};

/** First cells of a part's rows with the lines of the whole file that they stand for. */
const rowsOf = async ({ body, lineOf }: Part) => {
  const rows = await Array.fromAsync(csvRecords(await body.bytes()));
  return rows.slice(1).map(({ line, cells }) => [cells?.[0], lineOf(line)]);
};

describe("a file that is too large for one request", () => {
  test("is split at the ends of rows, with the header in every part and the lines of the whole file", async () => {
    const text = 'sku;name\r\nA;"two\r\nlines, and a comma"\r\n\r\nB;"quote """\r\nC;x\r\nD;y\r\nE;z';
    const { parts, tally } = await split(text, { rows: 2 });
    expect(await Promise.all(parts.map(rowsOf))).toEqual([
      [
        ["A", 2],
        ["B", 5],
      ],
      [
        ["C", 6],
        ["D", 7],
      ],
      [["E", 8]],
    ]);
    expect(await parts[0]?.body.text()).toBe('sku,name\r\nA,"two\r\nlines, and a comma"\r\nB,"quote """\r\n');
    expect(tally.bad).toBe(0);
    expect((await split(text, { bytes: 20 })).parts).toHaveLength(4);
  });

  test("keeps the rows of one handle together", async () => {
    const rows = ["s,S,S-1", "s,,S-2", "s,,S-3", "t,T,T-1", "t,,T-2"];
    const { parts } = await split(`Handle,Title,Variant SKU\n${rows.join("\n")}`, { rows: 2 });
    expect((await Promise.all(parts.map(rowsOf))).map((part) => part.map(([handle]) => handle))).toEqual([
      ["s", "s", "s"],
      ["t", "t"],
    ]);
  });

  test("has each SKU in one part, and reports what cannot go into any", async () => {
    const { parts, tally } = await split('sku,name\nA,1\nB,2\nC,3\nA,4\nD,"open\n', { rows: 2 });
    expect(await Promise.all(parts.map(rowsOf))).toEqual([
      [
        ["A", 2],
        ["B", 3],
      ],
      [["C", 4]],
    ]);
    expect(tally.errors.map(({ line }) => line)).toEqual([5, 6]);
    expect(tally.bad).toBe(2);
  });

  test("is summed up where it has order lines, which have to be seen together", async () => {
    const lines = ["1,A,Mug,2.50", "2,a,Mug,2.50", "3,A,Cup,3.00", "4,POST,Postage,5.00", "5,C,Plate,1"];
    const { parts, tally } = await split(`InvoiceNo,StockCode,Description,UnitPrice\n${lines.join("\n")}`, {
      rows: 1,
    });
    expect(await Promise.all(parts.map(({ body }) => body.text()))).toEqual([
      "sku,name,price\r\nA,Mug,2.50\r\n",
      "sku,name,price\r\nC,Plate,1.00\r\n",
    ]);
    expect(tally).toMatchObject({ bad: 1, summed: { rows: 5, accepted: 2, corrected: 2 } });
    expect(await Promise.all(parts.map(rowsOf))).toEqual([[["A", 2]], [["C", 6]]]);
  });
});

describe("the report of a file in parts", () => {
  const report: ImportedReport = {
    ...{ id: "x", dryRun: false, format: "kiosk", rows: 2, accepted: 1, corrected: 0, bad: 1 },
    ...{ created: 1, changed: 0, unchanged: 0, errors: [{ line: 3, column: "price", message: "is wrong" }] },
    ...{ corrections: [], differences: [], moreDifferences: false, newCategories: ["A"] },
    ...{ categoriesCreated: 1, ignoredColumns: ["z"] },
  };

  test("adds up, and names the lines of the whole file", () => {
    const tally = createSplitTally();
    tally.bad = 1;
    tally.errors.push({ line: 40, column: null, message: "is there already" });
    const parts = [
      { report, lineOf: (line: number) => line },
      { report, lineOf: (line: number) => line + 100 },
    ];
    const all = addReports(parts, tally);
    expect(all).toMatchObject({ parts: 2, rows: 5, accepted: 2, bad: 3, created: 2, newCategories: ["A"] });
    expect(all.errors.map(({ line }) => line)).toEqual([3, 40, 103]);
    expect(all.rows).toBe(all.accepted + all.corrected + all.bad);
  });

  test("of order lines counts lines, whatever products they made", () => {
    const tally = createSplitTally();
    tally.summed = { rows: 10, accepted: 7, corrected: 2, reasons: new Map([["why", 2]]) };
    tally.bad = 1;
    const all = addReports([{ report: { ...report, bad: 0, errors: [] }, lineOf: (line) => line }], tally);
    expect(all).toMatchObject({
      rows: 10,
      accepted: 7,
      corrected: 2,
      bad: 1,
      corrections: [{ reason: "why", rows: 2 }],
    });
  });
});
