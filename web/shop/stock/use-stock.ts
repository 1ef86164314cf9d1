import { useSyncExternalStore } from "react";
import type { Schemas } from "../../../client/index.ts";
import { useStream } from "../../shared/use-stream.ts";
import { createLiveStock, newerOf, type StockState } from "./live-stock.ts";

/** As many SKUs as one stream takes by name. */
const SKUS_MAX = 100;
const liveStock = createLiveStock();

/**
 * Follows the stock of these products while they are shown. `onGap` is called where the stream begins behind what was read. Answers
 * whether the numbers are live.
 */
export const useFollowedStock = (skus: readonly string[], onGap?: () => void): boolean =>
  useStream({
    path: "/v1/stock/stream",
    // In one order, so that the same products in another one are the same stream.
    query: { sku: [...new Set(skus)].sort().slice(-SKUS_MAX).join(",") },
    onMessage: ({ data }) => liveStock.hear(data),
    enabled: skus.length > 0,
    ...(onGap === undefined ? {} : { onGap }),
  });

/** What can be bought of a product now: what was read, or what was heard since. */
export const useStock = ({ sku, stock }: Pick<Schemas["Product"], "sku" | "stock">): StockState =>
  newerOf(
    stock,
    useSyncExternalStore(liveStock.listen, () => liveStock.of(sku)),
  );
