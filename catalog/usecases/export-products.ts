import { pathTo } from "../domain/category.ts";
import { ATTRIBUTE_COLUMNS_MAX, exportLayout } from "../domain/export-row.ts";
import type { Product, ProductStatus } from "../domain/product.ts";
import type { CategoryReader } from "./ports.ts";

/** Products that are in memory at once. */
const PAGE = 500;

/** The living products, as an export reads them. */
export interface ProductExport {
  /** By rising id; `after` is the last id of the page before. Null for any status. */
  living(after: string | null, limit: number, status: ProductStatus | null): Promise<Product[]>;
  /** Names of their attributes, the most frequent first. */
  attributeNames(limit: number, status: ProductStatus | null): Promise<string[]>;
}

/** Rows of a file, the header first, so many at once as are read at once. */
export type ExportRows = AsyncGenerator<readonly (readonly string[])[]>;

/**
 * All living products as rows of a file, page by page: each product once at most, as it is when its page is read. One that is made
 * meanwhile may be in it or not; an attribute that nobody had at the beginning goes into the column of the rest.
 */
export const exportProducts = ({
  products,
  categories,
}: {
  products: ProductExport;
  categories: Pick<CategoryReader, "tree">;
}) =>
  async function* (status: ProductStatus | null): ExportRows {
    const layout = exportLayout(await products.attributeNames(ATTRIBUTE_COLUMNS_MAX, status));
    let header = [layout.header];
    let after: string | null = null;
    do {
      const [page, tree]: [Product[], Awaited<ReturnType<CategoryReader["tree"]>>] = await Promise.all([
        products.living(after, PAGE, status),
        categories.tree(),
      ]);
      const namesOf = (id: string | null) => pathTo(tree, id).map(({ name }) => name);
      yield [...header, ...page.map((product) => layout.row(product, namesOf(product.categoryId)))];
      header = [];
      after = page.length === PAGE ? (page.at(-1)?.id ?? null) : null;
    } while (after !== null);
  };

export type ExportProducts = ReturnType<typeof exportProducts>;
