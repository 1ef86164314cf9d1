import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type { fulfilReservation, releaseReservation } from "../usecases/end-reservation.ts";
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
  readonly changes: StockChangeReads;
}

const tags = ["inventory"];
const refusals = { 401: problemSchema, 409: problemSchema, 422: problemSchema, 503: problemSchema };

const commandRoutes = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .put(
      "/internal/reservations/:orderId",
      async ({ params, body }) =>
        heldAnswer(
          await cases.reserve({
            orderId: params.orderId.toLowerCase(),
            lines: body.lines,
            ttlSeconds: body.ttlSeconds,
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
            "All or none; the same lines again answer the same. 409 `OUT_OF_STOCK` names every short SKU in `shortages`; 409 `CONFLICT` says the `reservationStatus` that stands in the way.",
        },
      },
    )
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
    );

/** What other services ask of inventory. */
export const internalRoutes = (guard: AuthGuard, cases: InternalCases) =>
  commandRoutes(guard, cases).get(
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
