import { putOnShelf } from "../../e2e/busy-shop.ts";
import type { ShopUnderProof } from "../promise.ts";
import { persistently } from "./newcomers.ts";

/** Puts something new on sale, of which an act alone knows; answers its SKU, which is another one for each attempt. */
export const sellSomethingNew = ({ api, merchant }: ShopUnderProof, units: number): Promise<string> =>
  persistently(async () => {
    const sku = `ACT-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
    await putOnShelf(api, merchant.accessToken, sku, units);
    return sku;
  });
