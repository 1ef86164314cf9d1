import { priceLadder } from "../domain/price-ranges.ts";
import type { AttributeValue, Product } from "../domain/product.ts";
import type { StockLevel } from "../domain/stock.ts";
import type { AttributeFacet, FacetCounts } from "./ports.ts";

/** What is told of attributes. */
export const attributeFacetLimits = {
  /** Attributes of which values are told, and values of each. */
  names: 10,
  values: 10,
  /** An attribute with more values than these in one result, a weight or a number, is no choice. */
  distinct: 50,
} as const;

export interface CountedProduct {
  readonly product: Product;
  readonly stock: StockLevel;
}

/** As `width_bucket` numbers them. */
const rungOf = (price: number): number => {
  const above = priceLadder.findIndex((rung) => rung > price);
  return above < 0 ? priceLadder.length : above;
};

const countBy = <Key>(keys: readonly Key[]): Map<Key, number> => {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

/** The commonest first; among equals by the bytes of their letters, as PostgreSQL's locale C sorts: UTF-16 puts an emoji elsewhere. */
const byCount = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]));

/** As PostgreSQL writes it, which knows no exponents: by this text an attribute is filtered. */
const textOf = (value: AttributeValue): string => {
  const text = String(value);
  if (typeof value !== "number" || !text.includes("e")) return text;
  return value.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 100 });
};

const attributeFacets = (products: readonly CountedProduct[]): AttributeFacet[] => {
  const { names, values, distinct } = attributeFacetLimits;
  const pairs = products.flatMap(({ product }) => Object.entries(product.attributes));
  const facets = [...Map.groupBy(pairs, ([name]) => name)].map(([name, had]) => ({
    name,
    products: had.length,
    counts: [...countBy(had.map(([, value]) => textOf(value)))],
  }));
  return facets
    .filter(({ counts }) => counts.length <= distinct)
    .sort((a, b) => byCount([a.name, a.products], [b.name, b.products]))
    .slice(0, names)
    .map(({ name, counts }) => ({
      name,
      values: counts
        .sort(byCount)
        .slice(0, values)
        .map(([value, count]) => ({ value, count })),
    }));
};

/** What these products hold, where they are a whole result and nothing narrows it: the same as the store would count. */
export const countFacets = (products: readonly CountedProduct[]): FacetCounts => {
  const prices = products.map(({ product }) => product.price.amountMinor);
  const inStock = products.filter(({ stock }) => stock.available > 0).length;
  return {
    total: products.length,
    approximate: false,
    inStock,
    outOfStock: products.length - inStock,
    minPriceMinor: prices.length === 0 ? null : Math.min(...prices),
    maxPriceMinor: prices.length === 0 ? null : Math.max(...prices),
    prices: countBy(prices.map(rungOf)),
    categories: countBy(products.flatMap(({ product }) => product.categoryId ?? [])),
    attributes: attributeFacets(products),
  };
};
