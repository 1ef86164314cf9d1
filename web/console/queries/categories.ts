import { useQueryClient } from "@tanstack/react-query";
import { ok } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { treeAfter } from "../pages/categories/category-moves.ts";
import { useAct } from "../parts/use-act.ts";
import { useCategoriesTexts } from "../texts/categories.ts";
import { CATEGORIES_KEY, type Category, PRODUCTS_KEY } from "./products.ts";

const TOUCHED = [CATEGORIES_KEY, PRODUCTS_KEY];

const seen = ({ id, version }: Category) => ({
  params: { path: { id } },
  headers: { "if-match": `"${version}"` },
});

export interface CategoryChange {
  readonly category: Category;
  readonly changes: { readonly name?: string; readonly parentId?: string | null; readonly position?: number };
}

interface Tree {
  readonly items: readonly Category[];
}

/** The tree as it will be when the shop takes the change. */
const hopedFor = ({ items }: Tree, { category, changes }: CategoryChange): Tree => {
  const { name, parentId, position } = changes;
  const named = items.map((item) =>
    item.id === category.id && name !== undefined ? { ...item, name } : item,
  );
  if (parentId === undefined) return { items: named };
  return { items: treeAfter(named, category, { parentId, ...(position === undefined ? {} : { position }) }) };
};

/** Renames a category, or moves it with all below it: shown at once, taken back where the shop refuses it; only the version that was seen. */
export const useChangeCategory = () => {
  const texts = useCategoriesTexts();
  const queries = useQueryClient();
  return useAct({
    act: ({ category, changes }: CategoryChange) =>
      ok(kiosk.api.PATCH("/v1/categories/{id}", { ...seen(category), body: changes })),
    touches: TOUCHED,
    hope(change) {
      const before = queries.getQueryData<Tree>(CATEGORIES_KEY);
      if (before === undefined) return () => undefined;
      void queries.cancelQueries({ queryKey: CATEGORIES_KEY });
      queries.setQueryData<Tree>(CATEGORIES_KEY, hopedFor(before, change));
      return () => void queries.setQueryData(CATEGORIES_KEY, before);
    },
    done: ({ name }, { changes }) => ({
      text: changes.name === undefined ? texts.moved(name) : texts.renamed(name),
    }),
  });
};

export const useAddCategory = () => {
  const texts = useCategoriesTexts();
  return useAct({
    act: (body: { name: string; parentId: string | null }) => ok(kiosk.api.POST("/v1/categories", { body })),
    touches: TOUCHED,
    done: ({ name }) => ({ text: texts.added(name) }),
  });
};

/** Deletes a category that nothing is in. */
export const useRemoveCategory = () => {
  const texts = useCategoriesTexts();
  return useAct({
    act: (category: Category) => ok(kiosk.api.DELETE("/v1/categories/{id}", seen(category))),
    touches: TOUCHED,
    done: (_answer, { name }) => ({ text: texts.removed(name) }),
  });
};
