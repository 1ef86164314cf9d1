import { expect, test } from "bun:test";
import { placeWithin } from "./place-within.ts";

test("whoever signs in goes to a place of this shop, whatever the address says", () => {
  expect(placeWithin("/orders/1?new")).toBe("/orders/1?new");
  for (const other of [
    null,
    "",
    "orders",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
  ])
    expect(placeWithin(other)).toBe("/");
});
