import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { assertJsonBounds } from "./json-bounds.ts";

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};
const refused = expect.objectContaining({ code: "VALIDATION" });

describe("the bounds of a body", () => {
  test("allow 32 levels and no more, however deep", () => {
    expect(() => assertJsonBounds(nested(32))).not.toThrow();
    for (const depth of [33, 1_000, 200_000]) expect(() => assertJsonBounds(nested(depth))).toThrow(refused);
  });

  test("allow 10,000 values and no more, wherever they are", () => {
    const list = (length: number) => Array.from({ length }, () => 0);
    const fields = (length: number) => Object.fromEntries(list(length).map((value, i) => [`f${i}`, value]));
    for (const make of [list, fields]) {
      expect(() => assertJsonBounds(make(10_000))).not.toThrow();
      expect(() => assertJsonBounds(make(10_001))).toThrow(refused);
    }
    expect(() => assertJsonBounds(list(100).map(() => list(99)))).not.toThrow();
    expect(() => assertJsonBounds(list(101).map(() => list(99)))).toThrow(refused);
  });

  test("allow whatever is small, and leave it as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const before = JSON.stringify(value);
        assertJsonBounds(value);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });
});
