// `bun bench/catalogue-reads.ts`: how many products and lists a second are read through the gateway (P1, P2), everything in one process,
// beside an Elysia that answers the same 260 bytes for ever, in the same run. PostgreSQL at DATABASE_URL, else an embedded one.

import { parseArgs } from "node:util";
import { testServer } from "../shared/testing/test-server.ts";
import { openOneProcess, type Premises, withPaused } from "./busy-shop.ts";
import { figuresOf, QUICK_READS, type ReadsTiming, USUAL_READS } from "./catalogue-part.ts";
import { measureReads, problemsIn, type ReadsSample, readsRow } from "./measured-reads.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { fillCatalogue, generateProducts } from "./product-generator.ts";
import { type FixedAnswer, type Reads, startFixedAnswer, startReads } from "./reads.ts";
import { printVerdicts } from "./report.ts";
import { spreadOf } from "./statistics.ts";
import { verdictOf } from "./targets.ts";

const USAGE = `Usage: bun bench/catalogue-reads.ts [--products N] [--clients N] [--rounds N] [--quick] [--redis] [--profile FOLDER]
  --redis            with the Redis of REDIS_URL
  --profile FOLDER   Kiosk runs under the profiler: read what it leaves with bun bench/profile-top.ts FOLDER`;

const PRODUCTS = 1_000;
const CLIENTS = 64;
/** Of the products so many are read over and over, the newest ones: what a shop shows. */
const READ_MAX = 1_000;
/** Compiles the code, fills the copies. */
const FIRST_MS = 4_000;
const LIMIT = 20;

/** In each round one after the other. */
const steps = ["fixed answer", "product", "list"] as const;
type StepName = (typeof steps)[number];

/** Of the fixed answer's reads a second. */
const goals = [
  { id: "P1", step: "product", what: "a product / a fixed answer", limit: 0.7, wanted: "at least" },
  { id: "P2", step: "list", what: `a list of ${LIMIT} / a fixed answer`, limit: 0.4, wanted: "at least" },
] as const;

export interface ReadsOptions extends ReadsTiming {
  readonly products: number;
  readonly clients: number;
  readonly env: Readonly<Record<string, string>>;
}

interface Ground {
  readonly premises: Premises;
  readonly fixed: FixedAnswer;
  readonly reads: Reads;
  readonly paths: Readonly<Record<StepName, readonly string[]>>;
  readonly options: ReadsOptions;
}

type Samples = Readonly<Record<StepName, readonly ReadsSample[]>>;

/** While the fixed answer is measured Kiosk is stopped, so that it has the machine for itself. */
const measure = (
  ground: Ground,
  step: StepName,
  timing: Pick<ReadsTiming, "warmUpMs" | "measureMs">,
): Promise<ReadsSample> => {
  const { premises, fixed, reads, paths, options } = ground;
  const { warmUpMs, measureMs } = timing;
  const request = { paths: paths[step], clients: options.clients, warmUpMs, measureMs };
  if (step !== "fixed answer") return measureReads(premises, reads, request);
  const { url, pid } = fixed;
  return withPaused(premises, () => measureReads({ ...premises, url, pids: [pid] }, reads, request));
};

const runRounds = async (ground: Ground): Promise<Samples> => {
  const samples: Record<StepName, ReadsSample[]> = { "fixed answer": [], product: [], list: [] };
  for (const step of steps) await measure(ground, step, { warmUpMs: FIRST_MS, measureMs: 100 });
  for (let round = 1; round <= ground.options.rounds; round += 1)
    for (const step of steps) samples[step].push(await measure(ground, step, ground.options));
  return samples;
};

const rowOf = (step: StepName, samples: readonly ReadsSample[]) => {
  const { "CPU ms/read": _, ...row } = readsRow(step, samples);
  const ownMs = spreadOf(samples.map(({ ownMsARead }) => ownMsARead)).median;
  const generator = spreadOf(samples.map(({ ownShare }) => ownShare)).median;
  return { ...row, "CPU µs/read": (1_000 * ownMs).toFixed(1), "generator's CPU": generator.toFixed(2) };
};

const resultOf = (samples: Samples): PartResult => ({
  steps: Object.fromEntries(steps.map((step) => [`reads, ${step}`, figuresOf(step, samples[step])])),
  verdicts: goals.map((goal) => {
    const ratios = samples[goal.step].map(
      ({ perSecond }, round) => perSecond / (samples["fixed answer"][round]?.perSecond ?? Number.NaN),
    );
    return verdictOf(goal, ratios);
  }),
  problems: steps.flatMap((step) => problemsIn(`reads, ${step}`, samples[step])),
});

/** Fills a shop, reads what its visitors read most and prints what that took. */
export const runReads = async (server: string, options: ReadsOptions): Promise<PartResult> => {
  const { products, clients } = options;
  const premises = await openOneProcess(server, options.env, (urlOf) =>
    fillCatalogue(urlOf("catalog"), products),
  );
  const [fixed, reads] = [await startFixedAnswer(), startReads()];
  try {
    const newest = [...generateProducts(Math.max(0, products - READ_MAX), products)];
    const paths = {
      "fixed answer": ["/fixed"],
      product: newest.map(({ product }) => `/v1/products/${product.id}`),
      list: [`/v1/products?limit=${LIMIT}`],
    };
    const samples = await runRounds({ premises, fixed, reads, paths, options });
    say(`\nReads of what is read all the time, ${products} products, ${clients} clients:`);
    console.table(steps.map((step) => rowOf(step, samples[step])));
    return resultOf(samples);
  } finally {
    await Promise.all([reads.close(), fixed.close()]);
    await premises.close();
  }
};

/** P1 and P2, for `bun run bench`. */
export const readsPart: BenchPart = {
  targets: ["p1", "p2"],
  run: (server, timing) => runReads(server, { ...timing, products: PRODUCTS, clients: CLIENTS, env: {} }),
};

const readOptions = (): ReadsOptions => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      products: { type: "string", default: String(PRODUCTS) },
      clients: { type: "string", default: String(CLIENTS) },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      redis: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const timing = values.quick ? QUICK_READS : USUAL_READS;
  const options = {
    ...timing,
    products: Number(values.products),
    clients: Number(values.clients),
    rounds: Number(values.rounds ?? timing.rounds),
    env: {
      ...(values.redis && process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {}),
      ...(values.profile ? { BUN_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` } : {}),
    },
  };
  if (![options.products, options.clients, options.rounds].every((value) => value >= 1))
    throw new Error(USAGE);
  return options;
};

const main = async (): Promise<number> => {
  const { verdicts, problems } = await runReads(await testServer(), readOptions());
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  return problems.length === 0 ? 0 : 1;
};

if (import.meta.main) {
  try {
    process.exit(await main());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
