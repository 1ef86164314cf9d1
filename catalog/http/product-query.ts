import { type Static, Type } from "@sinclair/typebox";
import { t } from "elysia";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { PAGE_LIMIT_DEFAULT, pageQuery, strictObject } from "../../shared/http/schemas.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import {
  ATTRIBUTE_FILTERS_MAX,
  type AttributeFilter,
  readAttributeFilters,
} from "../domain/attribute-filters.ts";
import type { ListProductsInput } from "../usecases/list-products.ts";
import { type ProductPosition, type ProductSort, productSorts, type Reading } from "../usecases/ports.ts";

const TEXT_MAX = 200;
const ATTRIBUTES_MAX = 1_000;
const AMOUNT_MAX = 100_000_000_000;

const ATTRIBUTES_ERROR = `must be up to ${ATTRIBUTE_FILTERS_MAX} of name:value, with commas between`;

const amount = (description: string) =>
  t.Optional(
    t.Numeric({
      minimum: 0,
      maximum: AMOUNT_MAX,
      multipleOf: 1,
      error: "must be a whole number of minor units",
      description,
    }),
  );

export const categoryProductsQuery = strictObject({
  q: Type.Optional(
    Type.String({
      maxLength: TEXT_MAX,
      pattern: "^[^\\u0000-\\u001f\\u007f]*$",
      error: `must be one line of ${TEXT_MAX} characters at most`,
      description:
        "words in any order, begun or whole, of names, SKUs, barcodes, categories, attributes and descriptions; without regard to " +
        "case and accents. Where nothing has them, words that are written almost so",
    }),
  ),
  minPrice: amount("in minor units, itself included"),
  maxPrice: amount("in minor units, itself included"),
  inStock: Type.Optional(
    Type.Union([Type.Literal("true"), Type.Literal("false")], {
      error: "must be true or false",
      description: "true: what can be bought now; false: what is sold out",
    }),
  ),
  attributes: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: ATTRIBUTES_MAX,
      pattern: "^[^\\u0000]*$",
      error: ATTRIBUTES_ERROR,
      description:
        "name:value, several with commas: one name's values are alternatives, different names all have to fit. " +
        "The facets have each value so written. A comma, a colon or a backslash within gets a backslash before it",
      examples: ["colour:blue,colour:red,size:xl"],
    }),
  ),
  facets: Type.Optional(
    Type.Union([Type.Literal("true"), Type.Literal("false")], {
      error: "must be true or false",
      description: "whether the facets are counted; unless said so, on a first page only",
    }),
  ),
  status: Type.Optional(
    Type.Union([Type.Literal("draft"), Type.Literal("active"), Type.Literal("archived")], {
      error: "must be draft, active or archived",
      description: "for staff; the public sees active ones only",
    }),
  ),
  sort: Type.Optional(
    Type.Union(
      productSorts.map((sort) => Type.Literal(sort)),
      {
        error: `must be one of ${productSorts.join(", ")}`,
        description: "relevance where there is a q, else newest",
      },
    ),
  ),
  ...pageQuery,
});

export const productsQuery = strictObject({
  ...categoryProductsQuery.properties,
  category: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[^\\u0000-\\u001f\\u007f]*$",
      error: "must be the id or the slug of a category",
      description: "id or slug; with all categories below it",
    }),
  ),
});

/** A time as our database writes it: what it reads back has a year of four digits and an offset of some hours. */
const timeKey = z.iso.datetime({ offset: true }).regex(/^[12]\d{3}-.+(?:Z|[+-](?:0\d|1[0-4]):\d\d)$/);

/** The value that each order sorts by. */
const numberKey = z.int();
const keyOf: Readonly<Record<ProductSort, z.ZodType<string | number>>> = {
  newest: timeKey,
  relevance: numberKey,
  price: numberKey,
  "-price": numberKey,
  popular: numberKey,
  name: z.string().max(120),
};

const orders = ["ranked", "names", "popular"] as const satisfies readonly Reading["order"][];

/** `l` and `o`: how a text was read; no order by relevance is without. */
const positionSchema = (sort: ProductSort) =>
  z
    .object({ sort: z.literal(sort), key: keyOf[sort], id: z.uuid(), l: z.boolean(), o: z.enum(orders) })
    .partial(sort === "relevance" ? {} : { l: true, o: true })
    .strict()
    .transform(({ key, id, l: loosely, o: order }): ProductPosition => {
      const isRead = loosely !== undefined && order !== undefined;
      return { key, id, ...(isRead && { reading: { loosely, order } }) };
    });

/** Made once: a schema of zod takes longer to make than a search to answer. */
const positionSchemas: Readonly<Record<ProductSort, z.ZodType<ProductPosition>>> = {
  relevance: positionSchema("relevance"),
  popular: positionSchema("popular"),
  price: positionSchema("price"),
  "-price": positionSchema("-price"),
  name: positionSchema("name"),
  newest: positionSchema("newest"),
};

/** A cursor of the next page; it belongs to the order that it was made in. */
export const productCursor = (sort: ProductSort, next: ProductPosition | null): string | null =>
  next === null
    ? null
    : encodeCursor({
        ...{ sort, key: next.key, id: next.id },
        ...(next.reading && { l: next.reading.loosely, o: next.reading.order }),
      });

type Query = Static<typeof categoryProductsQuery> & { readonly category?: string };

/** An order by relevance needs something to be relevant to. */
const sortOf = (wanted: ProductSort | undefined, text: string | null): ProductSort => {
  if (text === null) return wanted === undefined || wanted === "relevance" ? "newest" : wanted;
  return wanted ?? "relevance";
};

const attributesOf = (text: string | undefined): readonly AttributeFilter[] => {
  const filters = text === undefined ? [] : readAttributeFilters(text);
  if (filters === null) throw invalid("/query/attributes", ATTRIBUTES_ERROR);
  return filters;
};

/**
 * What a list is asked for. Fails with `VALIDATION` on a cursor of another list, on an empty range of prices and on attributes
 * that are not written as they should be.
 */
export const listInputOf = (query: Query, seesDrafts: boolean): ListProductsInput => {
  const text = query.q?.trim() || null;
  const sort = sortOf(query.sort, text);
  const { minPrice = null, maxPrice = null } = query;
  const after = decodeCursor(query.cursor, positionSchemas[sort]);
  if (minPrice !== null && maxPrice !== null && minPrice > maxPrice) {
    throw invalid("/query/maxPrice", "must not be below minPrice");
  }
  return {
    text,
    category: query.category ?? null,
    minPriceMinor: minPrice,
    maxPriceMinor: maxPrice,
    inStock: query.inStock === undefined ? null : query.inStock === "true",
    attributes: attributesOf(query.attributes),
    facets: query.facets === undefined ? after === null : query.facets === "true",
    status: query.status ?? null,
    sort,
    limit: query.limit ?? PAGE_LIMIT_DEFAULT,
    after,
    seesDrafts,
  };
};
