import { isDeepStrictEqual } from "node:util";
import { conflict, invalid } from "../../shared/kernel/errors.ts";
import { numbered, siblingsInOrder } from "./category-order.ts";

/** So that the whole tree is one small answer. */
export const CATEGORIES_MAX = 2_000;
export const CATEGORY_LEVELS_MAX = 64;
export const TOO_MANY_CATEGORIES = `There can be ${CATEGORIES_MAX} categories at most.`;
export const TOO_DEEP = `The tree can have ${CATEGORY_LEVELS_MAX} levels at most.`;

export interface Category {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly parentId: string | null;
  /** Among its siblings, from 0 on. */
  readonly position: number;
  /** Of what staff say about it: a sibling that makes room for another keeps its own. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CategoryFields {
  readonly name: string;
  readonly parentId: string | null;
  /** Null: the last of its siblings. Beyond the last it is the last. */
  readonly position: number | null;
}

/** A category with its place in the tree. */
export interface CategoryNode extends Category {
  /** 0 for a root. */
  readonly level: number;
  /** The slugs from the root to it: `kitchen/mugs`. */
  readonly path: string;
}

export interface CategoryTree {
  /** Of the tree as a whole: rises with every change of any category. */
  readonly version: number;
  /** Depth first, siblings by position: the order in which a menu shows them. */
  readonly nodes: readonly CategoryNode[];
  readonly byId: ReadonlyMap<string, CategoryNode>;
}

/** Puts the categories in their places and numbers the siblings. Needs no recursion, so depth costs no stack. */
export const growTree = (categories: readonly Category[], version: number): CategoryTree => {
  const children = siblingsInOrder(numbered(categories));
  const byId = new Map<string, CategoryNode>();
  const waiting = (children.get(null) ?? []).toReversed();
  for (let category = waiting.pop(); category; category = waiting.pop()) {
    const parent = category.parentId === null ? undefined : byId.get(category.parentId);
    byId.set(category.id, {
      ...category,
      level: parent === undefined ? 0 : parent.level + 1,
      path: parent === undefined ? category.slug : `${parent.path}/${category.slug}`,
    });
    waiting.push(...(children.get(category.id) ?? []).toReversed());
  }
  return { version, nodes: [...byId.values()], byId };
};

/** From the root to the category; empty for none. */
export const pathTo = (tree: CategoryTree, id: string | null): CategoryNode[] => {
  const path: CategoryNode[] = [];
  for (let at = id; at !== null; ) {
    const node = tree.byId.get(at);
    if (node === undefined) break;
    path.unshift(node);
    at = node.parentId;
  }
  return path;
};

/** By id or by slug. */
export const findCategory = (tree: CategoryTree, key: string): CategoryNode | undefined =>
  tree.byId.get(key.toLowerCase()) ?? tree.nodes.find((node) => node.slug === key);

/** The category and all below it, as ids: they follow it in the tree's order, on deeper levels. */
export const subtreeOf = (tree: CategoryTree, root: CategoryNode): string[] => {
  const start = tree.nodes.indexOf(root);
  const after = tree.nodes.findIndex((node, index) => index > start && node.level <= root.level);
  return tree.nodes.slice(start, after === -1 ? undefined : after).map((node) => node.id);
};

/** How many products are in each category or below it, from how many are directly in it. */
export const countWithDescendants = (
  tree: CategoryTree,
  direct: ReadonlyMap<string, number>,
): Map<string, number> => {
  const totals = new Map(direct);
  for (const { id, parentId } of tree.nodes.toReversed()) {
    if (parentId !== null) totals.set(parentId, (totals.get(parentId) ?? 0) + (totals.get(id) ?? 0));
  }
  return totals;
};

/** Fails with `VALIDATION` on an unknown parent, with `CONFLICT` on a cycle or beyond the bounds of the tree. */
export const assertPlace = (all: readonly Category[], category: Category): void => {
  const parents = new Map(all.map(({ id, parentId }) => [id, parentId]));
  if (category.parentId !== null && category.parentId !== category.id && !parents.has(category.parentId)) {
    throw invalid("/body/parentId", "There is no such category.");
  }
  for (let at: string | null = category.parentId; at !== null; at = parents.get(at) ?? null) {
    if (at === category.id) throw conflict("A category cannot be moved into itself or below itself.");
  }
  const after = [...all.filter(({ id }) => id !== category.id), category];
  if (after.length > CATEGORIES_MAX) throw conflict(TOO_MANY_CATEGORIES);
  if (growTree(after, 0).nodes.some(({ level }) => level >= CATEGORY_LEVELS_MAX)) {
    throw conflict(TOO_DEEP);
  }
};

/** What is said about a category, as it is stored. */
type StoredFields = Pick<Category, "name" | "parentId" | "position">;

/** The category after the changes; the very same object when nothing would change. Its slug stays. */
export const changeCategory = (category: Category, changes: Partial<StoredFields>, now: Date): Category => {
  const changed = { ...category, ...changes };
  if (isDeepStrictEqual(changed, category)) return category;
  return { ...changed, version: category.version + 1, updatedAt: now };
};
