import { z } from "zod";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { CatalogDesk } from "./usecases/stock-ports.ts";

const productSchema = z.object({ sku: z.string(), name: z.string() });
const productsSchema = z.object({ items: z.array(z.object({ sku: z.string() })) });

/** The catalogue, as the shop's people see it. */
export const createCatalogDesk = (catalog: ServiceClient): CatalogDesk => ({
  async findSkus({ token }, words, limit) {
    const query = new URLSearchParams({ q: words, limit: String(limit), facets: "false" });
    const { data } = await catalog.call({
      method: "GET",
      path: `/v1/products?${query}`,
      bearer: token,
      answers: { 200: productsSchema },
    });
    return data.items.map(({ sku }) => sku);
  },

  async namesOf({ token }, skus) {
    const nameOf = async (sku: string): Promise<readonly [string, string][]> => {
      const path = `/v1/products/${encodeURIComponent(sku)}`;
      const answers = { 200: productSchema };
      const { data } = await catalog.call({ method: "GET", path, bearer: token, answers });
      // The same text may be the slug of another product.
      return data.sku === sku ? [[sku, data.name]] : [];
    };
    const found = await Promise.all(skus.map((sku) => nameOf(sku).catch(() => [])));
    return new Map(found.flat());
  },
});
