import { isDeepStrictEqual } from "node:util";
import { writeDecimalAmount } from "../../shared/kernel/decimal-amount.ts";
import { writeAttribute, writeCategory, writeImages } from "./import-cells.ts";
import type { ImportItem, RowError } from "./import-row.ts";
import {
  type AttributeValue,
  changeProduct,
  newProduct,
  type Product,
  type ProductFields,
} from "./product.ts";
import { productLimits } from "./product-limits.ts";
import { slugOf, slugWithId } from "./slug.ts";

/** One field of a product, before and after. Null: there was, or is, nothing. Written as in a file, long texts cut. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What an import does, or would do, to a product. */
export interface ProductDifference {
  readonly line: number;
  readonly sku: string;
  readonly change: "created" | "changed";
  readonly fields: readonly FieldChange[];
}

/** A product to be stored: a new one under the first of the slugs that is free, the last of which nobody has. */
export type ProductPut =
  | {
      readonly kind: "new";
      readonly sku: string;
      readonly slugs: readonly string[];
      readonly make: (slug: string) => Product;
    }
  | { readonly kind: "changed"; readonly sku: string; readonly product: Product };

export type ItemOutcome =
  | {
      readonly kind: "created" | "changed";
      readonly put: ProductPut;
      /** Put into words when it is asked for: of many products nobody reads it. */
      readonly difference: () => ProductDifference;
    }
  | { readonly kind: "unchanged" }
  | { readonly kind: "bad"; readonly error: RowError };

/** Where the category of an item is; `problem` where it cannot be made. */
export type CategoryPlace = { readonly id: string } | { readonly problem: string };

export interface ItemFacts {
  readonly now: Date;
  readonly newId: () => string;
  /** The category by its names; that of the product itself where it goes by the same names. */
  readonly placeOf: (names: readonly string[], currentId: string | null) => CategoryPlace;
  /** The names from the root to a category. */
  readonly namesOf: (categoryId: string) => readonly string[];
}

const SHOWN_MAX = 100;
const shown = (text: string): string | null => {
  if (text === "") return null;
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX).toWellFormed()}…` : text;
};

type Shown = Readonly<Record<string, string>>;

/** The fields of a product as texts, by the names of their columns. */
const textsOf = (fields: ProductFields, namesOf: ItemFacts["namesOf"]): Shown => ({
  name: fields.name,
  description: fields.description,
  price: `${writeDecimalAmount(fields.price.amountMinor, fields.price.currency)} ${fields.price.currency}`,
  barcode: fields.barcode ?? "",
  category: fields.categoryId === null ? "" : writeCategory(namesOf(fields.categoryId)),
  images: writeImages(fields.images),
  status: fields.status,
  ...Object.fromEntries(
    Object.entries(fields.attributes).map(([name, value]) => [`attribute.${name}`, writeAttribute(value)]),
  ),
});

const changesBetween = (before: Shown, after: Shown): FieldChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, from: shown(before[field] ?? ""), to: shown(after[field] ?? "") }));

const bad = ({ line }: ImportItem, column: string, message: string): ItemOutcome => ({
  kind: "bad",
  error: { line, column, message },
});

const mergedAttributes = (
  before: ProductFields["attributes"],
  more: Readonly<Record<string, AttributeValue>> | undefined,
): ProductFields["attributes"] => {
  const merged = { ...before, ...more };
  return isDeepStrictEqual(merged, before) ? before : merged;
};

const createdOf = (item: ImportItem, categoryId: string | null, facts: ItemFacts): ItemOutcome => {
  const { sku, line, fields } = item;
  const { name, price } = fields;
  if (name === undefined) return bad(item, "name", "is empty: a new product needs a name");
  if (price === undefined) return bad(item, "price", "is empty: a new product needs a price");
  const { description = "", barcode = null, images = [], status = "active", attributes = {} } = fields;
  const whole = { sku, name, price, description, barcode, images, status, attributes, categoryId };
  const id = facts.newId();
  const base = slugOf(name, "product");
  const slugs = [...new Set([base, slugOf(`${name} ${sku}`, "product"), slugWithId(base, id)])];
  const make = (slug: string) => newProduct(whole, { id, slug, now: facts.now });
  const put: ProductPut = { kind: "new", sku, slugs, make };
  const difference = (): ProductDifference => ({
    ...{ line, sku, change: "created" },
    fields: changesBetween({}, textsOf(whole, facts.namesOf)).filter(({ to }) => to !== null),
  });
  return { kind: "created", put, difference };
};

const changedOf = (
  { sku, line, fields }: ImportItem,
  known: Product,
  categoryId: string | null,
  facts: ItemFacts,
): ItemOutcome => {
  const { category: _, attributes, ...plain } = fields;
  const changes = { ...plain, categoryId, attributes: mergedAttributes(known.attributes, attributes) };
  const product = changeProduct(known, changes, facts.now);
  if (product === known) return { kind: "unchanged" };
  const difference = (): ProductDifference => ({
    ...{ line, sku, change: "changed" },
    fields: changesBetween(textsOf(known, facts.namesOf), textsOf(product, facts.namesOf)),
  });
  return { kind: "changed", put: { kind: "changed", sku, product }, difference };
};

/**
 * What an item does to the product that has its SKU, or to none. It overwrites what the file says and leaves the rest; attributes are
 * overwritten one by one.
 */
export const decideItem = (item: ImportItem, known: Product | undefined, facts: ItemFacts): ItemOutcome => {
  const { category, attributes } = item.fields;
  const currentId = known?.categoryId ?? null;
  const place = category === undefined ? { id: currentId } : facts.placeOf(category, currentId);
  if ("problem" in place) return bad(item, "category", place.problem);
  const count = Object.keys(mergedAttributes(known?.attributes ?? {}, attributes)).length;
  if (count > productLimits.attributesMax)
    return bad(
      item,
      "attributes",
      `the product would have more than ${productLimits.attributesMax} attributes`,
    );
  return known === undefined ? createdOf(item, place.id, facts) : changedOf(item, known, place.id, facts);
};
