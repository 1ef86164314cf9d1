import { notFound } from "../../shared/kernel/errors.ts";
import { isPublic } from "../domain/product.ts";
import type { ProductReader, ProductView } from "./ports.ts";
import type { ViewProduct } from "./view-product.ts";

/** Finds a product by id, slug or SKU. Fails with `NOT_FOUND`, also on a draft in front of the public. */
export const readProduct =
  ({ products, view }: { products: ProductReader; view: ViewProduct }) =>
  async ({ key, seesDrafts }: { key: string; seesDrafts: boolean }): Promise<ProductView> => {
    const product = await products.find(key);
    if (product === null || !(seesDrafts || isPublic(product))) throw notFound("product");
    return view(product);
  };
