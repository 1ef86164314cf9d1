import { KioskError } from "../../shared/kernel/errors.ts";
import { productPatterns } from "./product-limits.ts";
import { tidyText } from "./tidy-text.ts";

/** Whose file it is, as its first row tells. */
export type ImportFormat = "kiosk" | "shopify" | "order-lines";

/** Names of the columns that are read, of each format, without case, blanks, underscores and hyphens. */
const columnNames = {
  kiosk: {
    sku: "sku",
    name: "name",
    description: "description",
    price: "price",
    currency: "currency",
    barcode: "barcode",
    category: "category",
    images: "images",
    status: "status",
    attributes: "attributes",
  },
  shopify: {
    handle: "handle",
    title: "title",
    body: "body(html)",
    vendor: "vendor",
    type: "type",
    tags: "tags",
    published: "published",
    option1Name: "option1name",
    option1Value: "option1value",
    option2Name: "option2name",
    option2Value: "option2value",
    option3Name: "option3name",
    option3Value: "option3value",
    sku: "variantsku",
    price: "variantprice",
    barcode: "variantbarcode",
    image: "imagesrc",
    imagePosition: "imageposition",
    variantImage: "variantimage",
    status: "status",
  },
  "order-lines": { code: "stockcode", description: "description", price: "unitprice" },
} as const satisfies Record<ImportFormat, Readonly<Record<string, string>>>;

type NamesOf<Format extends ImportFormat> = (typeof columnNames)[Format];
export type ColumnOf<Format extends ImportFormat> = keyof NamesOf<Format> & string;

/** Without them a file is not of the format. The one that asks for most is tried first. */
const needed: readonly { readonly format: ImportFormat; readonly names: readonly string[] }[] = [
  { format: "order-lines", names: ["stockcode", "description", "unitprice"] },
  { format: "shopify", names: ["handle", "title", "variantsku"] },
  { format: "kiosk", names: ["sku"] },
];

/** What the column of an attribute begins with; its name follows as it is. */
export const ATTRIBUTE_PREFIX = "attribute.";

interface Columns<Format extends ImportFormat> {
  readonly format: Format;
  /** Where each column stands; null where the file has none. */
  readonly at: Readonly<Record<ColumnOf<Format>, number | null>>;
  /** The attributes' columns, by name. Kiosk's own format alone has some. */
  readonly attributes: ReadonlyMap<string, number>;
  /** Names of the columns as the file writes them, for messages. */
  readonly names: readonly string[];
  /** Columns that are not read; some at most, each cut to a length. */
  readonly ignored: readonly string[];
}

export type KioskColumns = Columns<"kiosk">;
export type ShopifyColumns = Columns<"shopify">;
export type OrderLineColumns = Columns<"order-lines">;
export type ImportColumns = KioskColumns | ShopifyColumns | OrderLineColumns;

const COLUMNS_MAX = 1_000;
const IGNORED_MAX = 50;
const SHOWN_NAME_MAX = 100;

const refusal = (messages: readonly string[]): KioskError =>
  new KioskError("VALIDATION", "The file cannot be read as products: nothing was imported.", {
    errors: messages.map((message) => ({ pointer: "/body", message })),
  });

const plain = (cell: string): string => cell.toLowerCase().replaceAll(/[\s_-]+/g, "");

/** A name as messages may show it. */
const shownName = (cell: string): string =>
  cell
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, " ")
    .trim()
    .slice(0, SHOWN_NAME_MAX);

const ATTRIBUTE_NAME = new RegExp(productPatterns.attributeName);

/** The attribute that a column is for; null where it is for none. */
export const attributeOfColumn = (cell: string): string | null => {
  const text = cell.trim();
  if (!text.toLowerCase().startsWith(ATTRIBUTE_PREFIX)) return null;
  const name = tidyText(text.slice(ATTRIBUTE_PREFIX.length));
  return ATTRIBUTE_NAME.test(name) ? name : null;
};

const formatOf = (header: readonly string[]): ImportFormat => {
  const found = needed.find(({ names }) => names.every((name) => header.includes(name)));
  if (found !== undefined) return found.format;
  throw refusal([
    "must begin with a row that names the columns, in UTF-8: sku (and name, price and others that are to be set), " +
      "or those of a Shopify export (Handle, Title, Variant SKU), or those of order lines (StockCode, Description, UnitPrice)",
  ]);
};

const twiceIn = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, i) => names.indexOf(name) !== i)),
];

/**
 * Recognises the format of a file by the names in its first row. Fails with `VALIDATION`: no format that we know, more than 1,000
 * columns, or two columns that mean the same, between which a guess could be wrong.
 */
export const readImportHeader = (cells: readonly string[] | null | undefined): ImportColumns => {
  if (cells && cells.length > COLUMNS_MAX) throw refusal([`may have ${COLUMNS_MAX} columns at most`]);
  const header = (cells ?? []).map(plain);
  const format = formatOf(header);
  const known = Object.entries<string>(columnNames[format]);
  const meaning = (cells ?? []).map((cell, i) => {
    const column = known.find(([, name]) => name === header[i])?.[0];
    if (column !== undefined) return { key: column, attribute: null };
    const attribute = format === "kiosk" ? attributeOfColumn(cell) : null;
    return attribute === null ? null : { key: `${ATTRIBUTE_PREFIX}${attribute}`, attribute };
  });
  const twice = twiceIn(meaning.flatMap((each) => each?.key ?? []));
  if (twice.length > 0)
    throw refusal(twice.map((key) => `has more than one column for ${shownName(key)}: leave one of them`));
  const place = (key: string): number | null => {
    const at = meaning.findIndex((each) => each?.key === key);
    return at === -1 ? null : at;
  };
  return {
    format,
    at: Object.fromEntries(known.map(([column]) => [column, place(column)])),
    attributes: new Map(
      meaning.flatMap((each, i) => (each?.attribute == null ? [] : [[each.attribute, i] as const])),
    ),
    names: (cells ?? []).map(shownName),
    ignored: (cells ?? [])
      .filter((cell, i) => meaning[i] === null && cell.trim() !== "")
      .slice(0, IGNORED_MAX)
      .map(shownName),
    // Which columns there are belongs to the format, as TypeScript cannot see from here.
  } as unknown as ImportColumns;
};
