import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import {
  idSchema,
  nullable,
  oneLineSchema,
  problemSchema,
  strictObject,
  timeSchema,
} from "../../shared/http/schemas.ts";
import type { Delivery } from "../domain/delivery.ts";
import { deliveryStates } from "../domain/delivery.ts";
import { type Webhook, webhookPatterns } from "../domain/webhook.ts";
import type { Told, WebhookCases } from "../usecases/webhooks.ts";
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
const webhookSchema = strictObject(shown, { examples: [example] });
const signingSecret = Type.String({
  description: "`whsec_…` (Standard Webhooks): told once, so keep it",
});
const toldSchema = strictObject({ ...shown, signingSecret });

const recentSchema = strictObject({
  id: idSchema,
  type: Type.String({ description: "the event, or `notification`" }),
  state: oneOf(deliveryStates, "what became of it"),
  attempts: Type.Integer(),
  reason: nullable(Type.String()),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
const detailSchema = strictObject({ ...shown, deliveries: Type.Array(recentSchema) });

const time = (at: Date | null): string | null => at?.toISOString() ?? null;

const viewOf = (webhook: Webhook) => {
  const { id, url, events, active, description, includePhone, failures, offReason, lastFailure } = webhook;
  return {
    ...{ id, url, events: [...events], active, description, includePhone, failures, offReason, lastFailure },
    previousSecretUntil: time(webhook.previousUntil),
    failingSince: time(webhook.failingSince),
    pausedUntil: time(webhook.pausedUntil),
    lastSuccessAt: time(webhook.lastSuccessAt),
    lastFailureAt: time(webhook.lastFailureAt),
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
};

const toldView = ({ webhook, secret }: Told) => ({ ...viewOf(webhook), signingSecret: secret });

const recentView = ({ id, notice, state, attempts, reason, createdAt, updatedAt }: Delivery) => ({
  ...{ id, state, attempts, reason },
  type: notice.template === "shop-event" ? notice.type : "notification",
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

const tags = ["notify"];
const refusals = { 401: problemSchema, 403: problemSchema, 404: problemSchema, 422: problemSchema } as const;
/** Anew for each route: Elysia writes into what it is given. */
const withId = () => ({ params: strictObject({ id: idSchema }) });

/** All of them, and a new one. */
const listRoutes = (guard: AuthGuard, cases: WebhookCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/webhooks",
      async ({ body, set }) => {
        const { active = true, description = "", includePhone = false } = body;
        set.status = 201;
        return toldView(await cases.add({ ...body, active, description, includePhone }));
      },
      {
        audience: "admin",
        parse: "json",
        body: strictObject(
          {
            ...{ url: fields.url, events: fields.events, active: Type.Optional(fields.active) },
            description: Type.Optional(fields.description),
            includePhone: Type.Optional(fields.includePhone),
          },
          { examples: [{ url: example.url, events: ["order.*", "stock.low"] }] },
        ),
        response: { 201: toldSchema, ...refusals, 409: problemSchema },
        detail: {
          tags,
          summary: "Make a webhook",
          description:
            "Events are posted as JSON, signed as Standard Webhooks wants it (`webhook-id`, `webhook-timestamp`, `webhook-signature`). 2xx takes it; anything else is tried again for a day with the same `webhook-id`, so an event may come twice, and in another order than it happened: `sequence` tells. The answer has the secret, once. 50 at most.",
        },
      },
    )
    .get("/v1/webhooks", async () => ({ items: (await cases.list()).map(viewOf) }), {
      audience: "admin",
      response: {
        200: strictObject({ items: Type.Array(webhookSchema) }),
        401: problemSchema,
        403: problemSchema,
        409: problemSchema,
      },
      detail: {
        tags,
        summary: "List the webhooks",
        description: "In the order in which they were made; never the secrets.",
      },
    });

/** What is done with one. */
const oneRoutes = (guard: AuthGuard, cases: WebhookCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/webhooks/:id",
      async ({ params }) => {
        const { webhook, deliveries } = await cases.read(params.id);
        return { ...viewOf(webhook), deliveries: deliveries.map(recentView) };
      },
      {
        ...withId(),
        audience: "admin",
        response: { 200: detailSchema, ...refusals },
        detail: {
          tags,
          summary: "Read a webhook",
          description:
            "With the last 20 deliveries; they can be sent again by `POST /v1/notifications/{id}/retry`.",
        },
      },
    )
    .patch("/v1/webhooks/:id", async ({ params, body }) => viewOf(await cases.change(params.id, body)), {
      ...withId(),
      audience: "admin",
      parse: "json",
      body: strictObject(
        {
          url: Type.Optional(fields.url),
          events: Type.Optional(fields.events),
          active: Type.Optional(fields.active),
          description: Type.Optional(fields.description),
          includePhone: Type.Optional(fields.includePhone),
        },
        { examples: [{ active: true }] },
      ),
      response: { 200: webhookSchema, ...refusals },
      detail: {
        tags,
        summary: "Change a webhook",
        description: "Switched on again, or with another address, its failures are forgotten.",
      },
    })
    .delete(
      "/v1/webhooks/:id",
      async ({ params, set }) => {
        await cases.remove(params.id);
        set.status = 204;
      },
      {
        ...withId(),
        audience: "admin",
        response: { 204: Type.Void(), ...refusals },
        detail: { tags, summary: "Delete a webhook", description: "What waits for it is suppressed." },
      },
    );

/** Trying one out, and giving it a new secret. */
const deedRoutes = (guard: AuthGuard, cases: WebhookCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/webhooks/:id/test",
      async ({ params, set }) => {
        set.status = 202;
        return recentView(await cases.test(params.id));
      },
      {
        ...withId(),
        audience: "admin",
        response: { 202: recentSchema, ...refusals, 409: problemSchema },
        detail: {
          tags,
          summary: "Post a test",
          description: "Puts `webhook.test` into its queue; read the webhook to see what became of it.",
        },
      },
    )
    .post("/v1/webhooks/:id/rotate", async ({ params }) => toldView(await cases.rotate(params.id)), {
      ...withId(),
      audience: "admin",
      response: { 200: toldSchema, ...refusals },
      detail: {
        tags,
        summary: "Give a webhook a new secret",
        description: "For a day both sign, so a receiver changes over without losing anything. Told once.",
      },
    });

/** Where the shop's events are posted. */
export const shopWebhookRoutes = (guard: AuthGuard, cases: WebhookCases) =>
  listRoutes(guard, cases).use(oneRoutes(guard, cases)).use(deedRoutes(guard, cases));
