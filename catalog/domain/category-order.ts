import type { Category } from "./category.ts";

/**
 * Where one stands that was made by who does not number siblings, such as an older instance during an update: after all that are
 * numbered, since there are fewer categories than this.
 */
export const UNPLACED = 1_000_000;

const byName = (a: Category, b: Category): number =>
  a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1);

const byPosition = (a: Category, b: Category): number => a.position - b.position || byName(a, b);

/** The children of each category in their order; the roots are those of null. Stored positions may have gaps and equals. */
export const siblingsInOrder = (all: readonly Category[]): Map<string | null, Category[]> => {
  const lists = Map.groupBy(all, (category) => category.parentId);
  for (const siblings of lists.values()) siblings.sort(byPosition);
  return lists;
};

/** The same categories with positions from 0 on, without gaps, in each list of siblings. */
export const numbered = (all: readonly Category[]): Category[] =>
  [...siblingsInOrder(all).values()].flatMap((siblings) =>
    siblings.map((category, position) =>
      category.position === position ? category : { ...category, position },
    ),
  );

/**
 * The position that a category gets below a parent among those that are there without it: the wanted one, and the last one
 * where there are fewer or where none is wanted (null).
 */
export const freePosition = (
  all: readonly Category[],
  { id, parentId }: Pick<Category, "id" | "parentId">,
  wanted: number | null,
): number => {
  const siblings = all.filter((other) => other.parentId === parentId && other.id !== id).length;
  return Math.min(wanted ?? siblings, siblings);
};

/** All categories once `placed` stands at its position: its new siblings have made room and its old ones closed the gap. */
export const arranged = (all: readonly Category[], placed: Category): Category[] => {
  const lists = siblingsInOrder(all.filter(({ id }) => id !== placed.id));
  const siblings = lists.get(placed.parentId) ?? [];
  lists.set(placed.parentId, siblings.toSpliced(placed.position, 0, placed));
  return [...lists.values()].flatMap((list) => list.map((category, position) => ({ ...category, position })));
};
