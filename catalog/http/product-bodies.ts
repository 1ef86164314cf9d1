import type { ProductFields } from "../domain/product.ts";
import { tidyAttribute, tidyText } from "../domain/tidy-text.ts";
import type { ProductList } from "../usecases/list-products.ts";
import type { ProductView } from "../usecases/ports.ts";
import { facetsBody } from "./facets.ts";
import type { NewProductBody, ProductBody, ProductChangesBody, ProductListBody } from "./schemas.ts";

export const productBody = ({ product, categoryPath, stock }: ProductView): ProductBody => ({
  id: product.id,
  sku: product.sku,
  slug: product.slug,
  name: product.name,
  description: product.description,
  barcode: product.barcode,
  price: { amountMinor: product.price.amountMinor, currency: product.price.currency },
  categoryId: product.categoryId,
  categoryPath: categoryPath.map(({ id, name, slug }) => ({ id, name, slug })),
  images: [...product.images],
  attributes: { ...product.attributes },
  status: product.status,
  stock: { available: stock.available, inStock: stock.available > 0, version: stock.version },
  version: product.version,
  createdAt: product.createdAt.toISOString(),
  updatedAt: product.updatedAt.toISOString(),
});

export const productListBody = (
  list: ProductList,
  nextCursor: string | null,
  currency: string,
): ProductListBody => ({
  items: list.items.map(productBody),
  nextCursor,
  facets: list.facets && facetsBody(list.facets, currency),
});

/** What a body says, as it is stored; fields that were not sent are left out. */
export const changesOf = (body: ProductChangesBody): Partial<ProductFields> => ({
  ...(body.sku === undefined ? {} : { sku: body.sku }),
  ...(body.name === undefined ? {} : { name: tidyText(body.name) }),
  ...(body.description === undefined ? {} : { description: tidyText(body.description) }),
  ...(body.barcode === undefined ? {} : { barcode: body.barcode }),
  ...(body.price === undefined ? {} : { price: body.price }),
  ...(body.categoryId === undefined ? {} : { categoryId: body.categoryId?.toLowerCase() ?? null }),
  ...(body.images === undefined ? {} : { images: body.images.map((image) => image.toWellFormed()) }),
  ...(body.attributes === undefined ? {} : { attributes: attributesOf(body.attributes) }),
  ...(body.status === undefined ? {} : { status: body.status }),
});

const attributesOf = (attributes: ProductFields["attributes"]): ProductFields["attributes"] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [tidyText(name), tidyAttribute(value)]),
  );

/** A new product is for sale at once unless it says otherwise. */
export const fieldsOf = (body: NewProductBody): ProductFields => ({
  description: "",
  barcode: null,
  categoryId: null,
  images: [],
  attributes: {},
  status: "active",
  ...changesOf(body),
  sku: body.sku,
  name: tidyText(body.name),
  price: body.price,
});
