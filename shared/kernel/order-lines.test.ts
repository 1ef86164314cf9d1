import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createOrderLineTally, isProductCode, mostFrequent, orderLineReasons } from "./order-lines.ts";

describe("the most frequent value", () => {
  test("is the one that was counted most often, of several the first", () => {
    const once = (text: string) => [...text].map((sign) => [sign, 1] as const);
    expect(["abb", "ab", "baab", ""].map((text) => mostFrequent(once(text)))).toEqual([
      "b",
      "a",
      "b",
      undefined,
    ]);
    expect(
      mostFrequent([
        ["a", 2],
        ["b", 5],
        ["a", 4],
      ]),
    ).toBe("a");
  });
});

describe("products from order lines", () => {
  test("are one a code, whatever its case, with the most frequent name and price", () => {
    const tally = createOrderLineTally();
    const lines: [string, string, number][] = [
      ["85123A", "HEART", 255],
      ["85123a", "HEART", 255],
      ["85123A", "CREAM HEART", 295],
      ["21733", "RED HEART", 100],
    ];
    for (const [i, [code, name, priceMinor]] of lines.entries())
      tally.add({ line: i + 2, code, name, priceMinor });
    const [other, heart] = tally.products();
    expect(other).toMatchObject({ sku: "21733", line: 5, lines: 1, corrected: 0 });
    expect(heart).toMatchObject({
      sku: "85123A",
      name: "HEART",
      priceMinor: 255,
      line: 2,
      lines: 3,
      corrected: 2,
    });
    expect([...(heart?.reasons ?? [])]).toEqual([
      [orderLineReasons.capitals, 1],
      [orderLineReasons.name, 1],
      [orderLineReasons.price, 1],
    ]);
  });

  test("account for every line, and do not depend on how lines of other products stand between", () => {
    const line = fc.record({
      code: fc.constantFrom("A", "a", "B"),
      name: fc.constantFrom("x", "y", "z"),
      priceMinor: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const tallied = (given: typeof lines) => {
          const tally = createOrderLineTally();
          for (const [i, each] of given.entries()) tally.add({ ...each, line: i });
          return tally.products().map(({ line: _, ...product }) => product);
        };
        const products = tallied(lines);
        expect(products.reduce((sum, each) => sum + each.lines, 0)).toBe(lines.length);
        const apart = ["A", "B"].flatMap((sku) => lines.filter(({ code }) => code.toUpperCase() === sku));
        expect(tallied(apart)).toEqual(products);
      }),
    );
  });

  test("leave out postage, fees and the like", () => {
    expect(["POST", "BANK CHARGES", "M"].some(isProductCode)).toBe(false);
    expect(["85123A", "DCGS0004"].every(isProductCode)).toBe(true);
  });
});
