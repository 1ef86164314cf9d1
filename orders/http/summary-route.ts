import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import { orderStatuses } from "../domain/order.ts";
import { SUMMARY_DAYS_MAX } from "../domain/summary.ts";
import type { summariseOrders } from "../usecases/summarise-orders.ts";

export interface SummaryCases {
  readonly summariseOrders: ReturnType<typeof summariseOrders>;
}

const momentSchema = (description: string) =>
  Type.String({
    format: "date-time",
    error: "must be a moment such as 2026-01-01T00:00:00Z",
    description,
  });

const summaryQuery = strictObject({
  from: momentSchema("the first moment, RFC 3339"),
  to: momentSchema(`the moment before which it ends, ${SUMMARY_DAYS_MAX} days after the first at most`),
});

const count = Type.Integer({ minimum: 0 });

const summarySchema = strictObject(
  {
    from: timeSchema,
    to: timeSchema,
    count: Type.Integer({ minimum: 0, description: "orders that were placed in this time" }),
    byStatus: strictObject(
      Object.fromEntries(orderStatuses.map((status) => [status, Type.Optional(count)])),
      { description: "as they are now; statuses that none has are left out" },
    ),
    revenue: Type.Array(
      strictObject({
        amountMinor: Type.Integer({ minimum: 0, description: "in minor units" }),
        currency: Type.String({ description: "ISO 4217" }),
      }),
      { description: "what confirmed, packed, shipped and delivered orders come to, an amount a currency" },
    ),
  },
  {
    examples: [
      {
        from: "2026-01-01T00:00:00.000Z",
        to: "2026-01-02T00:00:00.000Z",
        count: 5,
        byStatus: { confirmed: 3, shipped: 1, cancelled: 1 },
        revenue: [{ amountMinor: 15_480, currency: "EUR" }],
      },
    ],
  },
);

/** What came in within a time, for the shop's people. */
export const summaryRoute = (guard: AuthGuard, cases: SummaryCases) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/orders/summary",
    async ({ query }) => {
      const time = { from: new Date(query.from), to: new Date(query.to) };
      const { count: orders, byStatus, revenue } = await cases.summariseOrders(time);
      return {
        from: time.from.toISOString(),
        to: time.to.toISOString(),
        count: orders,
        byStatus: { ...byStatus },
        revenue: revenue.map(({ amountMinor, currency }) => ({ amountMinor, currency })),
      };
    },
    {
      audience: "staff",
      query: summaryQuery,
      response: { 200: summarySchema, 401: problemSchema, 403: problemSchema, 422: problemSchema },
      detail: {
        tags: ["orders"],
        summary: "Sum orders up",
        description:
          "How many orders were placed from `from` on and before `to`, by what became of them, and what those come to that stand. " +
          `A time of ${SUMMARY_DAYS_MAX} days at most; archived orders count.`,
      },
    },
  );
