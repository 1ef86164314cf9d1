import { expect, test } from "bun:test";
import { artOf } from "./art.ts";

test("a product without a picture has one of its own, always the same", () => {
  expect(artOf("MUG-BLUE")).toEqual(artOf("MUG-BLUE"));
  const pictures = Array.from({ length: 200 }, (_, index) => JSON.stringify(artOf(`SKU-${index}`)));
  expect(new Set(pictures).size).toBe(200);
  expect(artOf("").figures).toHaveLength(9);
});
