import { Type } from "@sinclair/typebox";
import {
  idSchema,
  nullable,
  oneLineSchema,
  pageOf,
  pageQuery,
  skuSchema,
  strictObject,
  textSchema,
  timeSchema,
} from "../../shared/http/schemas.ts";
import { adjustmentReasons, movementKinds } from "../domain/movement.ts";
import { reservationStatuses } from "../domain/reservation.ts";
import { UNITS_MAX } from "../domain/stock-level.ts";

export const literals = <Value extends string>(values: readonly Value[], error: string) =>
  Type.Unsafe<Value>(Type.String({ enum: [...values], pattern: `^(${values.join("|")})$`, error }));

const units = (description: string) =>
  Type.Integer({ minimum: 0, maximum: UNITS_MAX, description: `${description}, in units` });

/** Longest reason and note, in characters. */
const REASON_MAX = 200;
const NOTE_MAX = 1_000;

export const skuParams = strictObject({ sku: skuSchema });
export const orderParams = strictObject({ orderId: idSchema });

export const stockLevelSchema = strictObject(
  {
    sku: Type.String(),
    onHand: units("What is there"),
    reserved: units("What is held for orders"),
    available: units("What can be sold: on hand less reserved"),
    lowStockThreshold: units("Low at or below it"),
    version: Type.Integer({ minimum: 1, description: "Rises with every change; also the ETag" }),
    updatedAt: timeSchema,
  },
  {
    title: "StockLevel",
    examples: [
      {
        sku: "MUG-BLUE",
        onHand: 40,
        reserved: 3,
        available: 37,
        lowStockThreshold: 5,
        version: 12,
        updatedAt: "2026-01-01T12:00:00.000Z",
      },
    ],
  },
);

export const stockPageSchema = pageOf(stockLevelSchema);

export const stockQuery = strictObject({
  ...pageQuery,
  below: Type.Optional(
    Type.Literal("threshold", { error: "must be threshold", description: "Only what is low" }),
  ),
  q: Type.Optional(oneLineSchema(64, { description: "Only SKUs that contain this text" })),
});

export const setStockBody = strictObject(
  {
    onHand: units("What was counted"),
    lowStockThreshold: Type.Optional(units("Low at or below it; as it was where left out")),
    reason: Type.Optional(oneLineSchema(REASON_MAX)),
  },
  { examples: [{ onHand: 40, lowStockThreshold: 5, reason: "count" }] },
);

export const adjustmentBody = strictObject(
  {
    delta: Type.Integer({
      minimum: -UNITS_MAX,
      maximum: UNITS_MAX,
      error: "must be a whole number of units",
      description: "Units that came (positive) or went (negative)",
    }),
    reason: literals(adjustmentReasons, `must be one of ${adjustmentReasons.join(", ")}`),
    note: Type.Optional(textSchema(NOTE_MAX, { minLength: 0 })),
  },
  { examples: [{ delta: 24, reason: "receipt", note: "Delivery of the 4th" }] },
);

export const movementKindSchema = literals(movementKinds, "must be a kind of movement");

const movementSchema = strictObject(
  {
    sku: Type.String(),
    version: Type.Integer({ minimum: 1, description: "Numbers the movements of a SKU, without gaps" }),
    kind: movementKindSchema,
    onHandDelta: Type.Integer(),
    reservedDelta: Type.Integer(),
    onHandAfter: units("On hand afterwards"),
    reservedAfter: units("Reserved afterwards"),
    reason: nullable(Type.String()),
    note: nullable(Type.String()),
    actor: strictObject({
      kind: Type.String({ examples: ["staff", "system"] }),
      id: nullable(Type.String()),
    }),
    orderId: nullable(Type.String()),
    createdAt: timeSchema,
  },
  { title: "Movement" },
);

export const movementPageSchema = pageOf(movementSchema);
export const movementQuery = strictObject(pageQuery);

const lineSchema = strictObject({ sku: Type.String(), quantity: Type.Integer({ minimum: 1 }) });
const statusSchema = literals(reservationStatuses, `must be one of ${reservationStatuses.join(", ")}`);

/** As far as the database's type goes. */
const REVISION_MAX = 2_147_483_647;
const revisionSchema = Type.Integer({
  minimum: 1,
  maximum: REVISION_MAX,
  description: "Of the lines: only a higher one replaces them",
});

export const reservationSchema = strictObject(
  {
    orderId: idSchema,
    status: statusSchema,
    revision: revisionSchema,
    lines: Type.Array(lineSchema),
    expiresAt: nullable(timeSchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { title: "Reservation" },
);
export const reservationPageSchema = pageOf(reservationSchema);
export const reservationQuery = strictObject({ ...pageQuery, status: Type.Optional(statusSchema) });

/** SKUs that one stream may be narrowed to. */
export const STREAM_SKUS_MAX = 100;

export const streamQuery = strictObject({
  sku: Type.Optional(
    Type.String({ maxLength: STREAM_SKUS_MAX * 65, description: "Only these SKUs, by commas: a,b" }),
  ),
});

/** Lines of one order and units of one line: above what orders itself allows. */
const LINES_MAX = 500;
/** Longest hold that ends by itself: a week. */
const TTL_SECONDS_MAX = 604_800;

export const reserveBody = strictObject(
  {
    lines: Type.Array(
      strictObject({
        sku: skuSchema,
        quantity: Type.Integer({ minimum: 1, maximum: UNITS_MAX, description: "in units" }),
      }),
      { minItems: 1, maxItems: LINES_MAX },
    ),
    ttlSeconds: nullable(
      Type.Integer({
        minimum: 1,
        maximum: TTL_SECONDS_MAX,
        description: "How long to hold, in seconds; null: until released or fulfilled",
      }),
    ),
    revision: Type.Optional(revisionSchema),
  },
  { examples: [{ lines: [{ sku: "MUG-BLUE", quantity: 2 }], ttlSeconds: 900, revision: 1 }] },
);

export const heldSchema = strictObject({
  orderId: idSchema,
  status: Type.Literal("held"),
  lines: Type.Array(lineSchema),
  expiresAt: nullable(timeSchema),
});

export const endedSchema = strictObject({ orderId: idSchema, status: statusSchema });

export const changesQuery = strictObject({
  after: Type.Optional(Type.String({ maxLength: 512, description: "cursor of the page before" })),
});

export const changesPageSchema = strictObject({
  changes: Type.Array(
    strictObject({
      sku: Type.String(),
      onHand: units("On hand"),
      reserved: units("Reserved"),
      available: units("Available"),
      version: Type.Integer({ minimum: 1 }),
      exists: Type.Boolean(),
      occurredAt: timeSchema,
    }),
  ),
  cursor: Type.String(),
  more: Type.Boolean(),
});
