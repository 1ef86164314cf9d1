import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Cart,
  LINES_MAX,
  parseCart,
  QUANTITY_MAX,
  quantityOf,
  totalOf,
  unitsIn,
  withMore,
  withQuantity,
  withWhatIsThere,
} from "./cart.ts";

const mugs: Cart = [
  { sku: "MUG", quantity: 2 },
  { sku: "VASE", quantity: 1 },
];
const skus = fc.stringMatching(/^[A-Z]{1,4}$/);
const carts = fc
  .uniqueArray(skus, { maxLength: LINES_MAX })
  .chain((names) =>
    fc.tuple(
      ...names.map((sku) =>
        fc.record({ sku: fc.constant(sku), quantity: fc.integer({ min: 1, max: QUANTITY_MAX }) }),
      ),
    ),
  );

describe("a cart", () => {
  test("has one line for each product", () => {
    expect(withMore(mugs, "MUG", 3)).toEqual([
      { sku: "MUG", quantity: 5 },
      { sku: "VASE", quantity: 1 },
    ]);
    expect(withQuantity(mugs, "MUG", 0)).toEqual([{ sku: "VASE", quantity: 1 }]);
    expect(unitsIn(mugs)).toBe(3);
  });

  test("stays within what one order takes", () => {
    const full = Array.from({ length: LINES_MAX }, (_, index) => ({ sku: `S${index}`, quantity: 1 }));
    expect(withMore(full, "ONE-MORE", 1)).toEqual(full);
    expect(quantityOf(withMore(mugs, "MUG", 1e9), "MUG")).toBe(QUANTITY_MAX);
  });

  test("is read back as it was kept, whatever is in it", () => {
    fc.assert(fc.property(carts, (cart) => expect(parseCart(JSON.stringify(cart))).toEqual([...cart])));
  });

  test("is read from rubbish as what of it is a cart, and fails at nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (kept) => {
        for (const { sku, quantity } of parseCart(kept))
          expect(sku.length > 0 && quantity > 0 && quantity <= QUANTITY_MAX).toBe(true);
      }),
    );
    const kept = [
      { sku: "MUG", quantity: 1 },
      { sku: "MUG", quantity: 2 },
      { sku: "\u0000", quantity: 1 },
      { sku: "A", quantity: -1 },
      null,
      7,
    ];
    expect(parseCart(JSON.stringify(kept))).toEqual([{ sku: "MUG", quantity: 3 }]);
    expect(parseCart(null)).toEqual([]);
  });

  test("takes what is there of short products, and leaves the others alone", () => {
    const shortages = [
      { sku: "MUG", available: 1 },
      { sku: "GONE", available: 0 },
    ];
    expect(withWhatIsThere([...mugs, { sku: "GONE", quantity: 4 }], shortages)).toEqual([
      { sku: "MUG", quantity: 1 },
      { sku: "VASE", quantity: 1 },
    ]);
    fc.assert(
      fc.property(carts, fc.integer({ min: 0, max: 50 }), (cart, available) => {
        const short = cart.map(({ sku }) => ({ sku, available }));
        expect(withWhatIsThere(cart, short).every(({ quantity }) => quantity <= available)).toBe(true);
      }),
    );
  });

  test("has a total where all its prices are known and of one currency", () => {
    const prices: Record<string, { amountMinor: number; currency: string }> = {
      MUG: { amountMinor: 1_299, currency: "EUR" },
      VASE: { amountMinor: 100, currency: "EUR" },
    };
    expect(totalOf(mugs, (sku) => prices[sku])).toEqual({ amountMinor: 2_698, currency: "EUR" });
    expect(totalOf([...mugs, { sku: "NEW", quantity: 1 }], (sku) => prices[sku])).toBeNull();
    expect(totalOf(mugs, (sku) => ({ amountMinor: 1, currency: sku === "MUG" ? "EUR" : "USD" }))).toBeNull();
    expect(totalOf([], () => undefined)).toBeNull();
  });
});
