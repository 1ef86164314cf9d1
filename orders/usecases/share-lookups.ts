import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import type { Catalog } from "./ports.ts";

/**
 * A catalog that is asked once for the same products at the same moment: a rush for something that the replica does not know
 * yet is one lookup. Everybody gets its answer or its failure; the next one to come asks anew.
 */
export const shareLookups = ({ lookup }: Catalog): Catalog => {
  const underWay = new Map<string, Promise<ProductSnapshot[]>>();
  return {
    lookup(keys) {
      const products = JSON.stringify([keys.skus, keys.ids]);
      const known = underWay.get(products);
      if (known !== undefined) return known;
      const asked = lookup(keys).finally(() => underWay.delete(products));
      underWay.set(products, asked);
      return asked;
    },
  };
};
