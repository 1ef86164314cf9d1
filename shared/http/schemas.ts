import { type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { t } from "elysia";

/**
 * Requests and answers say exactly what they hold: an undeclared field is refused. A `title` is its name in the API documents, where it
 * is described once.
 */
export const strictObject = <Properties extends TProperties>(
  properties: Properties,
  options: { title?: string; description?: string; examples?: unknown[] } = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const idSchema = Type.String({ format: "uuid", error: "must be a UUID", description: "UUIDv7" });
export const timeSchema = Type.String({ format: "date-time", description: "RFC 3339, UTC" });

const WHOLE_CHARACTER = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";
/**
 * Text that PostgreSQL can hold and a chat can show: no control characters beside tab and line breaks, and no half of
 * a surrogate pair. Linear: no part of the expression overlaps another.
 */
const PLAIN_TEXT = `^(?:[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\uD800-\\uDFFF]|${WHOLE_CHARACTER})*$`;
/** The same without tab and line breaks. */
const PLAIN_LINE = `^(?:[^\\u0000-\\u001F\\u007F\\uD800-\\uDFFF]|${WHOLE_CHARACTER})*$`;

interface TextOptions {
  readonly minLength?: number;
  readonly description?: string;
}

const textOf = (pattern: string, maxLength: number, { minLength = 1, ...options }: TextOptions) =>
  Type.String({
    minLength,
    maxLength,
    pattern,
    error: `must be ${minLength} to ${maxLength} characters without control characters`,
    ...options,
  });

/** Text of several lines that people write; at least one character unless said otherwise. */
export const textSchema = (maxLength: number, options: TextOptions = {}) =>
  textOf(PLAIN_TEXT, maxLength, options);

/** The same in one line: reasons, words to search for. */
export const oneLineSchema = (maxLength: number, options: TextOptions = {}) =>
  textOf(PLAIN_LINE, maxLength, options);

/** One line with something to see in it: names. */
export const nameSchema = (maxLength: number, options: TextOptions = {}) =>
  textOf(PLAIN_LINE.replace("^", "^(?=.*\\S)"), maxLength, options);

/** Largest price: a thousand million in major units of a two-decimal currency. */
const AMOUNT_MINOR_MAX = 100_000_000_000;

export const moneySchema = strictObject(
  {
    amountMinor: Type.Integer({
      minimum: 0,
      maximum: AMOUNT_MINOR_MAX,
      description: "in minor units: 1299 is 12.99",
    }),
    currency: Type.String({
      pattern: "^[A-Z]{3}$",
      error: "must be an ISO 4217 code in capitals",
      description: "ISO 4217",
    }),
  },
  { title: "Money", examples: [{ amountMinor: 1299, currency: "EUR" }] },
);

/** A stock keeping unit: visible ASCII without spaces at its ends. */
export const skuSchema = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: "^[!-~]([ -~]*[!-~])?$",
  error: "must be 1 to 64 visible ASCII characters",
  examples: ["MUG-BLUE"],
});

export const PAGE_LIMIT_DEFAULT = 20;
const PAGE_LIMIT_MAX = 100;

/** `?limit=&cursor=` of every list. Numbers in a query are text, so this one is read by Elysia's coercing type. */
export const pageQuery = {
  limit: t.Optional(
    t.Numeric({
      minimum: 1,
      maximum: PAGE_LIMIT_MAX,
      multipleOf: 1,
      default: PAGE_LIMIT_DEFAULT,
      error: `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`,
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 512, description: "nextCursor of the page before" })),
};

export const pageOf = <Item extends TSchema>(item: Item) =>
  strictObject({
    items: Type.Array(item),
    nextCursor: Type.Union([Type.String(), Type.Null()], {
      description: "null at the end",
      examples: [null],
    }),
  });

export const problemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ examples: ["NOT_FOUND"] }),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }))),
  },
  {
    title: "Problem",
    description: "RFC 9457 problem details",
    additionalProperties: true,
    examples: [
      {
        type: "about:blank",
        title: "Not Found",
        status: 404,
        detail: "There is no such order.",
        code: "NOT_FOUND",
        requestId: "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70",
      },
    ],
  },
);
