import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import {
  idSchema,
  PAGE_LIMIT_DEFAULT,
  pageQuery,
  problemSchema,
  strictObject,
} from "../../shared/http/schemas.ts";
import type { Delivery } from "../domain/delivery.ts";
import { type Locale, localeOf } from "../domain/locale.ts";
import { type Describe, positionSchema, shownTo } from "../usecases/feed-message.ts";
import type { listNotifications, retryNotification } from "../usecases/notifications.ts";
import { notificationPageSchema, notificationSchema, stateSchema } from "./schemas.ts";

export interface NotificationCases {
  readonly list: ReturnType<typeof listNotifications>;
  readonly retry: ReturnType<typeof retryNotification>;
  readonly describe: Describe;
}

/** The reader's language: the first that `Accept-Language` names. */
export const localeOfRequest = (request: Request): Locale =>
  localeOf(request.headers.get("accept-language")?.split(",", 1)[0]);

/** Deliveries, as the people concerned and the staff see them. */
export const notificationRoutes = (guard: AuthGuard, { list, retry, describe }: NotificationCases) => {
  const viewOf = (delivery: Delivery, { userId }: Principal, request: Request) =>
    shownTo(delivery, { userId, locale: localeOfRequest(request) }, describe);
  return new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/notifications",
      async ({ principal, query, request }) => {
        const { items, nextBefore } = await list({
          principal,
          state: query.state,
          before: decodeCursor(query.cursor, positionSchema) ?? undefined,
          limit: query.limit ?? PAGE_LIMIT_DEFAULT,
        });
        return {
          items: items.map((delivery) => viewOf(delivery, principal, request)),
          nextCursor: nextBefore === null ? null : encodeCursor(nextBefore),
        };
      },
      {
        audience: "customer",
        query: strictObject({ ...pageQuery, state: Type.Optional(stateSchema) }),
        response: { 200: notificationPageSchema, 401: problemSchema, 422: problemSchema },
        detail: {
          tags: ["notify"],
          summary: "List notifications",
          description:
            "Newest first: a customer's own, everybody's for staff, but for where others sign in and with what. `?state=failed` filters.",
        },
      },
    )
    .post(
      "/v1/notifications/:id/retry",
      async ({ principal, params, request }) => viewOf(await retry(params.id), principal, request),
      {
        audience: "staff",
        params: strictObject({ id: idSchema }),
        response: {
          200: notificationSchema,
          401: problemSchema,
          403: problemSchema,
          404: problemSchema,
          409: problemSchema,
        },
        detail: {
          tags: ["notify"],
          summary: "Send a notification again",
          description:
            "For one that failed, expired, was suppressed or is `unknown`; an unknown one may have arrived, so this may be a second message. Answers the notification, `pending` again.",
        },
      },
    );
};
