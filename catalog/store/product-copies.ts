import { z } from "zod";
import { type Product, productStatuses } from "../domain/product.ts";
import type { SharedCopies } from "./copies.ts";

/** A product as it lies in the shared store. Whoever reads it may be older or newer than whoever wrote it, so it is looked at. */
const productSchema: z.ZodType<Product> = z.strictObject({
  id: z.string(),
  sku: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  barcode: z.string().nullable(),
  price: z.object({ amountMinor: z.int(), currency: z.string() }),
  categoryId: z.string().nullable(),
  images: z.array(z.string()),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  status: z.enum(productStatuses),
  version: z.int(),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
  deletedAt: z.coerce.date().nullable(),
});

/** Products in the store that all instances share, by state of the catalogue and key. */
export interface ProductCopies {
  get(state: string, key: string): Promise<Product | null>;
  put(state: string, key: string, product: Product): void;
}

const parse = (text: string): Product | null => {
  try {
    return productSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/**
 * The catalogue's revision is part of the key, so nothing is ever taken out or overwritten: what lies under a revision is what that
 * had or something newer, however late it was put there, and nobody who knows of a later one looks there.
 */
export const productCopies = (shared: SharedCopies): ProductCopies => {
  const keyOf = (state: string, key: string) => `catalog:product:${state}:${key}`;
  return {
    async get(state, key) {
      const text = await shared.get(keyOf(state, key));
      return text === null ? null : parse(text);
    },
    put: (state, key, product) => shared.put(keyOf(state, key), JSON.stringify(product)),
  };
};
