import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { may } from "../../shared/contracts/permissions.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { streamChanges } from "../../shared/http/change-stream.ts";
import { eventStreamAnswer } from "../../shared/http/described-answers.ts";
import { problemSchema, strictObject } from "../../shared/http/schemas.ts";
import type { SseSink } from "../../shared/http/sse.ts";
import { createStreamIds, streamKeys } from "../../shared/http/stream-ids.ts";
import { createStreamPlaces } from "../../shared/http/stream-places.ts";
import { streamResponse } from "../../shared/http/stream-response.ts";
import { forbidden } from "../../shared/kernel/errors.ts";
import type { ChangeFeed } from "../../shared/ports/change-feed.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { DeliveryChangeReads } from "../usecases/delivery-ports.ts";
import { type Describe, type Reader, shownTo } from "../usecases/feed-message.ts";
import type { AlertFeed } from "../usecases/ports.ts";
import { localeOfRequest } from "./notification-routes.ts";

export interface StreamDeps {
  readonly feed: ChangeFeed<Delivery>;
  readonly alerts: AlertFeed;
  readonly changes: DeliveryChangeReads;
  readonly describe: Describe;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

interface StreamReader extends Reader {
  readonly lastEventId: string | null;
}

const ids = createStreamIds("notifications", streamKeys.uuid);

/** A message of a broadcast: who watches the shop would see nothing else. How far it has come, the broadcast says. */
const isOneOfMany = ({ class: kind }: Delivery): boolean => kind === "broadcast";

/** One's own notifications, or (`all`) everybody's but for broadcasts. */
const followDeliveries = (
  sink: SseSink,
  reader: StreamReader,
  { feed, changes, describe }: StreamDeps,
  all: boolean,
) =>
  streamChanges(sink, {
    feed,
    ids,
    lastEventId: reader.lastEventId,
    // Alerts are nowhere to be read again: who watches everything and comes back is sent to the list.
    missed: async (after) => (all ? null : changes.missedBy(reader.userId, after)),
    currentCursor: () => changes.currentCursor(),
    show: (delivery) =>
      (all && !isOneOfMany(delivery)) || delivery.userId === reader.userId
        ? {
            event: "notification",
            data: shownTo(delivery, reader, describe),
          }
        : null,
  });

const followEverything = async (sink: SseSink, reader: StreamReader, deps: StreamDeps) => {
  const stopAlerts = deps.alerts.listen({
    onAlert: ({ alert, texts }) =>
      void sink.send({ event: "alert", data: { ...alert, text: texts[reader.locale] } }),
    onResync: () => void sink.send({ event: "resync", data: { reason: "missed" } }),
  });
  try {
    const stopDeliveries = await followDeliveries(sink, reader, deps, true);
    return () => {
      stopAlerts();
      stopDeliveries();
    };
  } catch (error) {
    stopAlerts();
    throw error;
  }
};

/** Notifications as they happen, over Server-Sent Events. */
export const streamRoutes = (guard: AuthGuard, deps: StreamDeps) => {
  const places = createStreamPlaces();
  return new Elysia({ normalize: false }).use(guard).get(
    "/v1/notifications/stream",
    ({ principal, query, request, sessionEnd }) => {
      const everything = query.feed === "admin";
      if (everything && !may(principal.role, "notifications.read-all"))
        throw forbidden("The admin feed is for staff.");
      const { userId } = principal;
      const reader = {
        userId,
        locale: localeOfRequest(request),
        lastEventId: request.headers.get("last-event-id"),
      };
      return streamResponse(
        { request, places, userId, ends: [deps.feed.signal, sessionEnd()], warn: deps.warn },
        (sink) =>
          everything ? followEverything(sink, reader, deps) : followDeliveries(sink, reader, deps, false),
      );
    },
    {
      audience: "customer",
      query: strictObject({ feed: Type.Optional(Type.Literal("admin")) }),
      response: { 401: problemSchema, 403: problemSchema, 429: problemSchema },
      detail: {
        tags: ["notify"],
        responses: eventStreamAnswer(
          'id: 731-0192f0c0\nevent: notification\ndata: {"template":"order-card","state":"sent","text":"Order K-000041"}\n\n',
        ),
        summary: "Stream notifications",
        description:
          "Server-Sent Events: `notification` with what has become of one of one's own, `resync` when some may have been missed (read the list again). Reconnect with `Last-Event-ID` and nothing is missed; some may come twice. `?feed=admin` (staff): everybody's but for those of broadcasts, and `alert` for what concerns the shop; who comes back to it is told to `resync`. Through the gateway also as a WebSocket, `/v1/notifications/ws`, with protocols `kiosk.v1` and `bearer.<accessToken>`.",
      },
    },
  );
};
