/** Ranges that a shopper is offered, at most. */
export const PRICE_RANGES_MAX = 6;
/** Rungs go up to more than any price. */
const HIGHEST_DECADE = 12;

/** Rounded prices in minor units, rising: 1, 2, 5, 10, 20, 50 … A range begins at one of them, the first at zero. */
export const priceLadder: readonly number[] = Array.from({ length: HIGHEST_DECADE }, (_, decade) =>
  [1, 2, 5].map((step) => step * 10 ** decade),
).flat();

/** Prices in minor units, both ends included; `max` is null for a range that is open above. */
export interface PriceRange {
  readonly minMinor: number;
  readonly maxMinor: number;
  readonly count: number;
}

interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** Joins the two neighbours that have the fewest products together. */
const joinSmallest = (stretches: readonly Stretch[]): Stretch[] => {
  const sums = stretches.slice(1).map((next, at) => next.count + (stretches[at]?.count ?? 0));
  const at = sums.indexOf(Math.min(...sums));
  return stretches.flatMap((stretch, index) => {
    const next = stretches[at + 1];
    if (index === at && next) return [{ first: stretch.first, last: next.last, count: sums[at] ?? 0 }];
    return index === at + 1 ? [] : [stretch];
  });
};

/**
 * A handful of ranges that hold all products, from how many cost at least each rung and less than the next: `counts` by rung as
 * `width_bucket` numbers them, 0 for less than the first.
 */
export const priceRanges = (counts: ReadonlyMap<number, number>): PriceRange[] => {
  let stretches: Stretch[] = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a - b)
    .map(([rung, count]) => ({ first: rung, last: rung, count }));
  while (stretches.length > PRICE_RANGES_MAX) stretches = joinSmallest(stretches);
  return stretches.map(({ first, last, count }) => ({
    minMinor: first === 0 ? 0 : (priceLadder[first - 1] ?? 0),
    maxMinor: (priceLadder[last] ?? Number.MAX_SAFE_INTEGER) - 1,
    count,
  }));
};
