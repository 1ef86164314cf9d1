import { expect, test } from "bun:test";
import { orderNameIn } from "./order-name.ts";

test("bot-11: the name of an order is its number as people write it, in the digits of any language, or its id", () => {
  expect(["41", "#41", "k-41", "#K-000041", "٤١", "K-۰۰۰۰۴۱"].map(orderNameIn)).toEqual([
    ...["41", "41", "k-41", "K-000041", "41", "K-000041"],
  ]);
  const id = "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70";
  expect(orderNameIn(id)).toBe(id);
  for (const words of ["", "#", "K-", "MUG", "41a", "-41", "##41", "4 1", "9".repeat(16)])
    expect([words, orderNameIn(words)]).toEqual([words, null]);
});
