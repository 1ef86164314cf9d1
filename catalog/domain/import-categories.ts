import { type Category, type CategoryTree, pathTo } from "./category.ts";
import type { CategoryPlace } from "./import-change.ts";

/** Names that mean the same category have the same: case does not part them. */
export const foldedNames = (names: readonly string[]): string =>
  JSON.stringify(names.map((name) => name.toLowerCase()));

/** Where the categories of a file are. Names need not be unique: of several categories the one that is written alike, else the first. */
export interface CategoryPlaces {
  /** Undefined where there is none. `currentId` wins where it goes by these names as well. */
  find(names: readonly string[], currentId: string | null): string | undefined;
  namesOf(id: string): readonly string[];
  /** How many there are, those that were added left out. */
  readonly count: number;
  /** Takes the place for one that is to be made, or that cannot be. */
  add(names: readonly string[], place: CategoryPlace): void;
  /** The place of one that was added. */
  added(names: readonly string[]): CategoryPlace | undefined;
}

export const categoryPlaces = (tree: CategoryTree): CategoryPlaces => {
  const namesById = new Map<string, readonly string[]>(
    tree.nodes.map(({ id }) => [id, pathTo(tree, id).map(({ name }) => name)]),
  );
  const idsByNames = Map.groupBy(namesById.keys(), (id) => foldedNames(namesById.get(id) ?? []));
  const made = new Map<string, CategoryPlace>();
  return {
    count: tree.nodes.length,
    find(names, currentId) {
      const ids = idsByNames.get(foldedNames(names)) ?? [];
      if (currentId !== null && ids.includes(currentId)) return currentId;
      const exact = JSON.stringify(names);
      return ids.find((id) => JSON.stringify(namesById.get(id)) === exact) ?? ids[0];
    },
    namesOf: (id) => namesById.get(id) ?? [],
    add(names, place) {
      made.set(foldedNames(names), place);
      if ("id" in place && !namesById.has(place.id)) namesById.set(place.id, names);
    },
    added: (names) => made.get(foldedNames(names)),
  };
};

/** The child of that name; undefined where there is none. For whoever makes one while the tree is locked. */
export const childNamed = (
  all: readonly Category[],
  parentId: string | null,
  name: string,
): Category | undefined => {
  const children = all.filter((each) => each.parentId === parentId);
  return (
    children.find((each) => each.name === name) ??
    children.find((each) => each.name.toLowerCase() === name.toLowerCase())
  );
};
