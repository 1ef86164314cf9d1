import { Elysia } from "elysia";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { etagOf, expectedVersion } from "../../shared/http/preconditions.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type { ChangedLine, ChangeLineInput } from "../usecases/change-line.ts";
import type { Caller } from "../usecases/read-orders.ts";
import { type OrderBody, orderBody } from "./present.ts";
import { lineBody, lineParams, orderSchema, outOfStockSchema } from "./schemas.ts";

export interface LineCases {
  changeLine(caller: Caller, input: ChangeLineInput): Promise<ChangedLine>;
}

interface Call {
  readonly principal: Principal;
  readonly params: typeof lineParams.static;
  readonly body: typeof lineBody.static;
  readonly request: Request;
  readonly set: { status?: number | string; headers: Record<string, string | number> };
}

const answer =
  (cases: LineCases) =>
  async ({ principal, params, body, request, set }: Call): Promise<OrderBody> => {
    const { order, done } = await cases.changeLine(principal, {
      orderId: params.id,
      lineId: params.lineId.toLowerCase(),
      quantity: body.quantity,
      expectedVersion: expectedVersion(request),
    });
    set.status = done ? 200 : 202;
    set.headers.etag = etagOf(order.version);
    return orderBody(order);
  };

const tags = ["orders"];

/** Made anew for each route: Elysia writes the guard of the service into it. */
const changing = () => ({
  audience: "customer" as const,
  parse: "json" as const,
  params: lineParams,
  body: lineBody,
  response: {
    200: orderSchema,
    202: orderSchema,
    403: problemSchema,
    404: problemSchema,
    409: outOfStockSchema,
    412: problemSchema,
    422: problemSchema,
  },
  detail: {
    tags,
    summary: "Change the quantity of a line",
    description:
      "The owner's and staff's, while the order is confirmed and not packed yet; 0 takes the line away. Name and price stay as " +
      "they were. 200: done, and the stock with it. 202: inventory has not answered yet, the order is as it was and its timeline " +
      "will tell. 409 `OUT_OF_STOCK` with `shortages`: nothing has changed; 409 `CONFLICT` with `Retry-After` passes by itself. " +
      "Staff who make somebody's prepaid order cheaper need a fresh code: 403 `STEP_UP_REQUIRED`. " +
      "Send `If-Match` to change only the version that you have seen.",
  },
});

/** Changing the lines of an order. */
export const lineRoutes = (guard: AuthGuard, cases: LineCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .patch("/v1/orders/:id/lines/:lineId", answer(cases), changing())
    .put("/v1/orders/:id/lines/:lineId", answer(cases), changing());
