import { expect, test } from "bun:test";
import { createLiveStock, newerOf, stockChangeOf } from "./live-stock.ts";

test("a state counts where it is newer than what was read", () => {
  const read = { available: 3, version: 7 };
  expect(newerOf(read, undefined)).toBe(read);
  expect(newerOf(read, { available: 9, version: 6 })).toBe(read);
  expect(newerOf(read, { available: 0, version: 8 })).toEqual({ available: 0, version: 8 });
});

test("messages that come twice, late or misshapen change nothing and wake nobody", () => {
  const stock = createLiveStock();
  let woken = 0;
  const leave = stock.listen(() => {
    woken += 1;
  });
  stock.hear({ sku: "MUG", available: 1, version: 2 });
  stock.hear({ sku: "MUG", available: 1, version: 2 });
  stock.hear({ sku: "MUG", available: 5, version: 1 });
  for (const wrong of [null, 7, "x", { sku: "MUG" }, { sku: "MUG", available: -1, version: 3 }])
    stock.hear(wrong);
  expect(stock.of("MUG")).toEqual({ available: 1, version: 2 });
  expect(woken).toBe(1);
  leave();
  stock.hear({ sku: "MUG", available: 0, version: 3 });
  expect(woken).toBe(1);
  expect(stockChangeOf({ sku: "A", available: 0, version: 0, onHand: 1 })).toEqual({
    sku: "A",
    available: 0,
    version: 0,
  });
});
