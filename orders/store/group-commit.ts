import type { Settled } from "../../shared/kernel/settled.ts";

/**
 * Makes a function that takes single calls out of one that does many in one transaction: calls of the same moment
 * share it, each gets its own outcome. A `run` that rejects has done nothing.
 */
export type GroupCommit = <Call, Result>(
  run: (calls: readonly Call[]) => Promise<readonly Settled<Result>[]>,
) => (call: Call) => Promise<Result>;
