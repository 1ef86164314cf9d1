import { Type } from "@sinclair/typebox";
import { idSchema, nullable, oneLineSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import { deliveryStates } from "../domain/delivery.ts";
import { webhookPatterns } from "../domain/webhook.ts";
import { oneOf } from "./schemas.ts";

const URL_MAX = 2_000;
const DESCRIPTION_MAX = 200;

const fields = {
  url: Type.String({
    maxLength: URL_MAX,
    description: "where events are posted; https outside of one's own network",
    examples: ["https://example.org/hooks/kiosk"],
  }),
  events: Type.Array(oneOf(webhookPatterns, "`order.*` are all of a family"), {
    minItems: 1,
    maxItems: webhookPatterns.length,
    uniqueItems: true,
  }),
  active: Type.Boolean({ description: "false: nothing is put into its queue, and nothing of it goes out" }),
  description: oneLineSchema(DESCRIPTION_MAX, { minLength: 0 }),
  includePhone: Type.Boolean({
    description: "messages for people (`notification.*`) carry their phone number",
  }),
};

const example = {
  id: "019a5b7e-0000-7000-8000-000000000001",
  url: "https://example.org/hooks/kiosk",
  events: ["order.*"],
  active: true,
  description: "bookkeeping",
  includePhone: false,
  previousSecretUntil: null,
  failures: 0,
  failingSince: null,
  pausedUntil: null,
  offReason: null,
  lastSuccessAt: "2026-01-01T12:00:00.000Z",
  lastFailureAt: null,
  lastFailure: null,
  createdAt: "2026-01-01T11:00:00.000Z",
  updatedAt: "2026-01-01T11:00:00.000Z",
};

const shown = {
  id: idSchema,
  ...fields,
  previousSecretUntil: nullable(timeSchema),
  failures: Type.Integer({ description: "in a row" }),
  failingSince: nullable(timeSchema),
  pausedUntil: nullable(timeSchema),
  offReason: nullable(
    Type.String({ description: "why it was switched off by itself: gone (410), failing (for a day)" }),
  ),
  lastSuccessAt: nullable(timeSchema),
  lastFailureAt: nullable(timeSchema),
  lastFailure: nullable(Type.String()),
  createdAt: timeSchema,
  updatedAt: timeSchema,
};
export const webhookSchema = strictObject(shown, { examples: [example] });

const signingSecret = Type.String({
  description: "`whsec_…` (Standard Webhooks): told once, so keep it",
});
export const toldWebhookSchema = strictObject({ ...shown, signingSecret });

export const recentCallSchema = strictObject({
  id: idSchema,
  type: Type.String({ description: "the event, or `notification`" }),
  state: oneOf(deliveryStates, "what became of it"),
  attempts: Type.Integer(),
  reason: nullable(Type.String()),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export const webhookDetailSchema = strictObject({ ...shown, deliveries: Type.Array(recentCallSchema) });

export const newWebhookBody = strictObject(
  {
    ...{ url: fields.url, events: fields.events, active: Type.Optional(fields.active) },
    description: Type.Optional(fields.description),
    includePhone: Type.Optional(fields.includePhone),
  },
  { examples: [{ url: example.url, events: ["order.*", "stock.low"] }] },
);

export const webhookChangesBody = strictObject(
  {
    url: Type.Optional(fields.url),
    events: Type.Optional(fields.events),
    active: Type.Optional(fields.active),
    description: Type.Optional(fields.description),
    includePhone: Type.Optional(fields.includePhone),
  },
  { examples: [{ active: true }] },
);
