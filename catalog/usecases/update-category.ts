import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { assertPlace, type Category, type CategoryFields, changeCategory } from "../domain/category.ts";
import { freePosition } from "../domain/category-order.ts";
import type { CategoryWriter } from "./ports.ts";

export interface UpdateCategoryInput {
  readonly id: string;
  readonly changes: Partial<CategoryFields>;
  readonly expectedVersion: number | null;
}

/** Where it goes: without a wish it stays where it is, and is the last one below another parent. */
const placeOf = (all: readonly Category[], category: Category, changes: Partial<CategoryFields>) => {
  const { parentId = category.parentId, position } = changes;
  const stays = parentId === category.parentId ? category.position : null;
  return { parentId, position: freePosition(all, { id: category.id, parentId }, position ?? stays) };
};

/** Renames or moves. Fails with `NOT_FOUND`, `VERSION_MISMATCH`, `VALIDATION` (parent), `CONFLICT` (cycle, bounds). */
export const updateCategory =
  ({ categories, clock }: { categories: Pick<CategoryWriter, "change">; clock: Clock }) =>
  async ({ id, changes, expectedVersion }: UpdateCategoryInput): Promise<Category> =>
    categories.change(id, (category, all) => {
      assertVersion(expectedVersion, category.version);
      const { name = category.name } = changes;
      const changed = changeCategory(category, { name, ...placeOf(all, category, changes) }, clock.now());
      assertPlace(all, changed);
      return changed;
    });
