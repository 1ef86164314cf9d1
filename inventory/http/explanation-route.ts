import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type { Hold, LevelCause, LevelExplanation } from "../domain/explain-level.ts";
import type { MovementKind } from "../domain/movement.ts";
import type { explainStock } from "../usecases/explain-stock.ts";
import { explanationQuery, linksOf, stockExplanationSchema } from "./explanation-schemas.ts";
import { skuParams } from "./schemas.ts";

export interface ExplanationCases {
  readonly explain: ReturnType<typeof explainStock>;
}

/** Where a movement of an order is told by one event of orders. A hold or its end may be told by several: its order's explanation says which. */
const eventOf = (step: MovementKind | null, { orders }: LevelCause["figures"]): string | null =>
  (step === "fulfilment" || step === "return") && orders > 0 ? "order.status-changed" : null;

const causeAnswer = (cause: LevelCause) => {
  const { code, says, fromVersion, toVersion, movements, onHand, reserved, available, single } = cause;
  const { orders, ...units } = cause.figures;
  const step = single?.kind ?? null;
  return {
    ...{ code, says, step, fromVersion, toVersion, movements },
    at: cause.lastAt.toISOString(),
    since: cause.firstAt.toISOString(),
    event: eventOf(step, cause.figures),
    ...{ onHand, reserved, available, units, orders },
    orderIds: [...cause.orderIds],
    actor: single === null ? null : { kind: single.actor.kind, id: single.actor.id },
    reason: single?.reason ?? null,
    note: single?.note ?? null,
    traceId: single?.traceId ?? null,
  };
};

const holdAnswer = ({ orderId, quantity, since, expiresAt }: Hold) => ({
  ...{ orderId, quantity },
  since: since.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
});

const explanationAnswer = ({ sku, code, says, level, holds, causes, sum }: LevelExplanation) => ({
  ...{ sku, code, says, level },
  holds: {
    orders: holds.orders,
    units: holds.units,
    items: holds.listed.map(holdAnswer),
    more: holds.orders - holds.listed.length,
  },
  causes: causes.map(causeAnswer),
  sum: {
    initial: 0,
    ...sum,
    differences: sum.differences.map(({ sku: _named, ...difference }) => difference),
  },
});

/** Why there is as much of a SKU as there is. */
export const explanationRoute = (guard: AuthGuard, { explain }: ExplanationCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/stock/:sku/explanation",
      async ({ params: { sku }, query }) => explanationAnswer(await explain({ sku, links: linksOf(query) })),
      {
        audience: "staff",
        params: skuParams,
        query: explanationQuery,
        response: {
          200: stockExplanationSchema,
          401: problemSchema,
          403: problemSchema,
          404: problemSchema,
          422: problemSchema,
        },
        detail: {
          tags: ["inventory"],
          summary: "Explain a stock level",
          description:
            "Why there is as much as there is: the level in a sentence, the orders that hold some of it, and the chain of what changed it, newest " +
            "first. Movements of orders between two changes by hand are one link, and whatever is older than `limit` links or ten thousand movements is " +
            "the last, so the chain always comes to the level; where it does not, `sum` says in what. Each link has a stable `code` and its figures beside its words.",
        },
      },
    );
