import { expect, test } from "bun:test";
import fc from "fast-check";
import { ATTRIBUTE_FILTERS_MAX, readAttributeFilters, writeAttributeFilter } from "./attribute-filters.ts";

const text = fc.string({ unit: fc.constantFrom(..."ab ,:\\é"), maxLength: 6 });
const pairs = fc.uniqueArray(
  fc.tuple(
    text.filter((name) => name !== ""),
    text,
  ),
  {
    minLength: 1,
    maxLength: ATTRIBUTE_FILTERS_MAX,
    selector: JSON.stringify,
  },
);

test("values of one name are alternatives", () => {
  expect(readAttributeFilters("colour:blue,size:xl,colour:red,colour:blue")).toEqual([
    { name: "colour", values: ["blue", "red"] },
    { name: "size", values: ["xl"] },
  ]);
});

test("what is written is read again, whatever names and values hold", () => {
  fc.assert(
    fc.property(pairs, (all) => {
      const written = all.map(([name, value]) => writeAttributeFilter(name, value)).join(",");
      const read = readAttributeFilters(written)?.flatMap(({ name, values }) =>
        values.map((value) => [name, value]),
      );
      expect(read?.map((pair) => JSON.stringify(pair)).sort()).toEqual(
        all.map((pair) => JSON.stringify(pair)).sort(),
      );
    }),
  );
});

test.each(["", "colour", ":blue", "a:b:c", "a:b,", "a\\b:c", "a:b\\"])("%p says nothing", (written) => {
  expect(readAttributeFilters(written)).toBeNull();
});

test("too many are refused", () => {
  const many = Array.from({ length: ATTRIBUTE_FILTERS_MAX + 1 }, (_, nth) => `a:${nth}`).join(",");
  expect(readAttributeFilters(many)).toBeNull();
});
