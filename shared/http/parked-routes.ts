import { Elysia } from "elysia";
import { eventEnvelopeSchema } from "../contracts/envelope.ts";
import type { ConsumingService } from "../contracts/operations.ts";
import type { ListParkedOptions, ParkedMessage } from "../outbox/parked.ts";
import type { ReplayAllOptions, ReplayedAll } from "../outbox/replay-all.ts";
import type { Logger } from "../ports/logger.ts";
import type { AuthGuard } from "./auth-guard.ts";
import {
  dropBody,
  parkedCursor,
  parkedPageSchema,
  parkedParams,
  parkedPosition,
  parkedQuery,
  parkedSchema,
  replayAllBody,
  replayedAllSchema,
} from "./operations-schemas.ts";
import { optionalJson } from "./optional-json.ts";
import { PAGE_LIMIT_DEFAULT, problemSchema } from "./schemas.ts";

export interface ParkedCases {
  list(options: ListParkedOptions): Promise<{ items: ParkedMessage[]; nextBefore: string | null }>;
  replay(id: string): Promise<ParkedMessage>;
  replayAll(options: ReplayAllOptions): Promise<ReplayedAll>;
  drop(id: string, reason: string): Promise<ParkedMessage>;
}

export interface ParkedRoutesOptions {
  readonly service: ConsumingService;
  readonly cases: ParkedCases;
  readonly log: Logger;
}

/** A page of a hundred malformed messages is to stay small; the table has more of each. */
const RAW_SHOWN_CHARACTERS = 10_000;

const tags = ["operations"];
const refusals = { 401: problemSchema, 403: problemSchema, 422: problemSchema };
const refusalsOfOne = { ...refusals, 404: problemSchema, 409: problemSchema };

const parkedBody = (service: ConsumingService, message: ParkedMessage) => {
  const { data: event = null } = eventEnvelopeSchema.safeParse(message.event);
  return {
    id: message.id,
    service,
    queue: message.queue,
    eventId: event?.id ?? null,
    type: event?.type ?? "malformed",
    subject: event?.subject ?? null,
    error: message.error,
    attempts: message.attempts,
    parkedAt: message.parkedAt.toISOString(),
    state: message.state,
    resolvedAt: message.resolvedAt?.toISOString() ?? null,
    resolution: message.resolution,
    event,
    raw: message.raw?.slice(0, RAW_SHOWN_CHARACTERS) ?? null,
  };
};

const listRoute = (guard: AuthGuard, { service, cases }: ParkedRoutesOptions) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/ops/parked",
    async ({ query }) => {
      const before = parkedPosition(query.cursor);
      const isAsked = query.service === undefined || query.service === service;
      const { items, nextBefore } = isAsked
        ? await cases.list({
            state: query.state ?? "parked",
            queue: query.queue,
            limit: query.limit ?? PAGE_LIMIT_DEFAULT,
            before,
          })
        : { items: [], nextBefore: null };
      return {
        items: items.map((message) => parkedBody(service, message)),
        nextCursor: parkedCursor(nextBefore),
        unavailable: [],
      };
    },
    {
      audience: "staff",
      query: parkedQuery,
      response: { 200: parkedPageSchema, ...refusals },
      detail: {
        tags,
        summary: "List parked messages",
        description:
          "Events that a service could not handle, of all services, newest first: those that wait for a person, unless `state` " +
          "says otherwise. What a service in `unavailable` has is missing: read the list again once it answers.",
      },
    },
  );

const replayAllRoute = (guard: AuthGuard, { service, cases, log }: ParkedRoutesOptions) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/ops/parked/replay",
    async ({ principal, body }) => {
      const isAsked = body?.service === undefined || body.service === service;
      if (!isAsked) return { replayed: 0, failed: [], remaining: 0, unavailable: [] };
      const { replayed, failed, remaining } = await cases.replayAll({ queue: body?.queue });
      const counts = { replayed, failed: failed.length, remaining };
      log.info("parked messages were replayed", { ...counts, userId: principal.userId });
      return { replayed, failed: [...failed], remaining, unavailable: [] };
    },
    {
      audience: "staff",
      parse: [optionalJson, "json"],
      body: replayAllBody,
      response: { 200: replayedAllSchema, ...refusals },
      detail: {
        tags,
        summary: "Replay parked messages",
        description:
          "Hands everything that is parked to its handler again, of one service or queue where the body says so: a bounded piece of " +
          "work, those tried least first. Call again while `remaining` is above 0 and not all of them fail.",
      },
    },
  );

const replayRoute = (guard: AuthGuard, { service, cases, log }: ParkedRoutesOptions) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/ops/parked/:id/replay",
    async ({ principal, params }) => {
      const message = await cases.replay(params.id);
      log.info("a parked message was replayed", { id: params.id, userId: principal.userId });
      return parkedBody(service, message);
    },
    {
      audience: "staff",
      params: parkedParams,
      response: { 200: parkedSchema, ...refusalsOfOne },
      detail: {
        tags,
        summary: "Replay a parked message",
        description:
          "Hands the event to its handler again, once the cause is removed; the effect and the new state are one transaction. 409 says " +
          "why not: it was replayed or dropped already, it is no event, or it failed again.",
      },
    },
  );

const dropRoute = (guard: AuthGuard, { service, cases, log }: ParkedRoutesOptions) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/ops/parked/:id/drop",
    async ({ principal, params, body }) => {
      const message = await cases.drop(params.id, body.reason);
      log.info("a parked message was dropped", { id: params.id, userId: principal.userId });
      return parkedBody(service, message);
    },
    {
      audience: "admin",
      stepUp: "ops.drop",
      parse: "json",
      params: parkedParams,
      body: dropBody,
      response: { 200: parkedSchema, ...refusalsOfOne },
      detail: {
        tags,
        summary: "Give a parked message up",
        description:
          "It is kept with the reason, and never handled; wants a fresh code (`STEP_UP_REQUIRED`). 409: it was replayed or dropped already.",
      },
    },
  );

/** What staff see of the messages that this service could not handle, and can do about them. */
export const parkedRoutes = (guard: AuthGuard, options: ParkedRoutesOptions) =>
  new Elysia({ normalize: false })
    .use(listRoute(guard, options))
    .use(replayAllRoute(guard, options))
    .use(replayRoute(guard, options))
    .use(dropRoute(guard, options));
