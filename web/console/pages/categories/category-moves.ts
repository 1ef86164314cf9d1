import type { Schemas } from "../../../../client/index.ts";

export type Place = Pick<Schemas["Category"], "id" | "parentId" | "position">;
export type Direction = "up" | "down" | "in" | "out";

/** Where a category goes: without a position it is the last below its parent. */
export interface CategoryMove {
  readonly parentId: string | null;
  readonly position?: number;
}

const siblingsOf = (tree: readonly Place[], { parentId }: Place): readonly Place[] =>
  tree.filter((other) => other.parentId === parentId).sort((one, other) => one.position - other.position);

/** One step in the tree: among the siblings, into the one before, or out of the parent to just behind it. Null where there is no such step. */
export const stepOf = (tree: readonly Place[], moved: Place, direction: Direction): CategoryMove | null => {
  const siblings = siblingsOf(tree, moved);
  const index = siblings.findIndex(({ id }) => id === moved.id);
  const { parentId } = moved;
  switch (direction) {
    case "up":
      return index > 0 ? { parentId, position: index - 1 } : null;
    case "down":
      return index >= 0 && index < siblings.length - 1 ? { parentId, position: index + 1 } : null;
    case "in": {
      const before = siblings[index - 1];
      return before === undefined ? null : { parentId: before.id };
    }
    case "out": {
      const parent = tree.find(({ id }) => id === parentId);
      return parent === undefined ? null : { parentId: parent.parentId, position: parent.position + 1 };
    }
    default:
      return direction satisfies never;
  }
};

/** True for the category itself and all below it, which it cannot be moved into. */
export const isWithin = (tree: readonly Place[], id: string, above: string): boolean => {
  const byId = new Map(tree.map((place) => [place.id, place]));
  const passed = new Set<string>();
  for (let at: string | null = id; at !== null && !passed.has(at); at = byId.get(at)?.parentId ?? null) {
    if (at === above) return true;
    passed.add(at);
  }
  return false;
};

/** A category dropped before another one, or into it. Null where it would be within itself, or where it is already. */
export const dropOn = (
  tree: readonly Place[],
  moved: Place,
  target: Place,
  where: "before" | "into",
): CategoryMove | null => {
  if (isWithin(tree, target.id, moved.id)) return null;
  if (where === "into") return moved.parentId === target.id ? null : { parentId: target.id };
  const { parentId, position } = target;
  if (moved.parentId !== parentId) return { parentId, position };
  // It leaves its place first, so those behind it come one forward.
  const then = moved.position < position ? position - 1 : position;
  return then === moved.position ? null : { parentId, position: then };
};

interface Branch extends Place {
  readonly level: number;
}

/** The whole tree, depth first, as it is after a move: what is hoped for until the shop has answered. */
export const treeAfter = <Item extends Branch>(
  tree: readonly Item[],
  moved: Place,
  { parentId, position }: CategoryMove,
): readonly Item[] => {
  const childrenOf = (id: string | null): readonly Item[] => {
    const others = tree.filter((item) => item.parentId === id && item.id !== moved.id);
    const sorted = others.sort((one, other) => one.position - other.position);
    const item = id === parentId ? tree.find((one) => one.id === moved.id) : undefined;
    return item === undefined ? sorted : sorted.toSpliced(position ?? sorted.length, 0, item);
  };
  const below = (id: string | null, level: number): readonly Item[] =>
    childrenOf(id).flatMap((item, place) => [
      { ...item, parentId: id, position: place, level },
      ...below(item.id, level + 1),
    ]);
  return below(null, 0);
};
