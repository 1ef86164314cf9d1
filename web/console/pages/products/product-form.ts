import type { Schemas } from "../../../../client/index.ts";
import { type AttributeRow, attributesOf, attributesText, rowsOf } from "./product-attributes.ts";

type Product = Schemas["Product"];
export type NewProduct = Schemas["NewProduct"];

/** A product as its form holds it, as it is typed. */
export interface ProductForm {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  /** In major units: "12.99". */
  readonly price: string;
  readonly currency: string;
  /** Empty for none. */
  readonly categoryId: string;
  readonly status: Product["status"];
  readonly barcode: string;
  /** Addresses, one a line. */
  readonly images: string;
  readonly attributes: readonly AttributeRow[];
}

export const formFields = [
  "sku",
  "name",
  "price",
  "currency",
  "status",
  "categoryId",
  "barcode",
  "description",
  "images",
  "attributes",
] as const;
export type FormField = (typeof formFields)[number];

const decimalsCache = new Map<string, number>();
/** How many digits a currency has behind its point: 2 for EUR, 0 for JPY, 3 for KWD; 2 for one that nobody knows. */
export const decimalsOf = (currency: string): number => {
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  const known = decimalsCache.get(currency);
  if (known !== undefined) return known;
  const { maximumFractionDigits } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  decimalsCache.set(currency, maximumFractionDigits ?? 2);
  return maximumFractionDigits ?? 2;
};

/** An amount in minor units as it is typed: 1299 EUR is "12.99". */
export const typedAmount = ({ amountMinor, currency }: Schemas["Money"]): string => {
  const decimals = decimalsOf(currency);
  return (amountMinor / 10 ** decimals).toFixed(decimals);
};

/** What was typed in minor units, without arithmetic on fractions; null where it is no amount in this currency. */
export const minorUnitsOf = (typed: string, currency: string): number | null => {
  const decimals = decimalsOf(currency);
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(typed.trim());
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > decimals) return null;
  return Number(`${whole}${fraction.padEnd(decimals, "0")}`);
};

export const emptyForm: ProductForm = {
  sku: "",
  name: "",
  description: "",
  price: "",
  currency: "USD",
  categoryId: "",
  status: "draft",
  barcode: "",
  images: "",
  attributes: [],
};

export const formOf = (product: Product): ProductForm => ({
  sku: product.sku,
  name: product.name,
  description: product.description,
  price: typedAmount(product.price),
  currency: product.price.currency,
  categoryId: product.categoryId ?? "",
  status: product.status,
  barcode: product.barcode ?? "",
  images: product.images.join("\n"),
  attributes: rowsOf(product.attributes),
});

/** The product that the form describes; null while its price is none, or an attribute is wrong. */
export const productOf = (form: ProductForm): NewProduct | null => {
  const amountMinor = minorUnitsOf(form.price, form.currency);
  const attributes = attributesOf(form.attributes);
  if (amountMinor === null || attributes === null) return null;
  return {
    sku: form.sku.trim(),
    name: form.name.trim(),
    description: form.description,
    price: { amountMinor, currency: form.currency },
    categoryId: form.categoryId === "" ? null : form.categoryId,
    status: form.status,
    barcode: form.barcode.trim() === "" ? null : form.barcode.trim(),
    images: form.images
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    attributes,
  };
};

/** A field as one reads it. */
export const fieldText = (form: ProductForm, field: FormField): string =>
  field === "attributes" ? attributesText(form.attributes) : form[field];

/** The fields in which two forms differ, in the form's order. */
export const differences = (mine: ProductForm, theirs: ProductForm): readonly FormField[] =>
  formFields.filter((field) => JSON.stringify(mine[field]) !== JSON.stringify(theirs[field]));

const productFieldOf = (field: FormField): keyof NewProduct => (field === "currency" ? "price" : field);

/** Only what was changed since it was read: what somebody else has changed beside it stays as they made it. Null while the form describes no product. */
export const changesOf = (mine: ProductForm, read: ProductForm): Partial<NewProduct> | null => {
  const product = productOf(mine);
  if (product === null) return null;
  return Object.fromEntries(
    differences(mine, read).map((field) => [productFieldOf(field), product[productFieldOf(field)]]),
  );
};
