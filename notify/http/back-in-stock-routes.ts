import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema, skuSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import type { readSubscription, subscribe } from "../usecases/back-in-stock.ts";
import type { BackInStockStore, Subscription } from "../usecases/preference-ports.ts";

export interface BackInStockCases {
  readonly subscribe: ReturnType<typeof subscribe>;
  readonly read: ReturnType<typeof readSubscription>;
  readonly list: BackInStockStore["list"];
  readonly remove: BackInStockStore["remove"];
}

const subscriptionSchema = strictObject(
  { sku: skuSchema, since: timeSchema },
  { examples: [{ sku: "MUG-BLUE", since: "2026-01-01T12:00:00.000Z" }] },
);
const listSchema = strictObject({ items: Type.Array(subscriptionSchema) });

const viewOf = ({ sku, since }: Subscription) => ({ sku, since: since.toISOString() });
const tags = ["notify"];
const path = "/v1/notifications/back-in-stock/:sku";

/** Products that people wait for. */
export const backInStockRoutes = (guard: AuthGuard, cases: BackInStockCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/notifications/back-in-stock",
      async ({ principal }) => ({ items: (await cases.list(principal.userId)).map(viewOf) }),
      {
        audience: "customer",
        response: { 200: listSchema, 401: problemSchema },
        detail: {
          tags,
          summary: "List the products that one waits for",
          description: "By SKU; 100 at most.",
        },
      },
    )
    .get(path, async ({ principal, params }) => viewOf(await cases.read(principal.userId, params.sku)), {
      audience: "customer",
      params: strictObject({ sku: skuSchema }),
      response: { 200: subscriptionSchema, 401: problemSchema, 404: problemSchema, 422: problemSchema },
      detail: { tags, summary: "Whether one waits for a product", description: "404 where one does not." },
    })
    .put(path, async ({ principal, params }) => viewOf(await cases.subscribe(principal.userId, params.sku)), {
      audience: "customer",
      params: strictObject({ sku: skuSchema }),
      response: { 200: subscriptionSchema, 401: problemSchema, 409: problemSchema, 422: problemSchema },
      detail: {
        tags,
        summary: "Wait for a product",
        description:
          "One message when there is some again, by the bot; then it is over. First come, first served: five are told of each piece. Again, it keeps the place in the row. 409 where one waits for 100 products already.",
      },
    })
    .delete(
      path,
      async ({ principal, params, set }) => {
        await cases.remove(principal.userId, params.sku);
        set.status = 204;
      },
      {
        audience: "customer",
        params: strictObject({ sku: skuSchema }),
        response: { 204: Type.Void(), 401: problemSchema, 422: problemSchema },
        detail: { tags, summary: "Wait for a product no more", description: "Also where one does not wait." },
      },
    );
