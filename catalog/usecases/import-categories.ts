import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { CATEGORIES_MAX, type Category, TOO_MANY_CATEGORIES } from "../domain/category.ts";
import { type CategoryPlaces, categoryPlaces, childNamed, foldedNames } from "../domain/import-categories.ts";
import { writeCategory } from "../domain/import-cells.ts";
import type { CategoryPlace } from "../domain/import-change.ts";
import { createCategory } from "./create-category.ts";
import type { CategoryReader, CategoryWriter } from "./ports.ts";

export interface ImportCategoriesDeps {
  readonly categories: Pick<CategoryReader, "tree"> & Pick<CategoryWriter, "insert">;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Somebody else has made it: thrown within the insert, which is then undone. */
class MadeMeanwhile extends Error {
  override readonly name = "MadeMeanwhile";

  constructor(readonly category: Category) {
    super("the category is there already");
  }
}

/** The child of that name, made where there is none: one alone, also when several imports make it at once. */
const childOf = async (
  { categories, clock, newId }: ImportCategoriesDeps,
  parentId: string | null,
  name: string,
): Promise<{ id: string; isNew: boolean }> => {
  const create = createCategory({
    clock,
    newId,
    categories: {
      insert: (make) =>
        categories.insert((all) => {
          const there = childNamed(all, parentId, name);
          if (there !== undefined) throw new MadeMeanwhile(there);
          return make(all);
        }),
    },
  });
  try {
    return { id: (await create({ name, parentId })).id, isNew: true };
  } catch (error) {
    if (error instanceof MadeMeanwhile) return { id: error.category.id, isNew: false };
    throw error;
  }
};

const problemOf = (error: unknown): CategoryPlace => {
  // The tree is full, or too deep: that is the row's fault, and no reason to end the import.
  if (isKioskError(error, "CONFLICT")) return { problem: error.message };
  throw error;
};

export interface CategoryEnsuring {
  readonly dryRun: boolean;
  /** Told of each category that is made, or would be, with its path. */
  readonly onNew: (path: string) => void;
}

/** Finds the categories of these paths and makes those that are missing, parents first. Fails with whatever the store fails with. */
export type EnsureCategories = (paths: readonly (readonly string[])[]) => Promise<CategoryPlaces>;

/** What a dry run would have made so far. Categories that are not there get ids that nothing has. */
const createPlannedCategories = (onNew: CategoryEnsuring["onNew"]) => {
  const planned = new Set<string>();
  return (names: readonly string[], places: CategoryPlaces): CategoryPlace => {
    const key = foldedNames(names);
    if (!planned.has(key)) {
      if (places.count + planned.size >= CATEGORIES_MAX) return { problem: TOO_MANY_CATEGORIES };
      planned.add(key);
      onNew(writeCategory(names));
    }
    return { id: `planned ${key}` };
  };
};

/** For one import: each asks for the tree anew, since others change it meanwhile. A dry run makes nothing. */
export const categoryEnsuring = (
  deps: ImportCategoriesDeps,
  { dryRun, onNew }: CategoryEnsuring,
): EnsureCategories => {
  const plan = createPlannedCategories(onNew);
  const make = async (names: readonly string[], parentId: string | null): Promise<CategoryPlace> => {
    const { id, isNew } = await childOf(deps, parentId, names.at(-1) ?? "");
    if (isNew) onNew(writeCategory(names));
    return { id };
  };
  const placeOf = async (
    names: readonly string[],
    parentId: string | null,
    places: CategoryPlaces,
  ): Promise<CategoryPlace> => {
    const there = places.find(names, null);
    if (there !== undefined) return { id: there };
    const added = places.added(names);
    if (added !== undefined) return added;
    // Not asked of the tree: a file with a new category in each row would lock and read all of it for each.
    if (places.count >= CATEGORIES_MAX) return { problem: TOO_MANY_CATEGORIES };
    return dryRun ? plan(names, places) : make(names, parentId).catch(problemOf);
  };
  const ensure = async (path: readonly string[], places: CategoryPlaces): Promise<CategoryPlace> => {
    let [place, parentId]: [CategoryPlace, string | null] = [{ problem: "must name a category" }, null];
    for (let depth = 1; depth <= path.length; depth += 1) {
      const names = path.slice(0, depth);
      place = await placeOf(names, parentId, places);
      places.add(names, place);
      if ("problem" in place) break;
      parentId = place.id;
    }
    return place;
  };
  return async (paths) => {
    const places = categoryPlaces(await deps.categories.tree());
    for (const path of paths) places.add(path, await ensure(path, places));
    return places;
  };
};
