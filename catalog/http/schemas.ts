import { type Static, Type } from "@sinclair/typebox";
import {
  idSchema,
  moneySchema,
  nullable,
  pageOf,
  skuSchema,
  strictObject,
  timeSchema,
} from "../../shared/http/schemas.ts";
import { CATEGORIES_MAX } from "../domain/category.ts";
import { productLimits, productPatterns } from "../domain/product-limits.ts";
import { facetsSchema } from "./facets.ts";

const {
  nameMax: NAME_MAX,
  descriptionMax: DESCRIPTION_MAX,
  barcodeMax: BARCODE_MAX,
  imagesMax: IMAGES_MAX,
  urlMax: URL_MAX,
  attributesMax: ATTRIBUTES_MAX,
  attributeTextMax: ATTRIBUTE_TEXT_MAX,
} = productLimits;
/** A list of siblings is never longer than the tree. */
const CATEGORY_POSITION_MAX = CATEGORIES_MAX - 1;
/** A UUID, a slug or a SKU. */
const KEY_MAX = 200;

const NO_CONTROL = "^[^\\u0000-\\u001f\\u007f]*$";
const { visibleLine: VISIBLE_LINE, noNul: NO_NUL } = productPatterns;

const nameSchema = Type.String({
  minLength: 1,
  maxLength: NAME_MAX,
  pattern: VISIBLE_LINE,
  error: `must be one line of 1 to ${NAME_MAX} characters`,
});

const attributesSchema = Type.Record(
  Type.String({ pattern: productPatterns.attributeName }),
  Type.Union([
    Type.String({ maxLength: ATTRIBUTE_TEXT_MAX, pattern: NO_NUL }),
    Type.Number(),
    Type.Boolean(),
  ]),
  {
    additionalProperties: false,
    maxProperties: ATTRIBUTES_MAX,
    error: `must have ${ATTRIBUTES_MAX} attributes at most, each a short text, a number or a boolean`,
    examples: [{ colour: "blue", volumeMl: 350 }],
  },
);

export const statusSchema = Type.Union(
  [Type.Literal("draft"), Type.Literal("active"), Type.Literal("archived")],
  {
    error: "must be draft, active or archived",
    description: "only active products are shown to the public",
  },
);

const productFields = {
  sku: skuSchema,
  name: nameSchema,
  description: Type.String({
    maxLength: DESCRIPTION_MAX,
    pattern: NO_NUL,
    error: `must be text of ${DESCRIPTION_MAX} characters at most`,
  }),
  barcode: nullable(
    Type.String({
      minLength: 1,
      maxLength: BARCODE_MAX,
      pattern: productPatterns.barcode,
      error: `must be 1 to ${BARCODE_MAX} visible ASCII characters without spaces`,
      description: "EAN, UPC, GTIN or what else is on the package; null for none",
      examples: ["4006381333931"],
    }),
  ),
  price: moneySchema,
  categoryId: nullable(idSchema),
  images: Type.Array(
    Type.String({
      maxLength: URL_MAX,
      pattern: productPatterns.imageAddress,
      error: "must be an http or https address",
    }),
    { maxItems: IMAGES_MAX, description: "the main picture first" },
  ),
  attributes: attributesSchema,
  status: statusSchema,
};

const productExample = {
  sku: "MUG-BLUE",
  name: "Blue mug",
  description: "Holds 350 ml.",
  barcode: "4006381333931",
  price: { amountMinor: 1299, currency: "USD" },
  attributes: { colour: "blue" },
};

export const newProductSchema = strictObject(
  {
    sku: productFields.sku,
    name: productFields.name,
    description: Type.Optional(productFields.description),
    barcode: Type.Optional(productFields.barcode),
    price: productFields.price,
    categoryId: Type.Optional(productFields.categoryId),
    images: Type.Optional(productFields.images),
    attributes: Type.Optional(productFields.attributes),
    status: Type.Optional(productFields.status),
  },
  { title: "NewProduct", examples: [productExample] },
);
export type NewProductBody = Static<typeof newProductSchema>;

export const productChangesSchema = strictObject(
  {
    sku: Type.Optional(productFields.sku),
    name: Type.Optional(productFields.name),
    description: Type.Optional(productFields.description),
    barcode: Type.Optional(productFields.barcode),
    price: Type.Optional(productFields.price),
    categoryId: Type.Optional(productFields.categoryId),
    images: Type.Optional(productFields.images),
    attributes: Type.Optional(productFields.attributes),
    status: Type.Optional(productFields.status),
  },
  { title: "ProductChanges", examples: [{ price: { amountMinor: 1199, currency: "USD" } }] },
);
export type ProductChangesBody = Static<typeof productChangesSchema>;

const versionSchema = Type.Integer({ minimum: 1, description: "rises with every change" });

const crumbSchema = strictObject({ id: idSchema, name: Type.String(), slug: Type.String() });

/** Answers are looser than requests: what once was stored may be shown. */
export const productSchema = strictObject(
  {
    id: idSchema,
    sku: Type.String({ examples: ["MUG-BLUE"] }),
    slug: Type.String({ description: "for addresses; stays when the name changes", examples: ["blue-mug"] }),
    name: Type.String({ examples: ["Blue mug"] }),
    description: Type.String({ examples: ["Holds 350 ml."] }),
    barcode: nullable(Type.String({ description: "not unique", examples: ["4006381333931"] })),
    price: moneySchema,
    categoryId: nullable(idSchema),
    categoryPath: Type.Array(crumbSchema, { description: "from the root to the product's category" }),
    images: Type.Array(Type.String({ examples: ["https://shop.example/mug-blue.jpg"] })),
    attributes: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
      examples: [{ colour: "blue", volumeMl: 350 }],
    }),
    status: statusSchema,
    stock: strictObject(
      {
        available: Type.Integer({ minimum: 0 }),
        inStock: Type.Boolean(),
        version: Type.Integer({ minimum: 0, description: "of the stock level; 0 while there is none" }),
      },
      { description: "live" },
    ),
    version: versionSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { title: "Product" },
);
export type ProductBody = Static<typeof productSchema>;

export const productListSchema = strictObject(
  {
    ...pageOf(productSchema).properties,
    facets: nullable(facetsSchema),
  },
  { title: "ProductPage" },
);
export type ProductListBody = Static<typeof productListSchema>;

const categoryFields = {
  name: nameSchema,
  parentId: nullable(idSchema),
  position: Type.Integer({
    minimum: 0,
    maximum: CATEGORY_POSITION_MAX,
    error: `must be a whole number from 0 to ${CATEGORY_POSITION_MAX}`,
    description: "among its siblings, 0 for the first; beyond the last it is the last",
  }),
};

export const newCategorySchema = strictObject(
  {
    name: categoryFields.name,
    parentId: Type.Optional(categoryFields.parentId),
    position: Type.Optional(categoryFields.position),
  },
  { examples: [{ name: "Mugs", parentId: null, position: 0 }] },
);

export const categoryChangesSchema = strictObject(
  {
    name: Type.Optional(categoryFields.name),
    parentId: Type.Optional(categoryFields.parentId),
    position: Type.Optional(categoryFields.position),
  },
  { examples: [{ name: "Cups and mugs", position: 2 }] },
);
export type CategoryChangesBody = Static<typeof categoryChangesSchema>;

export const categorySchema = strictObject(
  {
    id: idSchema,
    name: Type.String(),
    slug: Type.String({ description: "for addresses; stays when the name changes" }),
    parentId: nullable(idSchema),
    position: Type.Integer({ minimum: 0, description: "among its siblings, 0 for the first" }),
    level: Type.Integer({ minimum: 0, description: "0 for a root" }),
    path: Type.String({ description: "the slugs from the root to it", examples: ["kitchen/mugs"] }),
    productCount: Type.Integer({ minimum: 0, description: "public products in it and below it" }),
    version: versionSchema,
  },
  { title: "Category" },
);
export type CategoryBody = Static<typeof categorySchema>;

export const keyParams = strictObject({
  id: Type.String({
    minLength: 1,
    maxLength: KEY_MAX,
    pattern: NO_CONTROL,
    error: `must be an id, a slug or a SKU of ${KEY_MAX} characters at most`,
  }),
});

export const idParams = strictObject({ id: idSchema });
