import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { etagOf, expectedVersion } from "../../shared/http/preconditions.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type { startBroadcast, steerBroadcast } from "../usecases/change-broadcast.ts";
import type { previewBroadcast, testBroadcast } from "../usecases/try-broadcast.ts";
import { callOf } from "./broadcast-routes.ts";
import {
  broadcastParams,
  broadcastViewSchema,
  previewSchema,
  testAnswerSchema,
  testBody,
} from "./broadcast-schemas.ts";

export interface BroadcastRunCases {
  readonly preview: ReturnType<typeof previewBroadcast>;
  readonly test: ReturnType<typeof testBroadcast>;
  readonly start: ReturnType<typeof startBroadcast>;
  readonly steer: ReturnType<typeof steerBroadcast>;
}

const tags = ["notify"];

const previewRoute = (guard: AuthGuard, { preview }: BroadcastRunCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post("/v1/broadcasts/:id/preview", async ({ params }) => preview(params.id), {
      audience: "admin",
      params: broadcastParams,
      response: { 200: previewSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema },
      detail: {
        tags,
        summary: "Preview a broadcast",
        description: "How it will look in each language, and how many would get it now. Sends nothing.",
      },
    });

const testRoute = (guard: AuthGuard, { test }: BroadcastRunCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/broadcasts/:id/test",
    async ({ params: { id }, body, principal: { userId }, request, set }) => {
      const call = callOf(request, userId, "POST /v1/broadcasts/{id}/test", { id, body });
      const { answer, replayed } = await test({ id, userId, locale: body?.language ?? null, call });
      if (replayed) set.headers["idempotency-replayed"] = "true";
      set.status = 202;
      return answer;
    },
    {
      audience: "admin",
      parse: "json",
      params: broadcastParams,
      body: Type.Optional(testBody),
      response: {
        202: testAnswerSchema,
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
        422: problemSchema,
      },
      detail: {
        tags,
        summary: "Send a broadcast to oneself",
        description:
          "To the caller alone, as it will look, at once. What became of it stands among the notifications. With `Idempotency-Key` a repetition sends nothing.",
      },
    },
  );

const startRoute = (guard: AuthGuard, { start }: BroadcastRunCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/broadcasts/:id/start",
    async ({ params, principal, request, set }) => {
      const started = await start({
        id: params.id,
        expectedVersion: expectedVersion(request),
        by: principal.userId,
      });
      set.headers.etag = etagOf(started.version);
      return started;
    },
    {
      audience: "admin",
      stepUp: "broadcast.send",
      params: broadcastParams,
      response: {
        200: broadcastViewSchema,
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
        412: problemSchema,
      },
      detail: {
        tags,
        summary: "Start a broadcast",
        description:
          "Writes down who gets it: whoever chooses to get offers now, and nobody later. Wants a fresh code: 403 `STEP_UP_REQUIRED` with `action`: `broadcast.send`. With `If-Match` only what was previewed (412). A second start changes nothing.",
      },
    },
  );

const steering = {
  pause: "Pause a broadcast",
  resume: "Resume a broadcast",
  cancel: "Cancel a broadcast",
} as const;

const meaning = {
  pause:
    "Nothing more of it is sent, but for what is under way. Who had not had their turn has it after `resume`.",
  resume: "It goes on where it was paused.",
  cancel: "Nothing more of it is sent, but for what is under way. For good.",
} as const;

const steerRoute = (guard: AuthGuard, { steer }: BroadcastRunCases, command: keyof typeof steering) =>
  new Elysia({ normalize: false }).use(guard).post(
    `/v1/broadcasts/:id/${command}` as "/v1/broadcasts/:id/pause",
    async ({ params, set }) => {
      const steered = await steer(params.id, command);
      set.headers.etag = etagOf(steered.version);
      return steered;
    },
    {
      audience: "admin",
      params: broadcastParams,
      response: {
        200: broadcastViewSchema,
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
      },
      detail: {
        tags,
        summary: steering[command],
        description: `${meaning[command]} The same again changes nothing.`,
      },
    },
  );

/** From the preview to the end of what the shop writes to many. */
export const broadcastRunRoutes = (guard: AuthGuard, cases: BroadcastRunCases) =>
  previewRoute(guard, cases)
    .use(testRoute(guard, cases))
    .use(startRoute(guard, cases))
    .use(steerRoute(guard, cases, "pause"))
    .use(steerRoute(guard, cases, "resume"))
    .use(steerRoute(guard, cases, "cancel"));
