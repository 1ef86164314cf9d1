import { expect, test } from "bun:test";
import { inLoadingOrder } from "./tables.ts";

test("tables are filled after those that they refer to, and a circle is told", () => {
  const table = (name: string, ...refersTo: string[]) => ({ name, columns: [], refersTo });
  const ordered = inLoadingOrder([table("a", "c"), table("b", "a", "c"), table("c")]);
  expect(ordered.map(({ name }) => name)).toEqual(["c", "a", "b"]);
  expect(() => inLoadingOrder([table("a", "b"), table("b", "a")])).toThrow("refer to each other: a, b");
});
