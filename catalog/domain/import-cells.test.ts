import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  formulaGuarded,
  formulaUnguarded,
  readAttribute,
  readAttributes,
  readCategory,
  readImages,
  writeAttribute,
  writeCategory,
  writeImages,
} from "./import-cells.ts";
import { tidyText } from "./tidy-text.ts";

/** Texts as they are stored, with what makes trouble in files. */
const text = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "=1+1",
      "'=x",
      "''@",
      "-5",
      "+49",
      "@a",
      "true",
      "007",
      "1e3",
      "1e+21",
      "NaN",
      '"',
      '"a"',
    ),
    fc
      .array(fc.constantFrom("'", "=", "-", "+", "@", "1", ".", '"', "\\", ">", " "), { maxLength: 6 })
      .map((signs) => signs.join("")),
  )
  .map((value) => tidyText(value.replaceAll("\0", "")));

describe("cells that spreadsheets would take for formulas", () => {
  test("are guarded, and come back as they were", () => {
    fc.assert(
      fc.property(text, (cell) => {
        const guarded = formulaGuarded(cell);
        expect(formulaUnguarded(guarded)).toBe(cell);
        if (!/^[+-]?\d+(\.\d+)?$/.test(guarded)) expect(guarded).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
    expect(["=1+1", "+x", "-x", "@x"].map(formulaGuarded)).toEqual(["'=1+1", "'+x", "'-x", "'@x"]);
    expect(["-5", "+4.5", "it's", "'quoted'", ""].map(formulaGuarded)).toEqual([
      ...["-5", "+4.5", "it's", "'quoted'", ""],
    ]);
  });
});

describe("an attribute in a cell", () => {
  test("comes back as the very same, with its type", () => {
    const value = fc.oneof(
      text,
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    );
    fc.assert(
      fc.property(value, (attribute) => {
        expect(readAttribute(writeAttribute(attribute))).toEqual({ value: attribute });
      }),
    );
  });

  test("is a number only where it would be written the same", () => {
    const read = (cell: string) => {
      const found = readAttribute(cell);
      return "value" in found ? found.value : found.problem;
    };
    expect(["350", "1.5", "-2", "007", "1.50", "1e5", "Infinity", "true", '"350"'].map(read)).toEqual([
      ...[350, 1.5, -2, "007", "1.50", "1e5", "Infinity", true, "350"],
    ]);
    expect(read("x".repeat(501))).toContain("500");
  });

  test("may stand with others as JSON", () => {
    expect(readAttributes('{"a":"x","b":1,"c":true}')).toEqual({ value: { a: "x", b: 1, c: true } });
    expect(Object.is((readAttributes('{"a":-0}') as { value: { a: number } }).value.a, 0)).toBe(true);
    for (const bad of [
      "[]",
      "null",
      "x",
      '{" ":1}',
      '{"a":null}',
      '{"a":{}}',
      '{"":1}',
      `{"a":"${"x".repeat(501)}"}`,
    ])
      expect(readAttributes(bad)).toHaveProperty("problem");
  });
});

describe("a category in a cell", () => {
  test("comes back with the names that it had, whatever is in them", () => {
    const name = text.map((value) => value.replaceAll(/[\p{Cc}\s]+/gu, " ").trim() || "x");
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        expect(readCategory(writeCategory(names))).toEqual({ value: names });
      }),
    );
    expect(writeCategory(["A > B", "C\\D"])).toBe("A \\> B > C\\\\D");
  });

  test("has a name at every step", () => {
    for (const cell of [">", "A >", "> A", "A > > B", "x".repeat(201)])
      expect(readCategory(cell)).toHaveProperty("problem");
    expect(readCategory("Kitchen>Mugs")).toEqual({ value: ["Kitchen", "Mugs"] });
  });

  test("is refused where it goes deeper than the tree", () => {
    const path = (levels: number, name = "a") => Array(levels).fill(name).join(" > ");
    expect(readCategory(path(65))).toEqual({ problem: expect.stringContaining("64 levels") });
    expect(readCategory(path(64))).toHaveProperty("value");
    expect(readCategory(path(64, "\\>".repeat(200)))).toHaveProperty("value");
  });
});

describe("pictures in a cell", () => {
  test("are addresses with blanks between them", () => {
    const images = ["https://x.test/a,b.png?c=1;2", "/local.png"];
    expect(readImages(writeImages(images))).toEqual({ value: images });
    expect(readImages(" /a.png\n/b.png ")).toEqual({ value: ["/a.png", "/b.png"] });
    for (const cell of ["ftp://x/y", "javascript:alert(1)", "picture.png", Array(21).fill("/a").join(" ")])
      expect(readImages(cell)).toHaveProperty("problem");
  });
});
