import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import { PAGE_LIMIT_DEFAULT, problemSchema } from "../../shared/http/schemas.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import { reservationPosition } from "../usecases/page-positions.ts";
import type { StockReads } from "../usecases/ports.ts";
import { reservationAnswer } from "./answers.ts";
import { orderParams, reservationPageSchema, reservationQuery, reservationSchema } from "./schemas.ts";

const tags = ["inventory"];

/** What is held for which order and until when, for staff. */
export const reservationRoutes = (guard: AuthGuard, { reads }: { readonly reads: StockReads }) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/reservations",
      async ({ query: { limit = PAGE_LIMIT_DEFAULT, cursor, status } }) => {
        const before = decodeCursor(cursor, reservationPosition)?.[0] ?? null;
        const page = await reads.reservations({ limit, before, status: status ?? null });
        const last = page.items.at(-1);
        return {
          items: page.items.map(reservationAnswer),
          nextCursor: page.more && last ? encodeCursor([last.orderId]) : null,
        };
      },
      {
        audience: "staff",
        query: reservationQuery,
        response: { 200: reservationPageSchema, 401: problemSchema, 403: problemSchema, 422: problemSchema },
        detail: {
          tags,
          summary: "List reservations",
          description: "Newest order first, with what is held and until when.",
        },
      },
    )
    .get(
      "/v1/reservations/:orderId",
      async ({ params }) => {
        const reservation = await reads.reservation(params.orderId);
        if (!reservation) throw notFound("reservation");
        return reservationAnswer(reservation);
      },
      {
        audience: "staff",
        params: orderParams,
        response: { 200: reservationSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema },
        detail: { tags, summary: "Read the reservation of an order", description: "Whatever its status is." },
      },
    );
