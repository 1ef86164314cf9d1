import { expect, test } from "bun:test";
import { dropOn, isWithin, type Place, stepOf, treeAfter } from "./category-moves.ts";

const place = (id: string, parentId: string | null, position: number): Place => ({ id, parentId, position });
const home = place("home", null, 0);
const lamps = place("lamps", "home", 0);
const vases = place("vases", "home", 1);
const mugs = place("mugs", "home", 2);
const garden = place("garden", null, 1);
const tree = [home, lamps, vases, mugs, garden];

test("a category goes up and down among its siblings, and no further", () => {
  expect(stepOf(tree, vases, "up")).toEqual({ parentId: "home", position: 0 });
  expect(stepOf(tree, vases, "down")).toEqual({ parentId: "home", position: 2 });
  expect(stepOf(tree, lamps, "up")).toBeNull();
  expect(stepOf(tree, mugs, "down")).toBeNull();
});

test("it goes into the sibling before it, and out to just behind its parent", () => {
  expect(stepOf(tree, vases, "in")).toEqual({ parentId: "lamps" });
  expect(stepOf(tree, lamps, "in")).toBeNull();
  expect(stepOf(tree, vases, "out")).toEqual({ parentId: null, position: 1 });
  expect(stepOf(tree, home, "out")).toBeNull();
});

test("it is dropped before another one by the place that is left for it", () => {
  expect(dropOn(tree, lamps, mugs, "before")).toEqual({ parentId: "home", position: 1 });
  expect(dropOn(tree, mugs, lamps, "before")).toEqual({ parentId: "home", position: 0 });
  expect(dropOn(tree, vases, garden, "before")).toEqual({ parentId: null, position: 1 });
  expect(dropOn(tree, lamps, vases, "before")).toBeNull();
});

test("it is never dropped into itself or below itself", () => {
  expect(dropOn(tree, home, lamps, "into")).toBeNull();
  expect(dropOn(tree, home, home, "before")).toBeNull();
  expect(dropOn(tree, lamps, home, "into")).toBeNull();
  expect(dropOn(tree, lamps, garden, "into")).toEqual({ parentId: "garden" });
  expect(isWithin(tree, "mugs", "home")).toBe(true);
  expect(isWithin(tree, "garden", "home")).toBe(false);
});

test("the tree after a move is whole, in order, with all that is below what was moved", () => {
  const branches = tree.map((one) => ({ ...one, level: one.parentId === null ? 0 : 1 }));
  const after = (moved: Place, to: { parentId: string | null; position?: number }) =>
    treeAfter(branches, moved, to).map(({ id, level, position }) => `${level} ${position} ${id}`);
  expect(after(mugs, { parentId: "home", position: 0 })).toEqual([
    "0 0 home",
    "1 0 mugs",
    "1 1 lamps",
    "1 2 vases",
    "0 1 garden",
  ]);
  expect(after(home, { parentId: "garden" })).toEqual([
    "0 0 garden",
    "1 0 home",
    "2 0 lamps",
    "2 1 vases",
    "2 2 mugs",
  ]);
});
