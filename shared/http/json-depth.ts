import { invalid } from "../kernel/errors.ts";

/** Deeper input is refused: validators are recursive, and nothing of ours nests so deep. */
const JSON_DEPTH_MAX = 32;

/** Fails with `VALIDATION` when arrays and objects nest deeper than the limit. Walks level by level, without recursion. */
export const assertJsonDepth = (value: unknown): void => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX) throw invalid("/body", `must not nest deeper than ${JSON_DEPTH_MAX} levels`);
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
};
