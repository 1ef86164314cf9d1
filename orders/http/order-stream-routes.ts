import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { type SseSink, sseResponse } from "../../shared/http/sse.ts";
import type { OrderFeed } from "../usecases/ports.ts";
import { type Caller, mayRead } from "../usecases/read-orders.ts";

/** Longest time until `setTimeout` would fire at once: a token never lives so long, but a clock may be wrong. */
const TIMER_MAX_MS = 2_147_483_647;

interface StreamCaller extends Caller {
  readonly expiresAtMs: number;
}

/** Sends a caller the news that they may read, until their token ends. */
const follow = (feed: OrderFeed, caller: StreamCaller, nowMs: number, sink: SseSink, end: () => void) => {
  const leave = feed.subscribe({
    onNews(news) {
      if (mayRead(caller, news)) sink.send({ id: `${news.id}:${news.version}`, event: "order", data: news });
    },
    onResync: () => void sink.send({ event: "resync", data: { reason: "missed" } }),
    onEnd: end,
  });
  const lifeMs = Math.min(TIMER_MAX_MS, Math.max(0, caller.expiresAtMs - nowMs));
  const timer = setTimeout(end, lifeMs);
  return () => {
    clearTimeout(timer);
    leave();
  };
};

/** `GET /v1/orders/stream`: Server-Sent Events, own orders or, for staff, all. */
export const orderStreamRoutes = (guard: AuthGuard, feed: OrderFeed, now: () => Date) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/orders/stream",
    ({ principal, request, sessionEnd }) => {
      const ended = new AbortController();
      const signal = AbortSignal.any([request.signal, ended.signal, sessionEnd()]);
      return sseResponse(
        (sink) => follow(feed, principal, now().getTime(), sink, () => ended.abort()),
        signal,
      );
    },
    {
      audience: "customer",
      detail: {
        tags: ["orders"],
        summary: "Follow orders",
        description:
          "Server-Sent Events: `order` with `id, number, userId, status, version, total, updatedAt` for each change, `resync` " +
          "when changes may have been missed: read the list again. A customer follows their own orders, staff all.",
      },
    },
  );
