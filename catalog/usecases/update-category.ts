import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { assertPlace, type Category, type CategoryFields, changeCategory } from "../domain/category.ts";
import type { CategoryWriter } from "./ports.ts";

export interface UpdateCategoryInput {
  readonly id: string;
  readonly changes: Partial<CategoryFields>;
  readonly expectedVersion: number | null;
}

/** Renames or moves. Fails with `NOT_FOUND`, `VERSION_MISMATCH`, `VALIDATION` (parent), `CONFLICT` (cycle, bounds). */
export const updateCategory =
  ({ categories, clock }: { categories: Pick<CategoryWriter, "change">; clock: Clock }) =>
  async ({ id, changes, expectedVersion }: UpdateCategoryInput): Promise<Category> =>
    categories.change(id, (category, all) => {
      assertVersion(expectedVersion, category.version);
      const changed = changeCategory(category, changes, clock.now());
      assertPlace(all, changed);
      return changed;
    });
