import { describe, expect, test } from "bun:test";
import { csvRecords } from "./csv-records.ts";

const read = (text: string) => Array.fromAsync(csvRecords(new TextEncoder().encode(text)));
const cellsOf = async (text: string) => (await read(text)).map(({ cells }) => cells);

describe("the rows of a CSV file", () => {
  test("are the same with commas and semicolons, with and without a byte order mark, with any line break", async () => {
    for (const delimiter of [",", ";"])
      for (const lineBreak of ["\n", "\r\n", "\r"])
        for (const mark of ["", "\uFEFF"])
          for (const end of ["", lineBreak]) {
            const lines = ["sku,note", "A,ü", '"B ""1""","x y"'].map((line) =>
              line.replaceAll(",", delimiter),
            );
            expect(await cellsOf(mark + lines.join(lineBreak) + end)).toEqual([
              ["sku", "note"],
              ["A", "ü"],
              ['B "1"', "x y"],
            ]);
          }
  });

  test("know where they begin and end in the file, over empty lines and line breaks in quotes", async () => {
    const text = 'a,b\r\n\r\n1,"two\r\nlines"\r\n2,\r\n3,"x\ny\nz"\n\n4,\r5,';
    expect((await read(text)).map(({ line, endLine, cells }) => [cells?.[0], line, endLine])).toEqual([
      ["a", 1, 1],
      ["1", 3, 4],
      ["2", 5, 5],
      ["3", 6, 8],
      ["4", 10, 10],
      ["5", 11, 11],
    ]);
  });

  test("may be shorter and longer than the header, and hold quotes within a cell", async () => {
    expect(await cellsOf('a,b\n1\n1,2,3\n5" pipe,"6"" pipe"\n')).toEqual([
      ["a", "b"],
      ["1"],
      ["1", "2", "3"],
      ['5" pipe', '6" pipe'],
    ]);
  });

  test("end where a quote is never closed, and those before it are all there", async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `${i},x`).join("\n");
    const records = await read(`a,b\n${rows}\n1,"open\n2,x\n`);
    expect(records).toHaveLength(50_002);
    expect(records.at(-1)).toEqual({ line: 50_002, endLine: 50_002, cells: null });
  });

  test("are read a slice at a time, characters and quotes across its ends included", async () => {
    const note = "ü".repeat(40_001);
    expect(await cellsOf(`a,b\n1,${note}\n2,"${note}"\n3,x`)).toEqual([
      ["a", "b"],
      ["1", note],
      ["2", note],
      ["3", "x"],
    ]);
  });

  test("are none in an empty file", async () => {
    expect(await read("")).toEqual([]);
    expect(await read("\uFEFF\r\n\r\n")).toEqual([]);
  });
});
