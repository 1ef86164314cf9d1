import { readDecimalAmount, writeDecimalAmount } from "../../shared/kernel/decimal-amount.ts";
import { type Money, money } from "../../shared/kernel/money.ts";
import { CATEGORY_LEVELS_MAX, TOO_DEEP } from "./category.ts";
import type { AttributeValue } from "./product.ts";
import { productLimits, productPatterns } from "./product-limits.ts";
import { tidyAttribute, tidyText } from "./tidy-text.ts";

// How the fields of a product stand in the cells of a file: written by the export, read by the import. What is written is read
// back as the very same. Readers answer the value, or what is wrong with the cell as a rule for people.

export type Read<Value> = { readonly value: Value } | { readonly problem: string };

/** Signs at which spreadsheets take a cell for a formula. */
const FORMULA = /^'*[=+\-@\t\r]/;
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;
const looksLikeFormula = (cell: string): boolean => FORMULA.test(cell) && !PLAIN_NUMBER.test(cell);

/** A cell that no spreadsheet takes for a formula: with an apostrophe before it where it would. */
export const formulaGuarded = (cell: string): string => (looksLikeFormula(cell) ? `'${cell}` : cell);

/** The cell before it was guarded. */
export const formulaUnguarded = (cell: string): string =>
  cell.startsWith("'") && looksLikeFormula(cell.slice(1)) ? cell.slice(1) : cell;

const SKU = /^[!-~]([ -~]{0,62}[!-~])?$/;
export const readSku = (cell: string): Read<string> =>
  SKU.test(cell) ? { value: cell } : { problem: "must be 1 to 64 visible ASCII characters" };

const NAME = new RegExp(productPatterns.visibleLine);
export const readName = (cell: string): Read<string> =>
  cell.length <= productLimits.nameMax && NAME.test(cell)
    ? { value: cell }
    : { problem: `must be one line of 1 to ${productLimits.nameMax} characters` };

export const readDescription = (cell: string): Read<string> =>
  cell.length <= productLimits.descriptionMax && !cell.includes("\0")
    ? { value: cell }
    : { problem: `must be text of ${productLimits.descriptionMax} characters at most` };

const BARCODE = new RegExp(productPatterns.barcode);
export const readBarcode = (cell: string): Read<string> =>
  cell.length <= productLimits.barcodeMax && BARCODE.test(cell)
    ? { value: cell }
    : { problem: `must be 1 to ${productLimits.barcodeMax} visible ASCII characters without spaces` };

/** Largest price: a thousand million in major units of a two-decimal currency. */
const AMOUNT_MINOR_MAX = 100_000_000_000;
export const readPrice = (cell: string, currency: string): Read<Money> => {
  const read = readDecimalAmount(cell, currency);
  if ("problem" in read) return read;
  return read.amountMinor <= AMOUNT_MINOR_MAX
    ? { value: money(read.amountMinor, currency) }
    : { problem: `must be ${writeDecimalAmount(AMOUNT_MINOR_MAX, currency)} at most` };
};

const statuses = { draft: "draft", active: "active", archived: "archived" } as const;
type Status = keyof typeof statuses;
const isStatus = (word: string): word is Status => Object.hasOwn(statuses, word);
export const readStatus = (cell: string): Read<Status> => {
  const word = cell.toLowerCase();
  return isStatus(word) ? { value: word } : { problem: "must be draft, active or archived" };
};

const ADDRESS = new RegExp(productPatterns.imageAddress);
/** True for the address of a picture that a product may have. */
export const isImageAddress = (text: string): boolean =>
  text.length <= productLimits.urlMax && ADDRESS.test(text);

/** Addresses with blanks between them, which an address cannot hold. */
export const readImages = (cell: string): Read<readonly string[]> => {
  const addresses = cell.split(/\s+/).filter((address) => address !== "");
  if (addresses.length > productLimits.imagesMax)
    return { problem: `may have ${productLimits.imagesMax} addresses at most` };
  return addresses.every(isImageAddress)
    ? { value: addresses }
    : { problem: "must be http or https addresses with blanks between them" };
};
export const writeImages = (images: readonly string[]): string => images.join(" ");

/** Names from the root on, with `>` between them; `\>` is a sign in a name, and `\\` the backslash. */
export const writeCategory = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll("\\", "\\\\").replaceAll(">", "\\>")).join(" > ");

const categoryNames = (cell: string): string[] => {
  const names = [""];
  for (const [sign] of cell.matchAll(/\\[\\>]|./gsu)) {
    if (sign === ">") names.push("");
    else names.push((names.pop() ?? "") + (sign.length === 2 && sign[0] === "\\" ? sign.slice(1) : sign));
  }
  return names.map(tidyText);
};
/** Longer than any path: each sign of a name may have a backslash, and ` > ` stands between two. */
const CATEGORY_CELL_MAX = CATEGORY_LEVELS_MAX * (2 * productLimits.nameMax + 3);
export const readCategory = (cell: string): Read<readonly string[]> => {
  const names = cell.length > CATEGORY_CELL_MAX ? [] : categoryNames(cell);
  // Here already: the categories above would be made before the last one is refused.
  if (names.length > CATEGORY_LEVELS_MAX) return { problem: TOO_DEEP };
  return names.length > 0 && names.every((name) => "value" in readName(name))
    ? { value: names }
    : { problem: "must be names of categories with > between them, such as Kitchen > Mugs" };
};

/** A number as JavaScript writes it: `007` and `1.50` are texts, since as numbers they would come back changed. */
const isNumber = (cell: string): boolean => Number.isFinite(Number(cell)) && String(Number(cell)) === cell;

const readTextAttribute = (text: string): Read<AttributeValue> => {
  const value = tidyText(text);
  return value.length <= productLimits.attributeTextMax && !value.includes("\0")
    ? { value }
    : { problem: `must be ${productLimits.attributeTextMax} characters at most` };
};

/** `true`, `false` and numbers are what they look like; a text that looks like one of them stands in quotes, as in JSON. */
export const readAttribute = (cell: string): Read<AttributeValue> => {
  if (cell === "true" || cell === "false") return { value: cell === "true" };
  if (isNumber(cell)) return { value: Number(cell) };
  const quoted = cell.startsWith('"') ? jsonOf(cell) : undefined;
  return readTextAttribute(typeof quoted === "string" ? quoted : cell);
};
export const writeAttribute = (value: AttributeValue): string => {
  if (typeof value !== "string") return String(value);
  const read = readAttribute(value);
  const isItself = value !== "" && "value" in read && read.value === value && !value.startsWith('"');
  return isItself ? value : JSON.stringify(value);
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isAttributeValue = (value: unknown): value is AttributeValue =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
const ATTRIBUTE_NAME = new RegExp(productPatterns.attributeName);

/** Several attributes in one cell: a JSON object. For names that cannot be columns. */
export const readAttributes = (cell: string): Read<Readonly<Record<string, AttributeValue>>> => {
  const found = jsonOf(cell);
  const problem = {
    problem: "must be a JSON object of short texts, numbers and booleans",
  };
  if (typeof found !== "object" || found === null || Array.isArray(found)) return problem;
  const attributes: [string, AttributeValue][] = [];
  for (const [name, value] of Object.entries(found)) {
    if (!ATTRIBUTE_NAME.test(name) || !isAttributeValue(value)) return problem;
    const read = typeof value === "string" ? readTextAttribute(value) : { value: tidyAttribute(value) };
    if ("problem" in read) return problem;
    attributes.push([tidyText(name), read.value]);
  }
  return { value: Object.fromEntries(attributes) };
};
