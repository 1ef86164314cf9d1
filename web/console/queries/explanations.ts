import { useQuery } from "@tanstack/react-query";
import { ok, type Schemas } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";

export type StockExplanation = Schemas["StockExplanation"];
export type StockCause = Schemas["StockCause"];
export type OrderExplanation = Schemas["OrderExplanation"];
export type OrderCause = Schemas["OrderCause"];

/** Links of a chain that the console shows: what is older is one more. */
const LINKS = 12;
const READ_AGAIN_MS = 10_000;

/**
 * Why a SKU is where it is. Not below the ledger's key, which is read again with every piece that is sold: this adds the whole ledger up, so it is
 * read again now and then.
 */
export const useStockExplanation = (sku: string) =>
  useQuery({
    queryKey: ["stock explanation", sku],
    refetchInterval: READ_AGAIN_MS,
    queryFn: () =>
      ok(
        kiosk.api.GET("/v1/stock/{sku}/explanation", {
          params: { path: { sku }, query: { limit: LINKS } },
        }),
      ),
  });

/** Why an order is as it is. Below the key of orders: it is read again when they move. */
export const useOrderExplanation = (id: string) =>
  useQuery({
    queryKey: ["orders", "explanation", id],
    queryFn: () => ok(kiosk.api.GET("/v1/orders/{id}/explanation", { params: { path: { id } } })),
  });
