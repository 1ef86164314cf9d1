import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion } from "../../shared/kernel/errors.ts";
import { assertCurrency, changeProduct, type Product, type ProductFields } from "../domain/product.ts";
import type { ProductWriter } from "./ports.ts";

export interface UpdateProductInput {
  readonly id: string;
  readonly changes: Partial<ProductFields>;
  /** Null when the caller does not care what it overwrites. */
  readonly expectedVersion: number | null;
}

/** Fails with `NOT_FOUND`, `VERSION_MISMATCH`, `CONFLICT` (SKU) and `VALIDATION` (currency, category). */
export const updateProduct =
  ({
    products,
    currency,
    clock,
  }: {
    products: Pick<ProductWriter, "change">;
    currency: string;
    clock: Clock;
  }) =>
  async ({ id, changes, expectedVersion }: UpdateProductInput): Promise<Product> => {
    if (changes.price !== undefined) assertCurrency(changes.price, currency);
    return products.change(id, (product) => {
      assertVersion(expectedVersion, product.version);
      return changeProduct(product, changes, clock.now());
    });
  };
