import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { nameSchema, oneLineSchema, textSchema } from "./schemas.ts";

describe("text that people write", () => {
  test("may have every character that can be stored, also beyond the basic plane", () => {
    for (const text of ["Ada", "Zoë 😀", "علي", "a\u202eb"])
      for (const schema of [textSchema(20), oneLineSchema(20), nameSchema(20)])
        expect({ text, fits: Value.Check(schema, text) }).toEqual({ text, fits: true });
  });

  test("has no NUL, no control character and no half of a surrogate pair", () => {
    for (const text of ["a\0", "\u0007", "a\ud800", "\udc00a", "\u007f"])
      for (const schema of [textSchema(20), oneLineSchema(20), nameSchema(20)])
        expect({ text, fits: Value.Check(schema, text) }).toEqual({ text, fits: false });
  });

  test("has line breaks only where there may be several lines, and a name has something to see", () => {
    expect(Value.Check(textSchema(20), "a\n\tb")).toBe(true);
    expect(Value.Check(oneLineSchema(20), "a\nb")).toBe(false);
    expect(Value.Check(oneLineSchema(20), "  ")).toBe(true);
    expect(Value.Check(nameSchema(20), "  ")).toBe(false);
  });

  test("is checked in a time that grows with its length alone: by its square it would not end", () => {
    expect(Value.Check(nameSchema(1_000_000), `${" ".repeat(500_000)}\0`)).toBe(false);
  });
});
