import { Type } from "@sinclair/typebox";
import {
  idSchema,
  moneySchema,
  nullable,
  pageOf,
  pageQuery,
  problemSchema,
  skuSchema,
  strictObject,
  textSchema,
  timeSchema,
} from "../../shared/http/schemas.ts";
import {
  LINE_QUANTITY_MAX,
  ORDER_LINES_MAX,
  type OrderStatus,
  orderStatuses,
  simulatedOutcomes,
} from "../domain/order.ts";

// The compiler cannot follow literals through `map`, so their type is said.
export const statusSchema = Type.Unsafe<OrderStatus>(
  Type.Union(
    orderStatuses.map((status) => Type.Literal(status)),
    { error: `must be one of ${orderStatuses.join(", ")}`, examples: ["confirmed"] },
  ),
);

const addressSchema = strictObject(
  {
    recipient: textSchema(200),
    line1: textSchema(200),
    line2: Type.Optional(textSchema(200)),
    city: textSchema(100),
    region: Type.Optional(textSchema(100)),
    postalCode: Type.Optional(textSchema(20)),
    country: Type.String({
      pattern: "^[A-Z]{2}$",
      error: "must be an ISO 3166-1 alpha-2 code in capitals",
      examples: ["DE"],
    }),
  },
  {
    title: "Address",
    examples: [
      {
        recipient: "Nora Lind",
        line1: "Hafenstraße 12",
        city: "Hamburg",
        postalCode: "20359",
        country: "DE",
      },
    ],
  },
);

const quantitySchema = (minimum: number) =>
  Type.Integer({
    minimum,
    maximum: LINE_QUANTITY_MAX,
    error: `must be a whole number from ${minimum} to ${LINE_QUANTITY_MAX}`,
  });

const simulatedPaymentSchema = strictObject({
  provider: Type.Literal("simulated"),
  outcome: Type.Unsafe<(typeof simulatedOutcomes)[number]>(
    Type.Union(simulatedOutcomes.map((outcome) => Type.Literal(outcome))),
  ),
});

const requestedPaymentSchema = Type.Union(
  [Type.Literal("manual"), Type.Literal("simulated"), simulatedPaymentSchema],
  {
    error: `must be manual, simulated, or an object with provider simulated and outcome ${simulatedOutcomes.join(", ")}`,
    description:
      "manual: paid on delivery. simulated: for trying out, authorised before the order is confirmed. " +
      "Left out: as the shop prefers",
    examples: ["manual"],
  },
);
export type RequestedPayment = typeof requestedPaymentSchema.static;

const paymentSchema = Type.Union([
  strictObject({ provider: Type.Literal("manual") }),
  simulatedPaymentSchema,
]);

export const placeOrderBody = strictObject(
  {
    lines: Type.Array(
      strictObject({
        sku: Type.Optional(skuSchema),
        productId: Type.Optional(idSchema),
        quantity: quantitySchema(1),
      }),
      {
        minItems: 1,
        maxItems: ORDER_LINES_MAX,
        error: `must be a list of 1 to ${ORDER_LINES_MAX} lines`,
        description: "each names its product by sku or by productId; a product may stand in several lines",
      },
    ),
    note: Type.Optional(nullable(textSchema(500))),
    address: Type.Optional(nullable(addressSchema)),
    payment: Type.Optional(requestedPaymentSchema),
  },
  { title: "NewOrder", examples: [{ lines: [{ sku: "MUG-BLUE", quantity: 2 }], note: "Please ring twice" }] },
);

const reasonSchema = Type.Optional(nullable(textSchema(200)));
export const cancelBody = Type.Optional(
  strictObject({ reason: reasonSchema }, { examples: [{ reason: "Ordered by mistake" }] }),
);
export const statusBody = strictObject(
  { status: statusSchema, reason: reasonSchema },
  { examples: [{ status: "packed" }] },
);

export const lineBody = strictObject(
  { quantity: quantitySchema(0) },
  { description: "0 takes the line away", examples: [{ quantity: 3 }] },
);

export const orderParams = strictObject({ id: idSchema });
export const lineParams = strictObject({ id: idSchema, lineId: idSchema });

export const listQuery = strictObject({
  ...pageQuery,
  status: Type.Optional(statusSchema),
  userId: Type.Optional(idSchema),
  archived: Type.Optional(
    Type.Union([Type.Literal("true"), Type.Literal("false")], {
      error: "must be true or false",
      description: "true, for staff: those that were archived, and no others",
    }),
  ),
});

export const orderSchema = strictObject(
  {
    id: idSchema,
    number: Type.String({ examples: ["K-000041"] }),
    userId: idSchema,
    status: statusSchema,
    version: Type.Integer({ description: "also the ETag" }),
    lines: Type.Array(
      strictObject({
        id: idSchema,
        sku: Type.String({ examples: ["MUG-BLUE"] }),
        productId: idSchema,
        name: Type.String({ description: "as it was when the order was placed", examples: ["Blue mug"] }),
        quantity: Type.Integer(),
        unitPrice: moneySchema,
        lineTotal: moneySchema,
      }),
    ),
    total: moneySchema,
    note: nullable(Type.String()),
    address: nullable(addressSchema),
    // Answers that were kept for repetitions before there were providers do not have it.
    payment: Type.Optional(paymentSchema),
    // Answers that were kept for repetitions before orders could be archived do not have it.
    archivedAt: Type.Optional(nullable(timeSchema)),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    nextStatuses: Type.Optional(
      Type.Array(statusSchema, { description: "for staff: where they may bring the order from here" }),
    ),
    claim: Type.Optional(
      nullable(
        strictObject(
          { by: idSchema, at: timeSchema },
          { description: "for staff: who of them looks after the order" },
        ),
      ),
    ),
    claimable: Type.Optional(Type.Boolean({ description: "for staff: whether it can be claimed" })),
  },
  { title: "Order" },
);

/** What a change of an order may answer. */
export const changedResponses = {
  200: orderSchema,
  403: problemSchema,
  404: problemSchema,
  409: problemSchema,
  412: problemSchema,
};

export const claimConflictSchema = Type.Composite(
  [problemSchema, Type.Object({ claimedBy: Type.Optional(idSchema) })],
  { description: "CONFLICT, with who has claimed the order where that is why" },
);

export const ordersPage = pageOf(orderSchema);

export const timelineSchema = strictObject(
  {
    items: Type.Array(
      strictObject({
        at: timeSchema,
        actor: strictObject({
          kind: Type.Union([Type.Literal("user"), Type.Literal("staff"), Type.Literal("system")]),
          id: nullable(Type.String()),
        }),
        what: Type.String({ examples: ["confirmed", "lines-changed", "stock-released"] }),
        cause: nullable(Type.String()),
      }),
    ),
  },
  { title: "Timeline" },
);

export const outOfStockSchema = Type.Composite(
  [
    problemSchema,
    Type.Object({
      orderId: Type.Optional(idSchema),
      shortages: Type.Optional(
        Type.Array(Type.Object({ sku: Type.String(), requested: Type.Integer(), available: Type.Integer() })),
      ),
      lines: Type.Optional(
        Type.Array(
          Type.Object({
            index: Type.Integer({ description: "place in the request's lines, from 0" }),
            sku: Type.String(),
            productId: idSchema,
            name: Type.String(),
            quantity: Type.Integer(),
            available: Type.Integer(),
          }),
        ),
      ),
    }),
  ],
  { description: "OUT_OF_STOCK with the short lines, or CONFLICT" },
);
