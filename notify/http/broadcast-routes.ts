import { Elysia, t } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { idempotencyKeyOf } from "../../shared/http/idempotency-key.ts";
import { etagOf, expectedVersion } from "../../shared/http/preconditions.ts";
import { PAGE_LIMIT_DEFAULT, problemSchema } from "../../shared/http/schemas.ts";
import type { Audience } from "../domain/broadcast.ts";
import { broadcastAnswer } from "../usecases/broadcast-answer.ts";
import type { IdempotentCall } from "../usecases/broadcast-ports.ts";
import type { createBroadcast, listBroadcasts, readBroadcast } from "../usecases/broadcasts.ts";
import type { deleteBroadcast, editBroadcast } from "../usecases/change-broadcast.ts";
import { positionSchema } from "../usecases/feed-message.ts";
import {
  broadcastPageSchema,
  broadcastParams,
  broadcastQuery,
  broadcastSchema,
  broadcastViewSchema,
  draftBody,
  editBody,
} from "./broadcast-schemas.ts";

export interface BroadcastDraftCases {
  readonly create: ReturnType<typeof createBroadcast>;
  readonly list: ReturnType<typeof listBroadcasts>;
  readonly read: ReturnType<typeof readBroadcast>;
  readonly edit: ReturnType<typeof editBroadcast>;
  readonly remove: ReturnType<typeof deleteBroadcast>;
}

const tags = ["notify"];
const everybody: Audience = { languages: null };

/** The call as it is known again; null where it came without a key. */
export const callOf = (
  request: Request,
  principal: string,
  route: string,
  body: unknown,
): IdempotentCall | null => {
  const key = idempotencyKeyOf(request);
  return key === null ? null : { principal, route, key, body };
};

const readRoutes = (guard: AuthGuard, { list, read }: BroadcastDraftCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/broadcasts",
      async ({ query }) => {
        const { items, nextBefore } = await list({
          state: query.state,
          before: decodeCursor(query.cursor, positionSchema) ?? undefined,
          limit: query.limit ?? PAGE_LIMIT_DEFAULT,
        });
        return { items, nextCursor: nextBefore === null ? null : encodeCursor(nextBefore) };
      },
      {
        audience: "admin",
        query: broadcastQuery,
        response: { 200: broadcastPageSchema, 401: problemSchema, 403: problemSchema, 422: problemSchema },
        detail: { tags, summary: "List broadcasts", description: "Newest first. `?state=running` filters." },
      },
    )
    .get(
      "/v1/broadcasts/:id",
      async ({ params, set }) => {
        const found = await read(params.id);
        set.headers.etag = etagOf(found.version);
        return found;
      },
      {
        audience: "admin",
        params: broadcastParams,
        response: { 200: broadcastViewSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema },
        detail: {
          tags,
          summary: "Read a broadcast and its progress",
          description:
            "The counts add up to the recipients. They are counted for this answer: ask every few seconds.",
        },
      },
    );

const createRoute = (guard: AuthGuard, { create }: BroadcastDraftCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/broadcasts",
    async ({ body, principal, request, set }) => {
      const { texts, audience = everybody } = body;
      const call = callOf(request, principal.userId, "POST /v1/broadcasts", body);
      const { answer, replayed } = await create({ texts, audience }, principal.userId, call);
      if (replayed) set.headers["idempotency-replayed"] = "true";
      set.headers.etag = etagOf(answer.version);
      set.status = 201;
      return answer;
    },
    {
      audience: "admin",
      parse: "json",
      body: draftBody,
      response: {
        201: broadcastSchema,
        401: problemSchema,
        403: problemSchema,
        409: problemSchema,
        422: problemSchema,
      },
      detail: {
        tags,
        summary: "Draft a broadcast",
        description:
          "Sends nothing. Plain words in one language at least; who reads in the other gets these. With `Idempotency-Key` a repetition answers the first result.",
      },
    },
  );

const editRoute = (guard: AuthGuard, { edit }: BroadcastDraftCases) =>
  new Elysia({ normalize: false }).use(guard).patch(
    "/v1/broadcasts/:id",
    async ({ params, body, request, set }) => {
      const changes = {
        ...(body.texts === undefined ? {} : { texts: body.texts }),
        ...(body.audience === undefined ? {} : { audience: body.audience }),
      };
      const edited = await edit({ id: params.id, expectedVersion: expectedVersion(request), changes });
      set.headers.etag = etagOf(edited.version);
      return broadcastAnswer(edited);
    },
    {
      audience: "admin",
      parse: "json",
      params: broadcastParams,
      body: editBody,
      response: {
        200: broadcastSchema,
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
        412: problemSchema,
        422: problemSchema,
      },
      detail: {
        tags,
        summary: "Change a draft",
        description:
          "What is sent replaces what was there. With `If-Match` only if it is still that version (412).",
      },
    },
  );

const deleteRoute = (guard: AuthGuard, { remove }: BroadcastDraftCases) =>
  new Elysia({ normalize: false }).use(guard).delete(
    "/v1/broadcasts/:id",
    async ({ params, request, set }) => {
      await remove({ id: params.id, expectedVersion: expectedVersion(request) });
      set.status = 204;
    },
    {
      audience: "admin",
      params: broadcastParams,
      response: {
        204: t.Void(),
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
        412: problemSchema,
      },
      detail: {
        tags,
        summary: "Delete a draft",
        description: "409 for one that has begun: that is cancelled.",
      },
    },
  );

/** Drafts of what the shop writes to many, and what became of them. */
export const broadcastRoutes = (guard: AuthGuard, cases: BroadcastDraftCases) =>
  readRoutes(guard, cases)
    .use(createRoute(guard, cases))
    .use(editRoute(guard, cases))
    .use(deleteRoute(guard, cases));
