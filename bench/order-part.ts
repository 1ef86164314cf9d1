import { type Books, fillShop, openOneProcess, openTwoProcesses, readBooks } from "./busy-shop.ts";
import { measureCeiling } from "./ceiling.ts";
import { startLoadGenerator } from "./load.ts";
import { openNaiveShop } from "./naive-orders.ts";
import { answersOf, figuresOf, printOrders } from "./order-figures.ts";
import {
  atRest,
  type Ground,
  runStep,
  type Sample,
  type Step,
  type StepId,
  steps,
  type Timing,
} from "./order-path.ts";
import { type BenchPart, type PartOptions, type PartResult, say } from "./part.ts";
import { judge, type Samples } from "./targets.ts";

const USUAL: Timing = { warmUpMs: 500, measureMs: 2_500 };
const QUICK: Timing = { warmUpMs: 300, measureMs: 1_500 };
const WARM_UP_MS = 12_000;
/** Longest wait for the messages that follow the warm-up. */
const REST_TIMEOUT_MS = 60_000;
const CEILING_MS = 600;
const SKUS = 1_000;

/** All rounds of the steps, by turns. */
const runRounds = async (
  ground: Ground,
  chosen: readonly Step[],
  { rounds, quick }: PartOptions,
): Promise<Samples> => {
  const samples: Partial<Record<StepId, Sample[]>> = {};
  for (let round = 1; round <= rounds; round += 1) {
    for (const step of chosen) {
      const sample = await runStep(ground, step, quick ? QUICK : USUAL);
      samples[step.id] = [...(samples[step.id] ?? []), sample];
      say(`  round ${round}: ${step.name}: ${Math.round(sample.perSecond)}/s`);
    }
  }
  return samples;
};

/**
 * One client alone comes first, while nothing waits to be done: after thousands of orders, since code that has hardly run
 * yet is slow, and once what follows those is over.
 */
const runAll = async (ground: Ground, options: PartOptions): Promise<Samples> => {
  const chosen = steps.filter(({ targets }) => options.only === null || targets.includes(options.only));
  const alone = chosen.filter(({ clients }) => clients === 1);
  const others = chosen.filter(({ clients }) => clients !== 1);
  const warmUp = steps.filter(({ id }) => id === "many-64" || id === "many-naive");
  for (const step of warmUp)
    await runStep(ground, step, { warmUpMs: 0, measureMs: step.clients === null ? 1_000 : WARM_UP_MS });
  if (alone.length > 0 && !(await atRest(ground.shop, REST_TIMEOUT_MS)))
    say(
      "  What followed the warm-up was not over in time: the figures of one client are not those of a shop at rest.",
    );
  const first = await runRounds(ground, alone, options);
  return { ...first, ...(await runRounds(ground, others, options)) };
};

const profiling = (folder: string): Record<string, string> => ({
  BUN_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}`,
});

const measure = async (server: string, options: PartOptions) => {
  const many = Array.from({ length: SKUS }, (_, i) => `BENCH-${String(i).padStart(4, "0")}`);
  const one = ["BENCH-HOT"];
  const generator = startLoadGenerator();
  const naive = await openNaiveShop(server, [...many, ...one]);
  const { profileFolder } = options;
  try {
    const ceiling = await measureCeiling(generator, CEILING_MS);
    const premises = options.split
      ? await openTwoProcesses()
      : await openOneProcess(server, profileFolder === null ? {} : profiling(profileFolder));
    try {
      say(`Filling a shop at ${premises.url}: ${many.length} products and their buyers …`);
      const shop = await fillShop(premises, [...many, ...one]);
      const ground = { shop, naive, generator, skus: { many, one }, keys: options.keys };
      const samples = await runAll(ground, options);
      return { ceiling, samples, books: await readBooks(premises) };
    } finally {
      await premises.close();
    }
  } finally {
    await Promise.all([generator.close(), naive.close()]);
  }
};

const problemsOf = (samples: Samples, books: Books): string[] => {
  const others = Object.entries(answersOf(samples)).filter(([status]) => status !== "201");
  const wrong = others.map(
    ([status, count]) => `${count} orders were answered with ${status} instead of 201.`,
  );
  if (books.unitsReserved !== books.linesOrdered) wrong.push("Inventory has not reserved what was ordered.");
  return wrong;
};

/** P4 to P6: from `POST /v1/orders` to the answer that it is confirmed, beside a textbook's transaction. */
export const orderPart: BenchPart = {
  targets: ["p4", "p5", "p6"],
  async run(server, options): Promise<PartResult> {
    const { ceiling, samples, books } = await measure(server, options);
    printOrders({ ceiling, samples, books });
    return {
      steps: { ...figuresOf(samples), generatorCeilingPerSecond: ceiling },
      verdicts: judge(samples),
      problems: problemsOf(samples, books),
    };
  },
};
