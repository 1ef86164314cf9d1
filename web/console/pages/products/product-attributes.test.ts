import { expect, test } from "bun:test";
import fc from "fast-check";
import { type AttributeRow, asKind, attributesOf, rowProblem, rowsOf } from "./product-attributes.ts";

const text = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,10}[a-z]$/);
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constantFrom(0.5, 12.25));

test("attributes that are shown are read as the same attributes, each of its kind", () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: true }), (attributes) => {
      expect(attributesOf(rowsOf(attributes))).toEqual(attributes);
    }),
  );
});

const colour: AttributeRow = { name: "colour", kind: "text", value: "blue" };

test("a number may have a comma, a row that nothing was typed into is none", () => {
  const rows: AttributeRow[] = [
    { name: " volume ", kind: "number", value: "0,35" },
    { name: "", kind: "text", value: " " },
  ];
  expect(attributesOf(rows)).toEqual({ volume: 0.35 });
});

test.each([
  ["nameless", { ...colour, name: " " }],
  ["value", { ...colour, value: "" }],
  ["value", { name: "volume", kind: "number", value: "much" }],
] as const)("a row is wrong: %s", (problem, row) => {
  expect(rowProblem([row], row)).toBe(problem);
  expect(attributesOf([row])).toBeNull();
});

test("no name stands twice", () => {
  expect(rowProblem([colour, { ...colour, value: "red" }], colour)).toBe("twice");
});

test("another kind keeps what it can", () => {
  expect(asKind({ ...colour, value: "12" }, "number").value).toBe("12");
  expect(asKind(colour, "flag").value).toBe("true");
  expect(asKind(asKind(colour, "flag"), "text").value).toBe("");
});
