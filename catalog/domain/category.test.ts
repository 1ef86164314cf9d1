import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  assertPlace,
  CATEGORIES_MAX,
  CATEGORY_LEVELS_MAX,
  type Category,
  changeCategory,
  countWithDescendants,
  findCategory,
  growTree,
  pathTo,
  subtreeOf,
} from "./category.ts";

const at = new Date(0);
const category = (id: string, parentId: string | null = null, name = id): Category => ({
  id,
  name,
  slug: `s-${id}`,
  parentId,
  position: 0,
  version: 1,
  createdAt: at,
  updatedAt: at,
});

const chain = (length: number): Category[] =>
  Array.from({ length }, (_, n) => category(`c${n}`, n === 0 ? null : `c${n - 1}`));

/** Any forest: each category hangs below one that came before it, or is a root. */
const forests = fc
  .array(fc.nat(), { minLength: 1, maxLength: 30 })
  .map((choices) =>
    choices.map((choice, n) => category(`c${n}`, choice % (n + 1) === n ? null : `c${choice % (n + 1)}`)),
  );

describe("the tree", () => {
  test("holds every category once, after its parent and one level below it", () => {
    fc.assert(
      fc.property(forests, (categories) => {
        const { nodes, byId } = growTree(categories, 1);
        expect(nodes.map(({ id }) => id).sort()).toEqual(categories.map(({ id }) => id).sort());
        for (const [index, node] of nodes.entries()) {
          const parent = node.parentId === null ? undefined : byId.get(node.parentId);
          expect(node.level).toBe(parent === undefined ? 0 : parent.level + 1);
          if (parent) expect(nodes.indexOf(parent)).toBeLessThan(index);
        }
      }),
    );
  });

  test("a subtree is exactly what has the root on its path, and counts add up over it", () => {
    fc.assert(
      fc.property(forests, (categories) => {
        const tree = growTree(categories, 1);
        const totals = countWithDescendants(tree, new Map(categories.map(({ id }) => [id, 1])));
        for (const root of tree.nodes) {
          const below = tree.nodes.filter(({ id }) => pathTo(tree, id).includes(root)).map(({ id }) => id);
          expect(subtreeOf(tree, root).sort()).toEqual(below.sort());
          expect(totals.get(root.id)).toBe(below.length);
        }
      }),
    );
  });

  test("siblings stand by position, and by name as people sort where they have the same one", () => {
    const tree = growTree(
      [
        category("1", null, "beta"),
        category("2", null, "Älpha"),
        category("3", null, "Gamma"),
        { ...category("4", null, "Aaron"), position: 7 },
      ],
      1,
    );
    expect(tree.nodes.map(({ name, position }) => [name, position])).toEqual([
      ["Älpha", 0],
      ["beta", 1],
      ["Gamma", 2],
      ["Aaron", 3],
    ]);
    expect(findCategory(tree, "s-2")?.id).toBe("2");
    expect(findCategory(tree, "nothing")).toBeUndefined();
    expect(pathTo(tree, null)).toEqual([]);
  });
});

describe("a place in the tree", () => {
  test("is refused exactly when it would close a circle", () => {
    fc.assert(
      fc.property(forests, fc.nat(), fc.nat(), (categories, a, b) => {
        const moved = categories[a % categories.length] ?? category("none");
        const parent = categories[b % categories.length] ?? category("none");
        const tree = growTree(categories, 1);
        const circle = pathTo(tree, parent.id).some(({ id }) => id === moved.id);
        const move = () => assertPlace(categories, { ...moved, parentId: parent.id });
        if (circle) expect(move).toThrow("below itself");
        else expect(move).not.toThrow();
      }),
    );
  });

  test("is refused below an unknown parent, beyond the deepest level and beyond the greatest number", () => {
    expect(() => assertPlace([], category("a", "nobody"))).toThrow("does not fit");
    const deep = chain(CATEGORY_LEVELS_MAX);
    expect(() => assertPlace(deep, category("one-more", `c${CATEGORY_LEVELS_MAX - 1}`))).toThrow("levels");
    expect(() => assertPlace(deep, category("beside", `c${CATEGORY_LEVELS_MAX - 2}`))).not.toThrow();
    const many = Array.from({ length: CATEGORIES_MAX }, (_, n) => category(`m${n}`));
    expect(() => assertPlace(many, category("one-more"))).toThrow("at most");
    expect(() => assertPlace(many, { ...category("m0"), name: "renamed" })).not.toThrow();
  });

  test("a subtree that would become too deep by a move stays", () => {
    const half = CATEGORY_LEVELS_MAX / 2;
    const other = chain(half + 1).map((one) => ({
      ...one,
      id: `o${one.id}`,
      parentId: one.parentId === null ? null : `o${one.parentId}`,
    }));
    const all = [...chain(half), ...other];
    expect(() => assertPlace(all, { ...category("oc0"), parentId: `c${half - 1}` })).toThrow("levels");
  });
});

test("a change to what a category is already gives back the very same object", () => {
  const before = category("a");
  expect(changeCategory(before, { name: "a", parentId: null }, new Date(1))).toBe(before);
  expect(changeCategory(before, { name: "b" }, new Date(1))).toMatchObject({
    name: "b",
    version: 2,
    slug: "s-a",
  });
});
