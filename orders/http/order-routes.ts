import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { optionalJson } from "../../shared/http/optional-json.ts";
import { etagOf, expectedVersion, isNotModified } from "../../shared/http/preconditions.ts";
import { PAGE_LIMIT_DEFAULT, problemSchema } from "../../shared/http/schemas.ts";
import type { Order } from "../domain/order.ts";
import type { TimelineEntry } from "../domain/react.ts";
import type { ArchiveOrderInput } from "../usecases/archive-order.ts";
import type { ChangeStatusInput } from "../usecases/change-status.ts";
import { type Caller, type ListOrdersInput, orderPositionSchema } from "../usecases/read-orders.ts";
import { type ClaimCases, claimRoutes } from "./claim-routes.ts";
import { type ExplanationCases, explanationRoute } from "./explanation-route.ts";
import { type LineCases, lineRoutes } from "./line-routes.ts";
import { type PlaceCases, placeRoute } from "./place-route.ts";
import { type OrderBody, orderBodyFor, timelineBody } from "./present.ts";
import {
  cancelBody,
  changedResponses,
  listQuery,
  orderParams,
  orderSchema,
  ordersPage,
  statusBody,
  timelineSchema,
} from "./schemas.ts";
import { type SummaryCases, summaryRoute } from "./summary-route.ts";

export interface OrderCases extends PlaceCases, LineCases, ClaimCases, SummaryCases, ExplanationCases {
  listOrders(
    caller: Caller,
    input: ListOrdersInput,
  ): Promise<{ items: Order[]; nextBeforeId: string | null }>;
  readOrder(caller: Caller, orderId: string): Promise<Order>;
  readTimeline(caller: Caller, orderId: string): Promise<TimelineEntry[]>;
  cancelOrder(caller: Caller, input: Omit<ChangeStatusInput, "status">): Promise<Order>;
  changeStatus(caller: Caller, input: ChangeStatusInput): Promise<Order>;
  archiveOrder(caller: Caller, input: ArchiveOrderInput): Promise<void>;
}

const tags = ["orders"];

interface Set {
  status?: number | string;
  headers: Record<string, string | number>;
}

const withEtag = (set: Set, caller: Caller, order: Order): OrderBody => {
  set.headers.etag = etagOf(order.version);
  return orderBodyFor(caller, order);
};

const readRoutes = (guard: AuthGuard, cases: OrderCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/orders",
      async ({ principal, query }) => {
        const { items, nextBeforeId } = await cases.listOrders(principal, {
          status: query.status ?? null,
          userId: query.userId ?? null,
          archived: query.archived === "true",
          beforeId: decodeCursor(query.cursor, orderPositionSchema)?.id ?? null,
          limit: query.limit ?? PAGE_LIMIT_DEFAULT,
        });
        return {
          items: items.map((order) => orderBodyFor(principal, order)),
          nextCursor: nextBeforeId === null ? null : encodeCursor({ id: nextBeforeId }),
        };
      },
      {
        audience: "customer",
        query: listQuery,
        response: { 200: ordersPage, 403: problemSchema, 422: problemSchema },
        detail: {
          tags,
          summary: "List orders",
          description:
            "Newest first. A customer sees their own, staff see all and may filter by `userId`. Archived orders are left " +
            "out; staff see those alone with `archived=true`.",
        },
      },
    )
    .get(
      "/v1/orders/:id",
      async ({ principal, params, request, set }) => {
        const order = await cases.readOrder(principal, params.id);
        const etag = etagOf(order.version);
        if (!isNotModified(request, etag)) return withEtag(set, principal, order);
        set.headers.etag = etag;
        set.status = 304;
      },
      {
        audience: "customer",
        params: orderParams,
        response: { 200: orderSchema, 304: Type.Void(), 404: problemSchema },
        detail: {
          tags,
          summary: "Read an order",
          description:
            "The owner's and staff's; 404 for others. Staff are told what they may do next, and who looks after it.",
        },
      },
    )
    .get(
      "/v1/orders/:id/timeline",
      async ({ principal, params }) => timelineBody(await cases.readTimeline(principal, params.id)),
      {
        audience: "customer",
        params: orderParams,
        response: { 200: timelineSchema, 404: problemSchema },
        detail: { tags, summary: "What happened to an order", description: "With time, actor and cause." },
      },
    );

const changeRoutes = (guard: AuthGuard, cases: OrderCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/orders/:id/cancel",
      async ({ principal, params, body, request, set }) => {
        const input = { orderId: params.id, reason: body?.reason ?? null };
        const expected = { expectedVersion: expectedVersion(request) };
        return withEtag(set, principal, await cases.cancelOrder(principal, { ...input, ...expected }));
      },
      {
        audience: "customer",
        parse: [optionalJson, "json"],
        params: orderParams,
        body: cancelBody,
        response: changedResponses,
        detail: {
          tags,
          summary: "Cancel an order",
          description:
            "The owner may until it is packed, staff until it is shipped. Its stock is given back. Cancelling twice changes " +
            "nothing. Staff who cancel somebody's prepaid order need a fresh code: 403 `STEP_UP_REQUIRED`. " +
            "Send `If-Match` to cancel only the version that you have seen.",
        },
      },
    )
    .patch(
      "/v1/orders/:id/status",
      async ({ principal, params, body, request, set }) => {
        const input = { orderId: params.id, status: body.status, reason: body.reason ?? null };
        const expected = { expectedVersion: expectedVersion(request) };
        return withEtag(set, principal, await cases.changeStatus(principal, { ...input, ...expected }));
      },
      {
        audience: "staff",
        parse: "json",
        params: orderParams,
        body: statusBody,
        response: changedResponses,
        detail: {
          tags,
          summary: "Move an order on",
          description:
            "confirmed → packed → shipped → delivered, cancelled until it is shipped, and returned from then on; anything else is " +
            "a 409 that names what is next. Shipping takes the goods out of the stock, a return brings them back. Where a prepaid order " +
            "is cancelled or returned a fresh code is needed for it: 403 `STEP_UP_REQUIRED` with `action`: `orders.refund`.",
        },
      },
    );

const archiveRoute = (guard: AuthGuard, cases: OrderCases) =>
  new Elysia({ normalize: false }).use(guard).delete(
    "/v1/orders/:id",
    async ({ principal, params, request, set }) => {
      await cases.archiveOrder(principal, { orderId: params.id, expectedVersion: expectedVersion(request) });
      set.status = 204;
    },
    {
      audience: "admin",
      params: orderParams,
      response: { 204: Type.Void(), 404: problemSchema, 409: problemSchema, 412: problemSchema },
      detail: {
        tags,
        summary: "Archive an order",
        description:
          "Puts away an order that is rejected, cancelled, delivered or returned, once nothing is left to do about it. " +
          "Nothing is deleted: lists leave it out, it can still be read, and it can no longer be changed. Archiving twice " +
          "changes nothing. Send `If-Match` to archive only the version that you have seen.",
      },
    },
  );

/** Placing, reading, changing, moving and archiving orders. */
export const orderRoutes = (guard: AuthGuard, cases: OrderCases) =>
  new Elysia({ normalize: false })
    .use(placeRoute(guard, cases))
    .use(readRoutes(guard, cases))
    .use(explanationRoute(guard, cases))
    .use(summaryRoute(guard, cases))
    .use(changeRoutes(guard, cases))
    .use(lineRoutes(guard, cases))
    .use(claimRoutes(guard, cases))
    .use(archiveRoute(guard, cases));
