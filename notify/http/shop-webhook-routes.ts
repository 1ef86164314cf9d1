import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { idSchema, problemSchema, strictObject } from "../../shared/http/schemas.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Webhook } from "../domain/webhook.ts";
import type { Told, WebhookCases } from "../usecases/webhooks.ts";
import {
  newWebhookBody,
  recentCallSchema,
  toldWebhookSchema,
  webhookChangesBody,
  webhookDetailSchema,
  webhookSchema,
} from "./shop-webhook-schemas.ts";

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
        body: newWebhookBody,
        response: { 201: toldWebhookSchema, ...refusals, 409: problemSchema },
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
        response: { 200: webhookDetailSchema, ...refusals },
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
      body: webhookChangesBody,
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
        response: { 202: recentCallSchema, ...refusals, 409: problemSchema },
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
      response: { 200: toldWebhookSchema, ...refusals },
      detail: {
        tags,
        summary: "Give a webhook a new secret",
        description: "For a day both sign, so a receiver changes over without losing anything. Told once.",
      },
    });

/** Where the shop's events are posted. */
export const shopWebhookRoutes = (guard: AuthGuard, cases: WebhookCases) =>
  listRoutes(guard, cases).use(oneRoutes(guard, cases)).use(deedRoutes(guard, cases));
