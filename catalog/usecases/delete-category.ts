import { assertVersion, conflict } from "../../shared/kernel/errors.ts";
import type { CategoryWriter } from "./ports.ts";

/** Only an empty one. Fails with `NOT_FOUND`, `VERSION_MISMATCH`, and `CONFLICT` when something is in it. */
export const deleteCategory =
  ({ categories }: { categories: Pick<CategoryWriter, "delete"> }) =>
  async ({ id, expectedVersion }: { id: string; expectedVersion: number | null }): Promise<void> =>
    categories.delete(id, (category, all, products) => {
      assertVersion(expectedVersion, category.version);
      if (all.some(({ parentId }) => parentId === id)) {
        throw conflict("Other categories are in this one: move or delete them first.");
      }
      if (products > 0) throw conflict("Products are in this category: move or delete them first.");
    });
