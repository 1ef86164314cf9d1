import { Elysia } from "elysia";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { idempotencyKeyOf } from "../../shared/http/idempotency-key.ts";
import { etagOf } from "../../shared/http/preconditions.ts";
import { problemResponse } from "../../shared/http/problem.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type { Payment } from "../domain/order.ts";
import type { PlacedOrder, PlaceOrderInput } from "../usecases/place-order.ts";
import { type OrderBody, rejectedAnswer } from "./present.ts";
import { orderSchema, outOfStockSchema, placeOrderBody, type RequestedPayment } from "./schemas.ts";

export interface PlaceCases {
  placeOrder(input: PlaceOrderInput): Promise<PlacedOrder>;
}

/** The idempotency records' name of the route: method and path template. */
const PLACE_ROUTE = "POST /v1/orders";
const REPLAYED_HEADER = "idempotency-replayed";
const REQUEST_ID_HEADER = "x-request-id";

interface Set {
  status?: number | string;
  headers: Record<string, string | number>;
}

/** A rejected order is a problem document; the same one, request id included, when it is asked for again. */
const answerPlaced = (set: Set, { answer, replayed }: PlacedOrder): OrderBody | Response => {
  const rejected = rejectedAnswer(answer);
  if (rejected !== null) {
    const response = problemResponse(rejected.error, rejected.requestId);
    // In the header stands the id of this request, not the one in the kept body.
    response.headers.delete(REQUEST_ID_HEADER);
    if (replayed) response.headers.set(REPLAYED_HEADER, "true");
    return response;
  }
  // Made by `presentOutcome`, here or in an earlier request.
  const order = answer.body as OrderBody;
  set.status = answer.status;
  set.headers.etag = etagOf(order.version);
  set.headers.location = `/v1/orders/${order.id}`;
  if (replayed) set.headers[REPLAYED_HEADER] = "true";
  return order;
};

const paymentOf = (requested: RequestedPayment): Payment => {
  if (typeof requested !== "string") return requested;
  return requested === "manual" ? { provider: requested } : { provider: requested, outcome: "approve" };
};

const placeInput = (
  { userId }: Principal,
  request: Request,
  body: typeof placeOrderBody.static,
): PlaceOrderInput => {
  const key = idempotencyKeyOf(request);
  return {
    userId,
    lines: body.lines,
    note: body.note ?? null,
    address: body.address ?? null,
    payment: body.payment === undefined ? null : paymentOf(body.payment),
    idempotency: key === null ? null : { principal: userId, route: PLACE_ROUTE, key, body },
  };
};

/** Placing orders. */
export const placeRoute = (guard: AuthGuard, cases: PlaceCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/orders",
      async ({ principal, body, request, set }) =>
        answerPlaced(set, await cases.placeOrder(placeInput(principal, request, body))),
      {
        audience: "customer",
        parse: "json",
        body: placeOrderBody,
        response: {
          201: orderSchema,
          202: orderSchema,
          403: problemSchema,
          409: outOfStockSchema,
          422: problemSchema,
          503: problemSchema,
        },
        detail: {
          tags: ["orders"],
          summary: "Place an order",
          description:
            "The buyer is whoever is signed in. 201: confirmed. 202: stored, its stock is still being asked for: read it again. " +
            "409: not enough stock. Send an `Idempotency-Key` header, so that a repetition cannot order twice.",
        },
      },
    );
