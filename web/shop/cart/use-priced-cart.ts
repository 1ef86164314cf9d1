import { useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "../../../client/index.ts";
import { readAnew } from "../../shared/read-anew.ts";
import { productKey, useProductsBySku } from "../queries/products.ts";
import { useFollowedStock } from "../stock/use-stock.ts";
import { type Cart, type CartLine, totalOf } from "./cart.ts";
import { useCart } from "./cart-store.ts";

export interface PricedLine extends CartLine {
  /** Undefined while it is read; null for what is not sold any more. */
  readonly product: Schemas["Product"] | null | undefined;
}

/** The cart with products, prices and stock as they are now, and not as they were when they were chosen. */
export const usePricedCart = () => {
  const queries = useQueryClient();
  const cart: Cart = useCart();
  const reads = useProductsBySku(cart.map(({ sku }) => sku));
  useFollowedStock(
    cart.map(({ sku }) => sku),
    () => {
      for (const { sku } of cart) void readAnew(queries, productKey(sku));
    },
  );
  const lines = cart.map((line, index): PricedLine => ({ ...line, product: reads[index]?.data }));
  const sold = lines.filter(({ product }) => product !== null);
  const failed = reads.find(({ isError }) => isError);
  return {
    cart,
    lines,
    total: totalOf(sold, (sku) => lines.find((line) => line.sku === sku)?.product?.price),
    isPending: reads.some(({ isPending }) => isPending),
    error: failed?.error ?? null,
    retry: () => {
      for (const read of reads) if (read.isError) void read.refetch();
    },
  };
};
