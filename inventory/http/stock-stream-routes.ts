import { Elysia } from "elysia";
import { may } from "../../shared/contracts/permissions.ts";
import type { StockChange } from "../../shared/contracts/stock-stream.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { streamChanges } from "../../shared/http/change-stream.ts";
import { eventStreamAnswer } from "../../shared/http/described-answers.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import { createStreamIds, streamKeys } from "../../shared/http/stream-ids.ts";
import { createStreamPlaces } from "../../shared/http/stream-places.ts";
import { streamResponse } from "../../shared/http/stream-response.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import type { ChangeCursor, ChangeFeed } from "../../shared/ports/change-feed.ts";
import type { StockChangeReads } from "../usecases/ports.ts";
import { STREAM_SKUS_MAX, streamQuery } from "./schemas.ts";

export interface StreamDeps {
  readonly feed: ChangeFeed<StockChange>;
  readonly changes: StockChangeReads;
  readonly now: () => Date;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

const ids = createStreamIds("stock", streamKeys.sku);

const publicViews = new WeakMap<StockChange, object>();
/** The same object for all readers, so that it is put into words once. */
const publicView = (change: StockChange): object => {
  const known = publicViews.get(change);
  if (known !== undefined) return known;
  const { sku, available, version } = change;
  const view = { sku, available, version };
  publicViews.set(change, view);
  return view;
};
const staffView = (change: StockChange): object => change;

const isStaff = (visitor: Principal | null): visitor is Principal =>
  visitor !== null && may(visitor.role, "stock.read");

const skusOf = (text: string | undefined): ReadonlySet<string> | null => {
  const skus = (text ?? "")
    .split(",")
    .map((sku) => sku.trim())
    .filter((sku) => sku !== "");
  if (skus.length > STREAM_SKUS_MAX) throw invalid("/query/sku", `must name ${STREAM_SKUS_MAX} SKUs at most`);
  return skus.length === 0 ? null : new Set(skus);
};

/** A stream ends with the service, and what staff see with the token and the session that allowed it. */
const endsOf = (
  visitor: Principal | null,
  sessionEnd: () => AbortSignal,
  { feed, now }: StreamDeps,
): AbortSignal[] => {
  if (!isStaff(visitor)) return [feed.signal];
  return [feed.signal, AbortSignal.timeout(Math.max(0, visitor.expiresAtMs - now().getTime())), sessionEnd()];
};

/** All that has changed, if it is one page: for whom it is more, reading the levels again is less. */
const missedBy = (changes: StockChangeReads) => async (after: ChangeCursor) => {
  const page = await changes.changesAfter(after);
  return page.more ? null : page;
};

/** `GET /v1/stock/stream`: Server-Sent Events with what can be sold, for everybody; with all counters, for staff. */
export const stockStreamRoutes = (guard: AuthGuard, deps: StreamDeps) => {
  const { feed, changes, warn } = deps;
  const places = createStreamPlaces();
  return new Elysia({ normalize: false }).use(guard).get(
    "/v1/stock/stream",
    ({ query, request, visitor, sessionEnd }) => {
      const skus = skusOf(query.sku);
      const view = isStaff(visitor) ? staffView : publicView;
      const userId = visitor?.userId ?? null;
      return streamResponse(
        { request, places, userId, ends: endsOf(visitor, sessionEnd, deps), warn },
        (sink) =>
          streamChanges(sink, {
            feed,
            ids,
            lastEventId: request.headers.get("last-event-id"),
            missed: missedBy(changes),
            currentCursor: () => changes.currentCursor(),
            show: (change) => (skus === null || skus.has(change.sku) ? { data: view(change) } : null),
          }),
      );
    },
    {
      openTo: "public",
      query: streamQuery,
      response: { 422: problemSchema, 429: problemSchema },
      detail: {
        tags: ["inventory"],
        responses: eventStreamAnswer('id: 731\ndata: {"sku":"MUG-BLUE","available":3,"version":12}\n\n'),
        summary: "Follow the stock",
        description:
          "Server-Sent Events `{ sku, available, version }`; staff see `onHand`, `reserved` and more. States are absolute: apply only newer versions. Reconnect with `Last-Event-ID` and nothing is missed, though some may come twice; where too much was missed, `event: resync` says to read the levels again.",
      },
    },
  );
};
