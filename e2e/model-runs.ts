import fc from "fast-check";

const SEEDS = 1_000_000_000;

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
