import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type {
  fulfilReservation,
  releaseReservation,
  returnReservation,
} from "../usecases/end-reservation.ts";
import type { StockChangeReads } from "../usecases/ports.ts";
import type { reserveStock } from "../usecases/reserve-stock.ts";
import { endedAnswer, heldAnswer } from "./answers.ts";
import { decodeChangeCursor, encodeChangeCursor } from "./change-cursor.ts";
import {
  changesPageSchema,
  changesQuery,
  endedSchema,
  heldSchema,
  orderParams,
  reserveBody,
} from "./schemas.ts";

export interface InternalCases {
  readonly reserve: ReturnType<typeof reserveStock>;
  readonly release: ReturnType<typeof releaseReservation>;
  readonly fulfil: ReturnType<typeof fulfilReservation>;
  readonly takeBack: ReturnType<typeof returnReservation>;
  readonly changes: StockChangeReads;
}

const tags = ["inventory"];
const refusals = { 401: problemSchema, 409: problemSchema, 422: problemSchema, 503: problemSchema };

const reserveRoute = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false }).use(guard).put(
    "/internal/reservations/:orderId",
    async ({ params, body }) =>
      heldAnswer(
        await cases.reserve({
          orderId: params.orderId.toLowerCase(),
          lines: body.lines,
          ttlSeconds: body.ttlSeconds,
          revision: body.revision,
        }),
      ),
    {
      openTo: "service",
      parse: "json",
      params: orderParams,
      body: reserveBody,
      response: { 200: heldSchema, ...refusals },
      detail: {
        tags,
        summary: "Hold the lines of an order",
        description:
          "All or none; the same lines again answer the same. Under a higher `revision` other lines replace those that are held, all or none of the difference; a lower one is refused. 409 `OUT_OF_STOCK` names every short SKU in `shortages`, and what was held stays held; 409 `CONFLICT` says the `reservationStatus` that stands in the way.",
      },
    },
  );

const endRoutes = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/internal/reservations/:orderId/release",
      async ({ params }) => endedAnswer(await cases.release(params.orderId.toLowerCase())),
      {
        openTo: "service",
        params: orderParams,
        response: { 200: endedSchema, ...refusals },
        detail: {
          tags,
          summary: "Give back what is held",
          description: "Twice is as once. What was never held is remembered as released. 409 once fulfilled.",
        },
      },
    )
    .post(
      "/internal/reservations/:orderId/fulfil",
      async ({ params }) => endedAnswer(await cases.fulfil(params.orderId.toLowerCase())),
      {
        openTo: "service",
        params: orderParams,
        response: { 200: endedSchema, ...refusals },
        detail: {
          tags,
          summary: "Take the goods out of stock",
          description: "Twice is as once. 409 when nothing is held.",
        },
      },
    )
    .post(
      "/internal/reservations/:orderId/return",
      async ({ params }) => endedAnswer(await cases.takeBack(params.orderId.toLowerCase())),
      {
        openTo: "service",
        params: orderParams,
        response: { 200: endedSchema, ...refusals },
        detail: {
          tags,
          summary: "Put fulfilled goods back into stock",
          description: "Twice is as once. 409 when the goods of the order have not left.",
        },
      },
    );

const changesRoute = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/internal/stock/changes",
    async ({ query }) => {
      const page = await cases.changes.changesAfter(decodeChangeCursor(query.after));
      return {
        changes: [...page.changes],
        cursor: encodeChangeCursor(page.cursor),
        more: page.more,
      };
    },
    {
      openTo: "service",
      query: changesQuery,
      response: { 200: changesPageSchema, 401: problemSchema, 422: problemSchema },
      detail: {
        tags,
        summary: "What changed after a cursor",
        description: "Present states, deleted levels with `exists: false`; without `after` all of them.",
      },
    },
  );

/** What other services ask of inventory. */
export const internalRoutes = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(reserveRoute(guard, cases))
    .use(endRoutes(guard, cases))
    .use(changesRoute(guard, cases));
