import { createParser } from "eventsource-parser";
import { problemResponse } from "../shared/http/problem.ts";
import { requestContextOf } from "../shared/http/request-id.ts";
import { invalid } from "../shared/kernel/errors.ts";
import { closeCodes, type Socket, type SocketOffer, type Sockets } from "../shared/runtime/web-sockets.ts";
import type { Gateway } from "./gateway.ts";

const SOCKET_PATH = "/v1/notifications/ws";
const STREAM_PATH = "/v1/notifications/stream";
/** What the messages look like; a client that names protocols names this one. */
const PROTOCOL = "kiosk.v1";
/** A browser can set no header on a WebSocket: its token comes as a protocol, since an address would stand in logs. */
const TOKEN_PROTOCOL = "bearer.";

const protocolsOf = (request: Request): string[] =>
  (request.headers.get("sec-websocket-protocol") ?? "").split(",").flatMap((name) => name.trim() || []);

/** The stream that carries what the socket is to carry, asked for as its reader would ask. */
const streamRequest = (request: Request, signal: AbortSignal): Request => {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of [...headers.keys()]) if (name.startsWith("sec-websocket-")) headers.delete(name);
  headers.set("accept", "text/event-stream");
  const token = protocolsOf(request).find((name) => name.startsWith(TOKEN_PROTOCOL));
  if (token !== undefined) headers.set("authorization", `Bearer ${token.slice(TOKEN_PROTOCOL.length)}`);
  const lastEventId = url.searchParams.get("lastEventId");
  if (lastEventId !== null) headers.set("last-event-id", lastEventId);
  url.searchParams.delete("lastEventId");
  url.pathname = STREAM_PATH;
  return new Request(url, { headers, signal });
};

/** Reads the stream into the socket no faster than its reader reads, and closes it when the stream ends. */
const pipe = (stream: Response, socket: Socket) => {
  const reader = stream.body?.getReader();
  const decoder = new TextDecoder();
  let mark: string | null = null;
  let ended = false;
  /** Set while the reader has to catch up. */
  let catchingUp: PromiseWithResolvers<void> | null = null;
  const send = (message: unknown) => {
    if (!ended && !socket.send(JSON.stringify(message))) catchingUp ??= Promise.withResolvers();
  };
  const parser = createParser({
    onId: (id) => {
      mark = id;
    },
    onEvent: ({ event, id, data }) => {
      mark = null;
      send({ event: event ?? "message", id: id ?? null, data: JSON.parse(data) });
    },
  });
  const read = async () => {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return;
      parser.feed(decoder.decode(chunk.value, { stream: true }));
      // The stream has moved on without an event: the reader learns where it is by now.
      if (mark !== null) send({ event: "mark", id: mark, data: null });
      mark = null;
      await catchingUp?.promise;
      catchingUp = null;
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => socket.close(closeCodes.comeAgain, "The stream has ended: connect again."));
  return {
    drained: () => catchingUp?.resolve(),
    closed() {
      ended = true;
      catchingUp?.resolve();
    },
  };
};

/**
 * `WS /v1/notifications/ws`: what `GET /v1/notifications/stream` tells, as JSON texts `{ event, id, data }`, for clients that
 * would rather have a WebSocket. The stream is asked for first, through the gateway itself: who may not read it, or asks too often,
 * gets that refusal as the answer to the handshake.
 */
export const createNotificationsSocket = (gateway: Gateway): Sockets => ({
  path: SOCKET_PATH,
  async accept(request, clientIp): Promise<Response | SocketOffer> {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      const { requestId } = requestContextOf(request.headers);
      return problemResponse(invalid("/headers/upgrade", "must be websocket"), requestId);
    }
    const gone = new AbortController();
    const stream = await gateway(streamRequest(request, gone.signal), clientIp);
    if (stream.status !== 200) return stream;
    return {
      protocol: protocolsOf(request).includes(PROTOCOL) ? PROTOCOL : null,
      withdraw: () => gone.abort(),
      open(socket) {
        const { drained, closed } = pipe(stream, socket);
        return {
          drained,
          closed() {
            closed();
            gone.abort();
          },
        };
      },
    };
  },
});
