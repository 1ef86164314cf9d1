import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { roleAtLeast } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { strictObject } from "../../shared/http/schemas.ts";
import { type SseEvent, type SseSink, sseResponse } from "../../shared/http/sse.ts";
import { forbidden } from "../../shared/kernel/errors.ts";
import type { Locale } from "../domain/locale.ts";
import type { FeedMessage } from "../usecases/feed-message.ts";
import type { NotificationFeed } from "../usecases/ports.ts";
import { localeOfRequest } from "./notification-routes.ts";

/** Which messages a listener may see: their own, or for staff who ask for it everything. */
type Sees = (message: FeedMessage) => boolean;

const sees = (principal: Principal, feed: "admin" | undefined): Sees => {
  if (feed === undefined)
    return (message) => message.kind === "notification" && message.notification.userId === principal.userId;
  if (!roleAtLeast(principal.role, "staff")) throw forbidden("The admin feed is for staff.");
  return () => true;
};

const eventOf = (message: FeedMessage, locale: Locale): SseEvent => {
  const text = message.texts[locale];
  return message.kind === "notification"
    ? { event: "notification", data: { ...message.notification, text } }
    : { event: "alert", data: { ...message.alert, text } };
};

/** Notifications as they happen, over Server-Sent Events. */
export const streamRoutes = (guard: AuthGuard, { feed }: { readonly feed: NotificationFeed }) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/notifications/stream",
    ({ principal, query, request, sessionEnd }) => {
      const mayPass = sees(principal, query.feed);
      const locale = localeOfRequest(request);
      const open = (sink: SseSink) =>
        feed.listen({
          onMessage: (message) => void (mayPass(message) && sink.send(eventOf(message, locale))),
          onResync: () => void sink.send({ event: "resync", data: { reason: "reconnected" } }),
        });
      return sseResponse(open, AbortSignal.any([request.signal, sessionEnd()]));
    },
    {
      audience: "customer",
      query: strictObject({ feed: Type.Optional(Type.Literal("admin")) }),
      detail: {
        tags: ["notify"],
        summary: "Stream notifications",
        description:
          "Server-Sent Events: `notification` with each change of state of one's own, `resync` when some may have been missed (read the list again). `?feed=admin` (staff): everybody's, and `alert` for what concerns the shop.",
        responses: {
          200: { description: "text/event-stream" },
          401: { description: "Not signed in" },
          403: { description: "Not staff" },
        },
      },
    },
  );
