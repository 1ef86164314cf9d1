import { describe, expect, test } from "bun:test";
import { readOptions } from "./options.ts";

const known = {
  promises: ["never-oversold", "retries-are-safe"],
  breaches: ["never-oversold", "never-oversold/ledger"],
};
const read = (...words: string[]) => readOptions(words, known, () => 42);

describe("the command line of a proof", () => {
  test("needs nothing", () => {
    expect(read()).toEqual({
      ...{ minutes: 2, seed: 42, only: null, servers: "embedded", breach: null, json: null, report: null },
    });
  });

  test("says all of it", () => {
    const words =
      "--minutes 0.5 --seed 7 --only never-oversold,retries-are-safe --servers real --break never-oversold/ledger --json a.json --report b.md";
    expect(read(...words.split(" "))).toEqual({
      ...{ minutes: 0.5, seed: 7, only: ["never-oversold", "retries-are-safe"], servers: "real" },
      ...{ breach: "never-oversold/ledger", json: "a.json", report: "b.md" },
    });
  });

  test.each([
    ["--minutes 0", "--minutes wants"],
    ["--minutes soon", "--minutes wants"],
    ["--minutes 600", "--minutes wants"],
    ["--seed 1.5", "--seed wants"],
    ["--seed -1", "argument"],
    ["--seed=-1", "--seed wants"],
    ["--servers cloud", "embedded or real"],
    ["--only never-oversold,nothing", "There is no promise nothing. There are never-oversold"],
    ["--break nothing", "There is no breach nothing. There are never-oversold"],
    ["--only retries-are-safe --break never-oversold/ledger", "add never-oversold to --only"],
    ["--loud", "--loud"],
    ["now", "now"],
  ])("%s is refused, and told how it would be right", (words, message) => {
    const refused = () => read(...words.split(" "));
    expect(refused).toThrow(message);
    expect(refused).toThrow("Usage: bun run prove");
  });
});
