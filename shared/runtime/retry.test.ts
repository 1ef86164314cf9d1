import { expect, test } from "bun:test";
import { within } from "./retry.ts";

const late = () => new Error("too late");

test("within answers what the work answers, or its failure", async () => {
  expect(await within(Promise.resolve(7), 1_000, late)).toBe(7);
  await expect(within(Promise.reject(new Error("broken")), 1_000, late)).rejects.toThrow("broken");
});

test("within fails as it is told when the work takes longer", async () => {
  await expect(within(new Promise(() => undefined), 1, late)).rejects.toThrow("too late");
});
