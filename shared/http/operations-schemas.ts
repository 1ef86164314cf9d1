import { Type } from "@sinclair/typebox";
import { z } from "zod";
import { consumingServices, publishingServices } from "../contracts/operations.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import {
  idSchema,
  nullable,
  oneLineSchema,
  pageQuery,
  strictObject,
  textSchema,
  timeSchema,
} from "./schemas.ts";

/** One of the texts of a list. The union's own type is lost by `map`, so it is said again. */
const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description, error: `must be one of ${values.join(", ")}`, examples: [values[0]] },
    ),
  );

export const parkedStates = ["parked", "replayed", "dropped"] as const;

const QUEUE_MAX_CHARACTERS = 255;
const REASON_MAX_CHARACTERS = 500;

const serviceSchema = oneOf(consumingServices, "the service that could not handle it");
const stateSchema = oneOf(parkedStates, "parked: it waits for a person");
const queueSchema = oneLineSchema(QUEUE_MAX_CHARACTERS, { description: "such as orders.catalog-events" });

export const parkedQuery = strictObject({
  ...pageQuery,
  state: Type.Optional(stateSchema),
  service: Type.Optional(serviceSchema),
  queue: Type.Optional(queueSchema),
});

export const parkedParams = strictObject({ id: idSchema });

export const replayAllBody = Type.Optional(
  strictObject(
    { service: Type.Optional(serviceSchema), queue: Type.Optional(queueSchema) },
    { examples: [{ queue: "orders.catalog-events" }] },
  ),
);

export const dropBody = strictObject(
  { reason: textSchema(REASON_MAX_CHARACTERS) },
  { examples: [{ reason: "Sent by a test by mistake" }] },
);

export const parkedSchema = strictObject(
  {
    id: idSchema,
    service: serviceSchema,
    queue: Type.String(),
    eventId: nullable(Type.String({ description: "null where the message was no event" })),
    type: Type.String({ description: "the event's; `malformed` where the message was none" }),
    subject: nullable(Type.String({ description: "what the event is about" })),
    error: Type.String({ description: "why the last attempt failed" }),
    attempts: Type.Integer({ description: "replays included" }),
    parkedAt: timeSchema,
    state: stateSchema,
    resolvedAt: nullable(
      Type.String({ format: "date-time", description: "when it was replayed or dropped" }),
    ),
    resolution: nullable(Type.String({ description: "why it was dropped" })),
    event: nullable(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: "the whole CloudEvents envelope: it may hold personal data",
        },
      ),
    ),
    raw: nullable(
      Type.String({
        description: "the message as it came, where it was no event; its first 10,000 characters",
      }),
    ),
  },
  {
    examples: [
      {
        id: "019a5b7e-0000-7000-8000-000000000001",
        service: "orders",
        queue: "orders.catalog-events",
        eventId: "019a5b7e-0000-7000-8000-000000000002",
        type: "product.updated",
        subject: "019a5b7e-0000-7000-8000-000000000003",
        error: "error: new row violates a check constraint",
        attempts: 5,
        parkedAt: "2026-01-01T12:00:00.000Z",
        state: "parked",
        resolvedAt: null,
        resolution: null,
        event: { specversion: "1.0", type: "product.updated" },
        raw: null,
      },
    ],
  },
);

const unavailableSchema = Type.Array(Type.String(), {
  description: "services that did not answer: what they have is not in here",
});

export const parkedPageSchema = strictObject({
  items: Type.Array(parkedSchema),
  nextCursor: nullable(Type.String({ description: "null at the end" })),
  unavailable: unavailableSchema,
});

export const replayedAllSchema = strictObject(
  {
    replayed: Type.Integer({ description: "messages that were handled" }),
    failed: Type.Array(strictObject({ id: idSchema, error: Type.String() }), {
      description: "messages that stay parked",
    }),
    remaining: Type.Integer({ description: "messages that this call did not come to" }),
    unavailable: unavailableSchema,
  },
  { examples: [{ replayed: 12, failed: [], remaining: 0, unavailable: [] }] },
);

export const outboxesSchema = strictObject({
  items: Type.Array(
    strictObject(
      {
        service: oneOf(publishingServices, "whose outbox it is"),
        unsent: Type.Integer({ description: "events that wait, counted to 100,000 at most" }),
        oldestSeconds: Type.Number({ description: "age of the oldest; 0 when none waits" }),
        failedAttempts: Type.Integer({ description: "publishing attempts that failed with the oldest" }),
        relaying: Type.Boolean({ description: "an instance is publishing just now" }),
      },
      {
        examples: [{ service: "orders", unsent: 0, oldestSeconds: 0, failedAttempts: 0, relaying: false }],
      },
    ),
  ),
  unavailable: unavailableSchema,
});

/** Where a page of parked messages ended: ids are UUIDv7, so they order the messages of all services. */
const positionSchema = z.object({ before: z.uuid() });

export const parkedCursor = (before: string | null): string | null =>
  before === null ? null : encodeCursor({ before });

/** Fails with `VALIDATION` on what is no cursor of ours. */
export const parkedPosition = (cursor: string | undefined): string | undefined =>
  decodeCursor(cursor, positionSchema)?.before;
