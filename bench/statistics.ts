/** Of several rounds: the middle one and the range. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** NaN throughout where there is nothing. */
export const spreadOf = (values: readonly number[]): Spread => {
  const ascending = values.toSorted((a, b) => a - b);
  const at = (index: number) => ascending[index] ?? Number.NaN;
  return { median: at(Math.floor((ascending.length - 1) / 2)), min: at(0), max: at(ascending.length - 1) };
};

/** The value below which so large a share of them lies; NaN of nothing. */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  const ascending = Float64Array.from(values).sort();
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
};

/** How much the values rise with each step of `at`: the line that fits them best by least squares. */
export const slopeOf = (points: readonly { readonly at: number; readonly value: number }[]): number => {
  const mean = (pick: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanAt, meanValue] = [mean(({ at }) => at), mean(({ value }) => value)];
  const covariance = mean(({ at, value }) => (at - meanAt) * (value - meanValue));
  return covariance / mean(({ at }) => (at - meanAt) ** 2);
};

/** Median, minimum and maximum as people read them. */
export const range = ({ median, min, max }: Spread, show: (value: number) => string): string =>
  `${show(median)} (${show(min)}-${show(max)})`;

/** So many different ones, by chance. */
export const pick = (from: readonly string[], count: number): string[] => {
  const picked = new Set<string>();
  while (picked.size < Math.min(count, from.length))
    picked.add(from[Math.floor(Math.random() * from.length)] ?? "");
  return [...picked];
};
