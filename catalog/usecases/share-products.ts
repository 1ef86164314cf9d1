import type { Product } from "../domain/product.ts";
import type { ProductListing } from "./ports.ts";

/** Products of one page for another service's replica. */
export const SHARED_PAGE = 200;

/** All products, page by page, for whoever keeps a replica. */
export const shareProducts =
  ({ products }: { products: Pick<ProductListing, "all"> }) =>
  async (after: string | null): Promise<{ items: Product[]; nextId: string | null }> => {
    const items = await products.all(after, SHARED_PAGE);
    return { items, nextId: items.length === SHARED_PAGE ? (items.at(-1)?.id ?? null) : null };
  };
