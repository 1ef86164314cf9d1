import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { assertCurrency, newProduct, type Product, type ProductFields } from "../domain/product.ts";
import { slugOf } from "../domain/slug.ts";
import type { ProductWriter } from "./ports.ts";

export interface CreateProductDeps {
  readonly products: Pick<ProductWriter, "insert">;
  readonly currency: string;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Fails with `CONFLICT` on a SKU that is taken, with `VALIDATION` on another currency or an unknown category. */
export const createProduct =
  ({ products, currency, clock, newId }: CreateProductDeps) =>
  async (fields: ProductFields): Promise<Product> => {
    assertCurrency(fields.price, currency);
    const [id, now] = [newId(), clock.now()];
    return products.insert(slugOf(fields.name, "product"), (slug) => newProduct(fields, { id, slug, now }));
  };

export type CreateProduct = ReturnType<typeof createProduct>;
