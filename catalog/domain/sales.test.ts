import { expect, test } from "bun:test";
import fc from "fast-check";
import { salesDifference, unitsSold } from "./sales.ts";

test("lines of one product are added up", () => {
  const lines = [
    { productId: "a", quantity: 1 },
    { productId: "b", quantity: 2 },
    { productId: "a", quantity: 3 },
  ];
  expect(unitsSold({ status: "confirmed", lines })).toEqual({ a: 4, b: 2 });
});

test.each(["pending", "rejected", "cancelled", "returned"])("a %s order has sold nothing", (status) => {
  expect(unitsSold({ status, lines: [{ productId: "a", quantity: 1 }] })).toEqual({});
});

test("the difference turns any count into any other", () => {
  const units = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 9 }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(units, units, (before, after) => {
      const result: Record<string, number> = { ...before };
      for (const { productId, units: added } of salesDifference(before, after))
        result[productId] = (result[productId] ?? 0) + added;
      expect(
        Object.entries(result)
          .filter(([, count]) => count !== 0)
          .sort(),
      ).toEqual(Object.entries(after).sort());
    }),
  );
});
