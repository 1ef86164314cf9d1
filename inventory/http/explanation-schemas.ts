import { Type } from "@sinclair/typebox";
import { t } from "elysia";
import { idSchema, nullable, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import { causeCodes } from "../domain/level-words.ts";
import { literals, movementKindSchema } from "./schemas.ts";

/** Links of a chain: more are one that says what they come to. */
const LINKS_MAX = 50;
const LINKS_DEFAULT = 20;

export const explanationQuery = strictObject({
  limit: t.Optional(
    t.Numeric({
      minimum: 1,
      maximum: LINKS_MAX,
      multipleOf: 1,
      default: LINKS_DEFAULT,
      error: `must be a whole number from 1 to ${LINKS_MAX}`,
      description: "Links of the chain; what is older is one more",
    }),
  ),
});
export const linksOf = ({ limit = LINKS_DEFAULT }: { readonly limit?: number }): number => limit;

const counterSchema = strictObject(
  { before: Type.Integer(), delta: Type.Integer(), after: Type.Integer() },
  { title: "CounterChange", description: "A counter before and after, in units" },
);

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });

const causeSchema = strictObject(
  {
    code: literals(causeCodes, "must be a cause"),
    says: Type.String({ examples: ["24 units came in (receipt: Delivery of the 4th)."] }),
    at: timeSchema,
    since: timeSchema,
    step: nullable(movementKindSchema),
    event: nullable(
      Type.String({
        description:
          "The event of an order that tells of the same; null where there is none, or one of several",
        examples: ["order.status-changed"],
      }),
    ),
    fromVersion: count("The first of its movements in the ledger"),
    toVersion: count("The last of them"),
    movements: count("How many they are"),
    onHand: counterSchema,
    reserved: counterSchema,
    available: counterSchema,
    units: strictObject(
      { held: count(), released: count(), expired: count(), sold: count(), returned: count() },
      { description: "What orders did, in units" },
    ),
    orders: count("How many orders these were; of `earlier` they are not counted"),
    orderIds: Type.Array(idSchema, { description: "The newest of them" }),
    actor: nullable(
      strictObject({
        kind: Type.String({ examples: ["staff"] }),
        id: nullable(Type.String()),
      }),
    ),
    reason: nullable(Type.String()),
    note: nullable(Type.String()),
    traceId: nullable(Type.String({ description: "W3C trace id of what booked it, where that is known" })),
  },
  { title: "StockCause" },
);

const levelSchema = strictObject({
  onHand: count(),
  reserved: count(),
  available: Type.Integer(),
  version: count(),
  exists: Type.Boolean(),
});

const holdsSchema = strictObject(
  {
    orders: count("Orders that hold units now"),
    units: count("What they hold together"),
    items: Type.Array(
      strictObject({
        orderId: idSchema,
        quantity: count(),
        since: timeSchema,
        expiresAt: nullable(timeSchema),
      }),
      { description: "The newest ten" },
    ),
    more: count("Orders beyond these"),
  },
  { title: "StockHolds" },
);

const sumSchema = strictObject(
  {
    initial: count("What every ledger begins with"),
    movements: count(),
    onHand: Type.Integer(),
    reserved: Type.Integer(),
    held: Type.Integer({ description: "Units in the lines of held reservations" }),
    addsUp: Type.Boolean({
      description: "Whether the chain comes to the level, and what is held to what is reserved",
    }),
    says: Type.String(),
    differences: Type.Array(
      strictObject({
        what: Type.String({ examples: ["held lines"] }),
        expected: Type.Integer(),
        found: Type.Integer(),
        says: Type.String(),
      }),
    ),
  },
  { title: "StockSum" },
);

const unit = (before: number, delta: number) => ({ before, delta, after: before + delta });

export const stockExplanationSchema = strictObject(
  {
    sku: Type.String(),
    code: literals(["in-stock", "sold-out", "deleted"] as const, "must be a state"),
    says: Type.String(),
    level: levelSchema,
    holds: holdsSchema,
    causes: Type.Array(causeSchema, { description: "Newest first; the last may be all that is older" }),
    sum: sumSchema,
  },
  {
    title: "StockExplanation",
    examples: [
      {
        sku: "MUG-BLUE",
        code: "in-stock",
        says: "MUG-BLUE is at 3: 5 on hand, 2 reserved for 1 order.",
        level: { onHand: 5, reserved: 2, available: 3, version: 4, exists: true },
        holds: {
          orders: 1,
          units: 2,
          items: [
            {
              orderId: "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70",
              quantity: 2,
              since: "2026-01-15T09:30:00.000Z",
              expiresAt: null,
            },
          ],
          more: 0,
        },
        causes: [
          {
            code: "orders",
            says: "2 orders: 37 held, 35 sold.",
            at: "2026-01-15T09:30:00.000Z",
            since: "2026-01-14T08:00:00.000Z",
            step: null,
            event: null,
            fromVersion: 2,
            toVersion: 4,
            movements: 3,
            onHand: unit(40, -35),
            reserved: unit(0, 2),
            available: unit(40, -37),
            units: { held: 37, released: 0, expired: 0, sold: 35, returned: 0 },
            orders: 2,
            orderIds: ["0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70", "0192f0bf-11aa-7c02-8d3e-1f2e3d4c5b6a"],
            actor: null,
            reason: null,
            note: null,
            traceId: null,
          },
          {
            code: "opened",
            says: "The level was begun with 40 units (count).",
            at: "2026-01-12T10:00:00.000Z",
            since: "2026-01-12T10:00:00.000Z",
            step: "receipt",
            event: null,
            fromVersion: 1,
            toVersion: 1,
            movements: 1,
            onHand: unit(0, 40),
            reserved: unit(0, 0),
            available: unit(0, 40),
            units: { held: 0, released: 0, expired: 0, sold: 0, returned: 0 },
            orders: 0,
            orderIds: [],
            actor: { kind: "staff", id: "0192e000-0000-7000-8000-000000000001" },
            reason: "count",
            note: null,
            traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
          },
        ],
        sum: {
          initial: 0,
          movements: 4,
          onHand: 5,
          reserved: 2,
          held: 2,
          addsUp: true,
          says: "From 0, 4 movements come to 5 on hand and 2 reserved: that is the level.",
          differences: [],
        },
      },
    ],
  },
);
