import { expect, test } from "bun:test";
import { isRestock, stepsOf } from "./steps.ts";

const order = {
  number: "1001",
  createdAt: "2026-01-01T10:00:00Z",
  buyerId: 1,
  skus: ["MUG"],
};
const nothing = { isCustomerSignedIn: false, order: null, hasCard: false, isRestocked: false };
const namesOf = (facts: Parameters<typeof stepsOf>[0]) => ({
  done: stepsOf(facts).flatMap(({ name, isDone }) => (isDone ? [name] : [])),
  next: stepsOf(facts).flatMap(({ name, isNext }) => (isNext ? [name] : [])),
});

test("the walk goes from signing in to the restock, and has one next step until it is done", () => {
  expect(namesOf(nothing)).toEqual({ done: [], next: ["signIn"] });
  expect(namesOf({ ...nothing, isCustomerSignedIn: true })).toEqual({ done: ["signIn"], next: ["order"] });
  expect(namesOf({ ...nothing, order })).toEqual({ done: ["signIn", "order"], next: ["card"] });
  const all = { isCustomerSignedIn: true, order, hasCard: true, isRestocked: true };
  expect(namesOf(all)).toEqual({ done: ["signIn", "order", "card", "restock"], next: [] });
});

test("what was done out of turn is ticked, and what was left out is next", () => {
  expect(namesOf({ ...nothing, order, isRestocked: true })).toEqual({
    done: ["signIn", "order", "restock"],
    next: ["card"],
  });
});

test("a restock is units that came by hand after the order", () => {
  const came = { onHandDelta: 5, orderId: null, createdAt: "2026-01-01T10:00:01Z" };
  expect(isRestock(came, order.createdAt)).toBe(true);
  expect(isRestock({ ...came, onHandDelta: -5 }, order.createdAt)).toBe(false);
  expect(isRestock({ ...came, orderId: "1" }, order.createdAt)).toBe(false);
  expect(isRestock({ ...came, createdAt: "2026-01-01T09:59:59.999Z" }, order.createdAt)).toBe(false);
});
