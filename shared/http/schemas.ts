import { type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { t } from "elysia";

/** Requests and answers say exactly what they hold: an undeclared field is refused. */
export const strictObject = <Properties extends TProperties>(
  properties: Properties,
  options: { description?: string; examples?: unknown[] } = {},
) => Type.Object(properties, { additionalProperties: false, ...options });

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const idSchema = Type.String({ format: "uuid", error: "must be a UUID", description: "UUIDv7" });
export const timeSchema = Type.String({ format: "date-time", description: "RFC 3339, UTC" });

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
  { examples: [{ amountMinor: 1299, currency: "EUR" }] },
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
export const PAGE_LIMIT_MAX = 100;

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
    nextCursor: nullable(Type.String({ description: "null at the end" })),
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
  { description: "RFC 9457 problem details", additionalProperties: true },
);
