import { expect, test } from "bun:test";
import { KioskProblem } from "../../../client/index.ts";
import { createDecisions } from "./decision.ts";

const mugs = { lines: [{ sku: "MUG", quantity: 2 }] };
const cups = { lines: [{ sku: "CUP", quantity: 2 }] };
const problem = (status: number, code: string) => new KioskProblem(status, { code });

test("what is tried again after a lost or doubtful answer has the same key", () => {
  const decisions = createDecisions();
  const key = decisions.keyOf(mugs);
  for (const doubt of [
    new KioskProblem(0, null),
    problem(504, "TIMEOUT"),
    problem(429, "RATE_LIMITED"),
    problem(409, "CONFLICT"),
    new Error("cut off"),
  ]) {
    decisions.settle(doubt);
    expect(decisions.keyOf(mugs)).toBe(key);
  }
});

test("something else has another one, and so has the same once it was placed or refused", () => {
  const decisions = createDecisions();
  const keys = [decisions.keyOf(mugs), decisions.keyOf(cups)];
  for (const answer of [null, problem(409, "OUT_OF_STOCK"), problem(422, "VALIDATION")]) {
    decisions.settle(answer);
    keys.push(decisions.keyOf(cups));
  }
  expect(new Set(keys).size).toBe(keys.length);
});
