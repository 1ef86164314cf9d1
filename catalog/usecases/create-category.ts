import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { assertPlace, type Category, type CategoryFields } from "../domain/category.ts";
import { freePosition } from "../domain/category-order.ts";
import { freeSlug, slugOf } from "../domain/slug.ts";
import type { CategoryWriter } from "./ports.ts";

export interface CreateCategoryDeps {
  readonly categories: Pick<CategoryWriter, "insert">;
  readonly clock: Clock;
  readonly newId: NewId;
}

export type NewCategory = Pick<CategoryFields, "name" | "parentId"> & Partial<CategoryFields>;

/** Fails with `VALIDATION` on an unknown parent, with `CONFLICT` beyond the bounds of the tree. */
export const createCategory =
  ({ categories, clock, newId }: CreateCategoryDeps) =>
  async ({ name, parentId, position = null }: NewCategory): Promise<Category> => {
    const [id, now] = [newId(), clock.now()];
    return categories.insert((all) => {
      const slug = freeSlug(slugOf(name, "category"), new Set(all.map((category) => category.slug)));
      const place = { parentId, position: freePosition(all, { id, parentId }, position) };
      const category = { id, name, slug, ...place, version: 1, createdAt: now, updatedAt: now };
      assertPlace(all, category);
      return category;
    });
  };

export type CreateCategory = ReturnType<typeof createCategory>;
