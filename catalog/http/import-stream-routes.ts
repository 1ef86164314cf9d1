import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { eventStreamAnswer } from "../../shared/http/described-answers.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import { createStreamPlaces } from "../../shared/http/stream-places.ts";
import { streamResponse } from "../../shared/http/stream-response.ts";
import type { FollowImport } from "../usecases/follow-import.ts";
import { importParams, progressBody } from "./import-schemas.ts";

export interface ImportStreamDeps {
  readonly follow: FollowImport;
  /** Aborted when the service stops: then every stream ends. */
  readonly stopping: AbortSignal;
  readonly now: () => Date;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** `GET /v1/products/imports/{id}/stream`, for staff: Server-Sent Events with how far an import is. */
export const importStreamRoutes = (guard: AuthGuard, { follow, stopping, now, warn }: ImportStreamDeps) => {
  const places = createStreamPlaces();
  return new Elysia({ normalize: false }).use(guard).get(
    "/v1/products/imports/:id/stream",
    ({ params, request, principal, sessionEnd }) => {
      const ended = new AbortController();
      const tokenEnd = AbortSignal.timeout(Math.max(0, principal.expiresAtMs - now().getTime()));
      const ends = [ended.signal, stopping, tokenEnd, sessionEnd()];
      return streamResponse({ request, places, userId: principal.userId, ends, warn }, async (sink) =>
        follow(
          params.id.toLowerCase(),
          (progress) => sink.send({ event: "progress", data: progressBody(progress) }),
          () => ended.abort(),
        ),
      );
    },
    {
      audience: "staff",
      params: importParams,
      response: { 401: problemSchema, 403: problemSchema, 422: problemSchema, 429: problemSchema },
      detail: {
        tags: ["products"],
        responses: eventStreamAnswer(
          'event: progress\ndata: {"state":"running","rows":1200,"accepted":1180}\n\n',
        ),
        summary: "Follow an import",
        description:
          "Server-Sent Events: `event: progress` with what `GET /v1/products/imports/{id}` says without its report, at once and whenever that has changed. An import that has not begun is waited for, so the stream may be opened before the file is sent. It ends after the state is `done`, `failed` or `broken-off`: close it then, since a browser would open it again.",
      },
    },
  );
};
