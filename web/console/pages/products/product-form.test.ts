import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  changesOf,
  differences,
  emptyForm,
  minorUnitsOf,
  type ProductForm,
  typedAmount,
} from "./product-form.ts";

const currencies = fc.constantFrom("EUR", "USD", "JPY", "KWD");

test("an amount that is shown is read as the same amount, in every currency", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000_000 }), currencies, (amountMinor, currency) => {
      expect(minorUnitsOf(typedAmount({ amountMinor, currency }), currency)).toBe(amountMinor);
    }),
  );
});

test.each([
  ["12.99", "EUR", 1299],
  ["12,9", "EUR", 1290],
  ["12", "EUR", 1200],
  ["0.1", "EUR", 10],
  ["500", "JPY", 500],
  ["1.234", "KWD", 1234],
])("%s %s is %d in minor units", (typed, currency, amountMinor) => {
  expect(minorUnitsOf(typed, currency)).toBe(amountMinor);
});

test.each([
  ["12.999", "EUR"],
  ["5.5", "JPY"],
  ["-1", "EUR"],
  ["", "EUR"],
  ["1e3", "EUR"],
  ["1.2.3", "EUR"],
])("%p is no amount in %s", (typed, currency) => {
  expect(minorUnitsOf(typed, currency)).toBeNull();
});

const mug: ProductForm = { ...emptyForm, sku: "MUG", name: "Mug", price: "5.00" };

test("only what was changed is sent, a new currency with its price", () => {
  expect(changesOf({ ...mug, name: "Big mug" }, mug)).toEqual({ name: "Big mug" });
  expect(changesOf({ ...mug, currency: "EUR" }, mug)).toEqual({
    price: { amountMinor: 500, currency: "EUR" },
  });
  expect(changesOf({ ...mug, categoryId: "" }, { ...mug, categoryId: "c1" })).toEqual({ categoryId: null });
  expect(changesOf({ ...mug, price: "much" }, mug)).toBeNull();
  expect(changesOf(mug, mug)).toEqual({});
});

test("two forms differ in the fields that were typed otherwise", () => {
  expect(differences(mug, { ...mug, name: "Cup", images: "https://a.example/1.png" })).toEqual([
    "name",
    "images",
  ]);
});
