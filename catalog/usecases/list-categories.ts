import { notFound } from "../../shared/kernel/errors.ts";
import { type CategoryNode, countWithDescendants, findCategory } from "../domain/category.ts";
import type { CategoryReader } from "./ports.ts";

export interface CountedCategory {
  readonly category: CategoryNode;
  /** Public products in it and in all categories below it. */
  readonly productCount: number;
}

const countedTree = async (categories: CategoryReader) => {
  const [tree, direct] = await Promise.all([categories.tree(), categories.countProducts()]);
  const totals = countWithDescendants(tree, direct);
  const counted = (category: CategoryNode): CountedCategory => ({
    category,
    productCount: totals.get(category.id) ?? 0,
  });
  return { tree, counted };
};

/** The whole tree, depth first. */
export const listCategories =
  ({ categories }: { categories: CategoryReader }) =>
  async (): Promise<CountedCategory[]> => {
    const { tree, counted } = await countedTree(categories);
    return tree.nodes.map(counted);
  };

/** One category by id or slug. Fails with `NOT_FOUND`. */
export const readCategory =
  ({ categories }: { categories: CategoryReader }) =>
  async (key: string): Promise<CountedCategory> => {
    const { tree, counted } = await countedTree(categories);
    const category = findCategory(tree, key);
    if (category === undefined) throw notFound("category");
    return counted(category);
  };
