import { invalid } from "../kernel/errors.ts";

/** Deeper input is refused: validators are recursive, and nothing of ours nests so deep. */
const JSON_DEPTH_MAX = 32;
/** More values in one body are refused: to tell what is wrong with each of half a million takes seconds, and our largest have some thousands. */
const JSON_VALUES_MAX = 10_000;

const childrenOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? Object.values(value) : [];
};

/**
 * Fails with `VALIDATION` when arrays and objects nest deeper than the limit, or hold more values than the limit. Walks level by level, without
 * recursion, and no further than it must.
 */
export const assertJsonBounds = (body: unknown): void => {
  let level: unknown[] = [body];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX) throw invalid("/body", `must not nest deeper than ${JSON_DEPTH_MAX} levels`);
    const next: unknown[] = [];
    for (const value of level) {
      const children = childrenOf(value);
      count += children.length;
      if (count > JSON_VALUES_MAX)
        throw invalid("/body", `must not hold more than ${JSON_VALUES_MAX} values`);
      for (const child of children) next.push(child);
    }
    level = next;
  }
};
