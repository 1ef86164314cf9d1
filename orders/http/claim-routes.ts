import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { etagOf, expectedVersion } from "../../shared/http/preconditions.ts";
import type { Order } from "../domain/order.ts";
import type { ClaimOrderInput } from "../usecases/claim-order.ts";
import type { Caller } from "../usecases/read-orders.ts";
import { staffOrderBody } from "./present.ts";
import { changedResponses, claimConflictSchema, orderParams } from "./schemas.ts";

export interface ClaimCases {
  claim(caller: Caller, input: ClaimOrderInput): Promise<Order>;
  release(caller: Caller, input: ClaimOrderInput): Promise<Order>;
}

const tags = ["orders"];

/** Who of the shop's people looks after an order: exactly one, or nobody. */
export const claimRoutes = (guard: AuthGuard, cases: ClaimCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .put(
      "/v1/orders/:id/claim",
      async ({ principal, params, request, set }) => {
        const input = { orderId: params.id, expectedVersion: expectedVersion(request) };
        const order = await cases.claim(principal, input);
        set.headers.etag = etagOf(order.version);
        return staffOrderBody(order);
      },
      {
        audience: "staff",
        params: orderParams,
        response: { ...changedResponses, 409: claimConflictSchema },
        detail: {
          tags,
          summary: "Claim an order",
          description:
            "Makes the caller the one who looks after it, while it is confirmed or packed; again, it changes nothing. Of several at once one " +
            "gets it: the others get a 409 whose `claimedBy` says who. Send `If-Match` to claim only the version that you have seen.",
        },
      },
    )
    .delete(
      "/v1/orders/:id/claim",
      async ({ principal, params, request, set }) => {
        const input = { orderId: params.id, expectedVersion: expectedVersion(request) };
        const order = await cases.release(principal, input);
        set.headers.etag = etagOf(order.version);
        return staffOrderBody(order);
      },
      {
        audience: "staff",
        params: orderParams,
        response: { ...changedResponses, 409: claimConflictSchema },
        detail: {
          tags,
          summary: "Give a claimed order back",
          description:
            "Whoever has it may, and an admin; somebody else gets a 409 whose `claimedBy` says who has it. Again, it changes nothing.",
        },
      },
    );
