import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { nullable, problemSchema } from "../../shared/http/schemas.ts";
import type { OrderForCard } from "../usecases/read-orders.ts";
import { orderCardBody } from "./present.ts";
import { orderParams, orderSchema } from "./schemas.ts";

export interface InternalCases {
  readForCard(orderId: string): Promise<OrderForCard>;
}

const cardSchema = Type.Composite([orderSchema, Type.Object({ reason: nullable(Type.String()) })], {
  additionalProperties: false,
});

/** For notify, as `shared/contracts/internal-api.ts` says. */
export const internalRoutes = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get("/internal/orders/:id", async ({ params }) => orderCardBody(await cases.readForCard(params.id)), {
      openTo: "service",
      params: orderParams,
      response: { 200: cardSchema, 404: problemSchema },
      detail: {
        tags: ["internal"],
        summary: "Read an order for a card of the shop's people",
        description: "In whatever chat the card is: whoever taps on it does so by their own rights.",
      },
    });
