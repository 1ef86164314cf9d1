import { expect, test } from "bun:test";
import fc from "fast-check";
import { isSku } from "./back-in-stock.ts";
import { endOfSkuRef, isSkuRef, SKU_REF_MAX, skuRefOf } from "./sku-ref.ts";

/** Any SKU that the shop may have. */
const anySku = fc
  .string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)), maxLength: 64 })
  .filter(isSku);

test("bot-6: the name of any SKU in a button is short, and is the SKU or says how it ends", () => {
  fc.assert(
    fc.property(anySku, (sku) => {
      const ref = skuRefOf(sku);
      expect(ref.length).toBeLessThanOrEqual(SKU_REF_MAX);
      expect(isSkuRef(ref)).toBe(true);
      const end = endOfSkuRef(ref);
      if (end === null) expect(ref).toBe(sku);
      else expect(end !== "" && sku.endsWith(end)).toBe(true);
    }),
  );
});

test("bot-6: two SKUs have two names, however alike they are", () => {
  fc.assert(
    fc.property(
      anySku,
      anySku,
      fc.string({ unit: fc.constantFrom("A", "B"), minLength: 30 }),
      (a, b, end) => {
        const [one, other] = [`${a}${end}`.slice(0, 64), `${b}${end}`.slice(0, 64)];
        expect(skuRefOf(one) === skuRefOf(other)).toBe(one === other);
      },
    ),
  );
  const long = "X".repeat(64);
  expect(skuRefOf(skuRefOf(long))).not.toBe(skuRefOf(long));
  expect(skuRefOf("~SHORT")).not.toBe("~SHORT");
});
