import { type Read, readBarcode, readName, readPrice, readSku, readStatus } from "./import-cells.ts";
import type { ColumnOf, ShopifyColumns } from "./import-columns.ts";
import { fieldsThatAre, type ReaderRules, readCell, readNeededCell } from "./import-kiosk.ts";
import {
  BadCell,
  type CellAt,
  cellsOf,
  type FileRow,
  type ImportedFields,
  type ImportItem,
  orRowError,
  type ReadRows,
  type RowError,
  type RowReader,
  readRows,
} from "./import-row.ts";
import {
  bare,
  fittingTags,
  readBody,
  readFlag,
  readPicture,
  short,
  statusOf,
} from "./import-shopify-cells.ts";
import { productLimits } from "./product-limits.ts";
import { tidyText } from "./tidy-text.ts";

/** Rows of one handle: more than Shopify writes, which has 2,048 variants and 250 pictures at most. */
const GROUP_MAX = 3_000;
/** What Shopify calls the one value of a product without options. */
const NO_OPTION = "default title";
const LONG_TAGS = "tags: those that do not fit are left out";
const MANY_IMAGES = `images: the first ${productLimits.imagesMax}`;

/** What the rows of one handle share. */
interface Shared {
  readonly title: string;
  readonly fields: ImportedFields;
  readonly optionNames: readonly (string | undefined)[];
  readonly corrections: readonly string[];
}

/** A picture of the product, where it stands among the others. */
interface Picture {
  readonly address: string;
  readonly position: number;
}

const sharedOf = (cells: CellAt, { at }: ShopifyColumns): Shared => {
  const title = readNeededCell(cells, at.title, readName, "is empty in all rows of this handle");
  const vendor = readCell(cells, at.vendor, short);
  const tags = cells(at.tags);
  const fitting = tags === undefined ? undefined : fittingTags(tags);
  const type = readCell(cells, at.type, readName);
  const body = readCell(cells, at.body, readBody);
  const attributes = { ...(vendor && { vendor }), ...(fitting && { tags: fitting }) };
  return {
    title,
    fields: fieldsThatAre({
      description: body === "" ? undefined : body,
      category: type === undefined ? undefined : [type],
      attributes,
      status: statusOf(readCell(cells, at.status, readStatus), readCell(cells, at.published, readFlag)),
    }),
    optionNames: [at.option1Name, at.option2Name, at.option3Name].map((place) =>
      readCell(cells, place, readName),
    ),
    corrections: tags !== undefined && tags.length > (fitting?.length ?? 0) ? [LONG_TAGS] : [],
  };
};

const optionsOf = (cells: CellAt, { at }: ShopifyColumns, names: Shared["optionNames"]) =>
  [at.option1Value, at.option2Value, at.option3Value].flatMap((place, i) => {
    const value = readCell(cells, place, short);
    if (value === undefined || value.toLowerCase() === NO_OPTION) return [];
    const name = tidyText((names[i] ?? `Option ${i + 1}`).slice(0, productLimits.attributeNameMax));
    return [[name, value] as const];
  });

/** A variant is a product of its own here: its name is the title with the values of its options. */
const variantOf = (
  row: FileRow,
  cells: CellAt,
  { columns, shared, pictures, currency }: GroupFacts,
): { item: ImportItem; reasons: readonly string[] } => {
  const { at } = columns;
  const sku = readNeededCell(
    cells,
    at.sku,
    bare(readSku),
    "is empty: a product is known by its SKU here, so give the variant one",
  );
  const options = optionsOf(cells, columns, shared.optionNames);
  const name = [shared.title, ...options.map(([, value]) => value)].join(" / ");
  const read = readName(name);
  if ("problem" in read) throw new BadCell(at.title, `with the options ${read.problem}`);
  const own = readCell(cells, at.variantImage, readPicture);
  const images = [...new Set([...(own === undefined ? [] : [own]), ...pictures])];
  const fields = fieldsThatAre({
    ...shared.fields,
    name: read.value,
    price: readCell(cells, at.price, (cell) => readPrice(cell, currency)),
    barcode: readCell(cells, at.barcode, bare(readBarcode)),
    images: images.length === 0 ? undefined : images.slice(0, productLimits.imagesMax),
    attributes: { ...shared.fields.attributes, ...Object.fromEntries(options) },
  });
  const reasons = [...shared.corrections, ...(images.length > productLimits.imagesMax ? [MANY_IMAGES] : [])];
  const corrected = reasons.length > 0 ? 1 : 0;
  return { item: { line: row.line, sku, fields, rows: 1, corrected }, reasons };
};

interface GroupFacts {
  readonly columns: ShopifyColumns;
  readonly shared: Shared;
  /** Addresses for all variants, in their order. */
  readonly pictures: readonly string[];
  readonly currency: string;
}

/** Rows of one handle as they wait for the last of them. */
interface Group {
  readonly handle: string;
  readonly rows: { readonly row: FileRow; readonly cells: CellAt }[];
}

const readPosition = (cell: string): Read<number> =>
  /^\d{1,6}$/.test(cell) ? { value: Number(cell) } : { problem: "must be a whole number" };

const pictureOf = (cells: CellAt, { at }: ShopifyColumns): Picture | null => {
  const address = readCell(cells, at.image, readPicture);
  if (address === undefined) return null;
  return { address, position: readCell(cells, at.imagePosition, readPosition) ?? GROUP_MAX };
};

/** True for a row that tells of a variant, and not only of one more picture. */
const isVariant = (cells: CellAt, { at }: ShopifyColumns, picture: Picture | null): boolean =>
  [at.sku, at.price, at.option1Value, at.barcode].some((place) => cells(place) !== undefined) ||
  (picture === null && cells(at.title) !== undefined);

/** Reads all rows of one handle together. */
const readGroup = ({ rows }: Group, columns: ShopifyColumns, currency: string): ReadRows => {
  const errors: RowError[] = [];
  const good: { row: FileRow; cells: CellAt; picture: Picture | null }[] = [];
  const attempt = <Result>(row: FileRow, work: () => Result): Result | null => {
    const read = orRowError(row, columns.names, work);
    if ("result" in read) return read.result;
    errors.push(read.error);
    return null;
  };
  for (const { row, cells } of rows) {
    const read = attempt(row, () => ({ row, cells, picture: pictureOf(cells, columns) }));
    if (read !== null) good.push(read);
  }
  // The first row that has a title has all that the others share.
  const head = good.find(({ cells }) => cells(columns.at.title) !== undefined) ?? good[0];
  if (head === undefined) return readRows({ errors });
  const shared = attempt(head.row, () => sharedOf(head.cells, columns));
  if (shared === null) {
    const others = good.filter((each) => each !== head);
    const message = `belongs to the handle of line ${head.row.line}, which cannot be read`;
    return readRows({
      errors: [...errors, ...others.map(({ row }) => ({ line: row.line, column: null, message }))],
    });
  }
  const pictures = good
    .flatMap(({ picture }) => picture ?? [])
    .toSorted((a, b) => a.position - b.position)
    .map(({ address }) => address);
  const facts: GroupFacts = { columns, shared, pictures: [...new Set(pictures)], currency };
  const variants = good.filter(({ cells, picture }) => isVariant(cells, columns, picture));
  const read = variants.flatMap(({ row, cells }) => attempt(row, () => variantOf(row, cells, facts)) ?? []);
  const corrections = new Map<string, number>();
  for (const reason of read.flatMap(({ reasons }) => reasons))
    corrections.set(reason, (corrections.get(reason) ?? 0) + 1);
  const items = read.map(({ item }) => item);
  return readRows({ items, errors, accepted: good.length - variants.length, corrections });
};

/**
 * Reads Shopify's product CSV. Its rows of one handle follow each other: the first has what all variants share, each may have a
 * variant, a picture, or both. A row with a variant is a product of its own; pictures go to all products of the handle.
 */
export const shopifyReader = (columns: ShopifyColumns, { currency, isUtf8 }: ReaderRules): RowReader => {
  let group: Group | null = null;
  const finish = (): ReadRows => {
    const finished = group;
    group = null;
    return finished === null ? readRows({}) : readGroup(finished, columns, currency);
  };
  const at = (column: ColumnOf<"shopify">) => columns.at[column];
  return {
    read(row) {
      const read = orRowError(row, columns.names, () => {
        const cells = cellsOf(row, { count: columns.names.length, isUtf8 });
        return {
          cells,
          handle: readNeededCell(cells, at("handle"), short, "is empty: it says whose row this is"),
        };
      });
      if ("error" in read) return readRows({ errors: [read.error] });
      const { cells, handle } = read.result;
      if (group?.handle === handle && group.rows.length < GROUP_MAX) {
        group.rows.push({ row, cells });
        return readRows({});
      }
      const before = finish();
      group = { handle, rows: [{ row, cells }] };
      return before;
    },
    end: finish,
  };
};
