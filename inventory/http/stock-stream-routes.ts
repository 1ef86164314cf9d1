import { Elysia } from "elysia";
import { roleAtLeast } from "../../shared/contracts/permissions.ts";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import { sseResponse } from "../../shared/http/sse.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import type { StockChangeReads, StockFeed } from "../usecases/ports.ts";
import { decodeChangeCursor } from "./change-cursor.ts";
import { STREAM_SKUS_MAX, streamQuery } from "./schemas.ts";
import { streamStock } from "./stock-stream.ts";

export interface StreamDeps {
  readonly feed: StockFeed;
  readonly changes: StockChangeReads;
  readonly now: () => Date;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

const publicView = ({ sku, available, version }: StockChange) => ({ sku, available, version });
const staffView = (change: StockChange) => change;

const isStaff = (visitor: Principal | null): visitor is Principal =>
  visitor !== null && roleAtLeast(visitor.role, "staff");

const skusOf = (text: string | undefined): ReadonlySet<string> | null => {
  const skus = (text ?? "")
    .split(",")
    .map((sku) => sku.trim())
    .filter((sku) => sku !== "");
  if (skus.length > STREAM_SKUS_MAX) throw invalid("/query/sku", `must name ${STREAM_SKUS_MAX} SKUs at most`);
  return skus.length === 0 ? null : new Set(skus);
};

/** A stream ends with its request, with the service, and what staff see with the token and the session that allowed it. */
const endOf = (
  {
    request,
    visitor,
    sessionEnd,
  }: { request: Request; visitor: Principal | null; sessionEnd: () => AbortSignal },
  { feed, now }: StreamDeps,
  own: AbortSignal,
) => {
  const ends = [request.signal, feed.signal, own];
  if (isStaff(visitor)) {
    ends.push(AbortSignal.timeout(Math.max(0, visitor.expiresAtMs - now().getTime())), sessionEnd());
  }
  return AbortSignal.any(ends);
};

/** `GET /v1/stock/stream`: Server-Sent Events with what can be sold, for everybody; with all counters, for staff. */
export const stockStreamRoutes = (guard: AuthGuard, deps: StreamDeps) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/stock/stream",
    ({ query, request, visitor, sessionEnd }) => {
      const { feed, changes } = deps;
      const skus = skusOf(query.sku);
      const after = decodeChangeCursor(request.headers.get("last-event-id") ?? undefined);
      feed.assertRoom();
      const own = new AbortController();
      const show = isStaff(visitor) ? staffView : publicView;
      return sseResponse(
        async (sink) => {
          try {
            return await streamStock(sink, { feed, changes, after, skus, show });
          } catch (error) {
            deps.warn("a stock stream could not begin", { error });
            own.abort();
            return () => undefined;
          }
        },
        endOf({ request, visitor, sessionEnd }, deps, own.signal),
      );
    },
    {
      openTo: "public",
      query: streamQuery,
      response: { 422: problemSchema, 503: problemSchema },
      detail: {
        tags: ["inventory"],
        summary: "Follow the stock",
        description:
          "Server-Sent Events `{ sku, available, version }`; staff see `onHand`, `reserved` and more. States are absolute: apply only newer versions. Reconnect with `Last-Event-ID` and nothing is missed; some may come twice.",
      },
    },
  );
