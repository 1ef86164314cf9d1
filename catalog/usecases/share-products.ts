import type { Product } from "../domain/product.ts";
import type { ProductListing } from "./ports.ts";

/** Products of one page for another service's replica. */
export const SHARED_PAGE = 200;

/** One page of all products for a replica, and the id to go on from; null at the end. */
export interface SharedProducts {
  readonly items: readonly Product[];
  /** Deleted products: what stays of each. */
  readonly gone: readonly Pick<Product, "id" | "sku" | "version">[];
  readonly nextId: string | null;
}

/** Every product there was ever, by rising id, for whoever keeps a replica. */
export const shareProducts =
  ({ products }: { products: Pick<ProductListing, "all"> }) =>
  async (after: string | null): Promise<SharedProducts> => {
    const found = await products.all(after, SHARED_PAGE);
    const { living = [], deleted = [] } = Object.groupBy(found, ({ deletedAt }) =>
      deletedAt === null ? "living" : "deleted",
    );
    return {
      items: living,
      gone: deleted.map(({ id, sku, version }) => ({ id, sku, version })),
      nextId: found.length === SHARED_PAGE ? (found.at(-1)?.id ?? null) : null,
    };
  };
