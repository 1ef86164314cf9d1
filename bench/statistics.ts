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

/** So many different ones, by chance. */
export const pick = (from: readonly string[], count: number): string[] => {
  const picked = new Set<string>();
  while (picked.size < Math.min(count, from.length))
    picked.add(from[Math.floor(Math.random() * from.length)] ?? "");
  return [...picked];
};
