import { newProduct, type Product } from "../domain/product.ts";
import type { ProductView } from "../usecases/ports.ts";

/** A product as it is shown, with whatever a test says of it. */
export const generateView = (
  fields: Partial<Product> = {},
  rest: Partial<Omit<ProductView, "product">> = {},
): ProductView => {
  const made = newProduct(
    {
      sku: "MUG-BLUE",
      name: "Blue mug",
      description: "Holds 350 ml.",
      barcode: null,
      price: { amountMinor: 1_299, currency: "USD" },
      categoryId: null,
      images: [],
      attributes: {},
      status: "active",
    },
    { id: "0190a000-0000-7000-8000-000000000001", slug: "blue-mug", now: new Date(0) },
  );
  return {
    product: { ...made, ...fields },
    categoryPath: [],
    stock: { available: 5, version: 1 },
    treeVersion: 1,
    ...rest,
  };
};
