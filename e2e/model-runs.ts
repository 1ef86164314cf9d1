import fc from "fast-check";
import { sized } from "./size.ts";

const SEEDS = 1_000_000_000;
/** Runs of the models of stock and of orders. */
export const MODEL_RUNS = sized(1_000, 120);
/** Beyond it an operation may have met one of the shop's own limits, of which the shortest is half a second for a lock. */
const STALL_MS = 400;
/** How often one run is begun. */
const ATTEMPTS_MAX = 3;

/** Takes the time of single operations. */
export type Timed = <Result>(operation: () => Promise<Result>) => Promise<Result>;

/**
 * One run of a model. When it fails and an operation has taken so long that the shop may have given up by itself, which no
 * model foresees, it is begun anew and that is printed: a fault of the shop shows again, a stall of the machine does not.
 */
export const withoutStalls = async (run: (timed: Timed) => Promise<void>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    let slowestMs = 0;
    const timed: Timed = async (operation) => {
      const startedAt = performance.now();
      try {
        return await operation();
      } finally {
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      }
    };
    try {
      return await run(timed);
    } catch (error) {
      if (slowestMs < STALL_MS || attempt >= ATTEMPTS_MAX) throw error;
      console.info(`begun anew: an operation took ${Math.round(slowestMs)} ms, and then ${String(error)}`);
    }
  }
};

/**
 * Checks properties at once, with so many runs in all, each property under a seed of its own that is printed. MODEL_SEED
 * gives the first of them, to repeat what was seen. Fails with the seed, the path and the shortest commands that break one.
 */
export const runModel = async (
  name: string,
  runs: number,
  properties: readonly fc.IAsyncPropertyWithHooks<[Iterable<fc.AsyncCommand<object, object>>]>[],
): Promise<void> => {
  const first = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * SEEDS);
  const numRuns = Math.ceil(runs / properties.length);
  const checks = properties.map((property, i) => {
    const seed = first + i;
    console.info(`${name}: seed ${seed}, ${numRuns} runs`);
    return fc.assert(property, { seed, numRuns });
  });
  // All of them to their end, so that nobody works on a database that is being dropped.
  for (const outcome of await Promise.allSettled(checks))
    if (outcome.status === "rejected") throw outcome.reason;
};
