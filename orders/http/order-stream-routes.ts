import { Elysia } from "elysia";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { streamChanges } from "../../shared/http/change-stream.ts";
import { eventStreamAnswer } from "../../shared/http/described-answers.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import { createStreamIds, streamKeys } from "../../shared/http/stream-ids.ts";
import { createStreamPlaces } from "../../shared/http/stream-places.ts";
import { streamResponse } from "../../shared/http/stream-response.ts";
import type { ChangeFeed } from "../../shared/ports/change-feed.ts";
import type { OrderChangeReads, OrderNews, ProblemLog } from "../usecases/ports.ts";
import { isStaff, mayRead } from "../usecases/read-orders.ts";

/** Longest time until a timer would fire at once: a token never lives so long, but a clock may be wrong. */
const TIMER_MAX_MS = 2_147_483_647;

export interface OrderStreamDeps {
  readonly feed: ChangeFeed<OrderNews>;
  readonly changes: OrderChangeReads;
  readonly now: () => Date;
  readonly log: ProblemLog;
}

const ids = createStreamIds("orders", streamKeys.uuid);

const untilExpiry = ({ expiresAtMs }: Principal, now: Date): AbortSignal =>
  AbortSignal.timeout(Math.min(TIMER_MAX_MS, Math.max(0, expiresAtMs - now.getTime())));

/** `GET /v1/orders/stream`: Server-Sent Events, own orders or, for staff, all. It ends with the token and the session. */
export const orderStreamRoutes = (guard: AuthGuard, { feed, changes, now, log }: OrderStreamDeps) => {
  const places = createStreamPlaces();
  return new Elysia({ normalize: false }).use(guard).get(
    "/v1/orders/stream",
    ({ principal, request, sessionEnd }) =>
      streamResponse(
        {
          request,
          places,
          userId: principal.userId,
          ends: [feed.signal, untilExpiry(principal, now()), sessionEnd()],
          warn: (message, fields) => log.warn(message, fields),
        },
        (sink) =>
          streamChanges(sink, {
            feed,
            ids,
            lastEventId: request.headers.get("last-event-id"),
            missed: (after) => changes.missedBy(isStaff(principal) ? null : principal.userId, after),
            currentCursor: () => changes.currentCursor(),
            show: (news) => (mayRead(principal, news) ? { event: "order", data: news } : null),
          }),
      ),
    {
      audience: "customer",
      response: { 429: problemSchema },
      detail: {
        tags: ["orders"],
        responses: eventStreamAnswer(
          'id: 912-0192f0c0\nevent: order\ndata: {"id":"0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70","number":"K-000041","status":"shipped","version":4}\n\n',
        ),
        summary: "Follow orders",
        description:
          "Server-Sent Events: `order` with `id, number, userId, status, version, total, updatedAt` for what an order has become, `resync` " +
          "when changes may have been missed: read the list again. A customer follows their own orders, staff all. Reconnect with " +
          "`Last-Event-ID` and nothing is missed; some may come twice, so apply only newer versions.",
      },
    },
  );
};
