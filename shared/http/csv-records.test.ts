import { describe, expect, test } from "bun:test";
import { waitFor } from "../testing/wait-for.ts";
import { csvRecords, csvRecordsOf } from "./csv-records.ts";

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

const inTurn = async function* <Part>(parts: readonly Part[]) {
  yield* parts;
};

/** Parts of a file as they come, and what was done with whoever sends them. */
const upload = (parts: readonly (string | Error)[]) => {
  const seen = { asked: 0, left: false };
  const iterate = async function* () {
    try {
      for (const part of parts) {
        seen.asked += 1;
        if (part instanceof Error) throw part;
        yield new TextEncoder().encode(part);
      }
    } finally {
      seen.left = true;
    }
  };
  return { seen, parts: iterate() };
};

describe("the rows of a CSV file that is still coming", () => {
  test("are the same however it is cut", async () => {
    const text = '\uFEFFa;"b,c,d"\r\n1;"ü\n\u{1F600}"\r\n2;x';
    const bytes = new TextEncoder().encode(text);
    const whole = await read(text);
    expect(whole.map(({ cells }) => cells)).toEqual([
      ["a", "b,c,d"],
      ["1", "ü\n\u{1F600}"],
      ["2", "x"],
    ]);
    for (const size of [1, 2, 3, 7]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(await Array.fromAsync(csvRecordsOf(inTurn(parts)))).toEqual(whole);
    }
  });

  test("end with its failure, without the row that was cut off", async () => {
    const { parts } = upload(["sku,price\nA,1\n", "B,12", new Error("cut off")]);
    const rows: (readonly string[] | null)[] = [];
    const reading = async () => {
      for await (const { cells } of csvRecordsOf(parts)) rows.push(cells);
    };
    await expect(reading()).rejects.toThrow("cut off");
    expect(rows.flat()).not.toContain("B");
  });

  test("are asked for as they are read, and whoever leaves is known to have left", async () => {
    const row = `${"x".repeat(99)},1\n`;
    const { seen, parts } = upload(["a,b\n", ...Array<string>(500).fill(row.repeat(1_000))]);
    for await (const { line } of csvRecordsOf(parts)) if (line > 1_000) break;
    expect(seen.asked).toBeLessThan(20);
    await waitFor(() => seen.left, { what: "the sender to be told" });
  });
});
