// `bun bench/catalogue-growth.ts`: what reading a catalogue costs as it grows from 1,000 to 100,000 products (P11), as ratios in one run. A
// shop of each size, all of them open at the same time, each of them one process with everything in it. PostgreSQL at DATABASE_URL, else an
// embedded one.

import { parseArgs } from "node:util";
import { createDice, type Dice } from "../e2e/history/dice.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { openOneProcess, type Premises } from "./busy-shop.ts";
import { figuresOf, QUICK_READS, type ReadsTiming, USUAL_READS } from "./catalogue-part.ts";
import { measureReads, problemsIn, type ReadsSample, readsRow } from "./measured-reads.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { fillCatalogue, generatedCategories, generateProduct } from "./product-generator.ts";
import { type Reads, startReads } from "./reads.ts";
import { printVerdicts } from "./report.ts";
import { createQueries } from "./search-queries.ts";
import { spreadOf } from "./statistics.ts";
import { type Verdict, verdictOf } from "./targets.ts";

const USAGE =
  "Usage: bun bench/catalogue-growth.ts [--sizes 1000,10000,100000] [--clients N] [--rounds N] [--quick]";

const SIZES = [1_000, 10_000, 100_000];
const CLIENTS = 32;
const FIRST_MS = 2_000;
const SEED = 11;
/** Of the products so many are read over and over in every size, the newest ones. */
const HOT = 1_000;
/** More than any round can ask for, where nothing is to be asked twice. */
const FRESH_A_SECOND = 6_000;
const PRICE_MAX = 25_000;

/** Where the addresses of a step come from: the same ones for ever, or so many that are new. */
interface Step {
  readonly name: string;
  /** What it may fall to between the first size and the last. */
  readonly wanted: number;
  readonly paths: (shop: Shop, howMany: number) => readonly string[];
}

interface Shop {
  readonly products: number;
  readonly premises: Premises;
  readonly dice: Dice;
  readonly queries: ReturnType<typeof createQueries>;
}

const productPath = (nth: number): string => `/v1/products/${generateProduct(nth).product.id}`;

/** A range of prices within a category or none, in any order: hardly ever the same twice. */
const listPath = (dice: Dice): string => {
  const category = dice.next() < 0.5 ? dice.pick(["", ...generatedCategories.map(({ slug }) => slug)]) : "";
  const sort = dice.pick(["newest", "price", "-price", "name", "popular"]);
  const minPrice = dice.below(PRICE_MAX / 2);
  const maxPrice = minPrice + PRICE_MAX / 4 + dice.below(PRICE_MAX / 4);
  const within = category === "" ? "" : `&category=${category}`;
  return `/v1/products?limit=20&sort=${sort}&minPrice=${minPrice}&maxPrice=${maxPrice}${within}`;
};

const FALL_OF_READS = 0.9;
const FALL_OF_LISTS = 0.7;

const steps: readonly Step[] = [
  {
    name: `a product, the same ${HOT}`,
    wanted: FALL_OF_READS,
    paths: ({ products }) => Array.from({ length: HOT }, (_, nth) => productPath(products - 1 - nth)),
  },
  {
    name: "a product, any of all",
    wanted: FALL_OF_READS,
    paths: ({ products, dice }, howMany) =>
      Array.from({ length: howMany }, () => productPath(dice.below(products))),
  },
  { name: "the first list", wanted: FALL_OF_LISTS, paths: () => ["/v1/products?limit=20"] },
  {
    name: "lists, each for the first time",
    wanted: FALL_OF_LISTS,
    paths: ({ dice }, howMany) => Array.from({ length: howMany }, () => listPath(dice)),
  },
  { name: "the category tree", wanted: FALL_OF_LISTS, paths: () => ["/v1/categories"] },
  {
    name: "searches, each for the first time",
    wanted: FALL_OF_LISTS,
    paths: ({ queries }, howMany) => queries.paths(howMany),
  },
];

export interface GrowthOptions extends ReadsTiming {
  /** Numbers of products, rising. */
  readonly sizes: readonly number[];
  readonly clients: number;
}

const openShops = async (server: string, sizes: readonly number[]): Promise<Shop[]> => {
  const shops: Shop[] = [];
  try {
    for (const products of sizes) {
      say(`Filling a shop with ${products.toLocaleString("en")} products …`);
      const premises = await openOneProcess(
        server,
        {},
        (urlOf) => fillCatalogue(urlOf("catalog"), products),
        `growth_${products}`,
      );
      const dice = createDice(SEED + products);
      shops.push({ products, premises, dice, queries: createQueries(products, SEED) });
    }
    return shops;
  } catch (error) {
    await closeShops(shops);
    throw error;
  }
};

const closeShops = async (shops: readonly Shop[]): Promise<void> => {
  for (const { premises } of shops) await premises.close();
};

/** The samples of each step, by the number of products. */
type Samples = Map<string, Map<number, ReadsSample[]>>;

const measureStep = (
  shop: Shop,
  reads: Reads,
  step: Step,
  { clients, warmUpMs, measureMs }: GrowthOptions,
) => {
  const howMany = Math.ceil(((warmUpMs + measureMs) / 1_000) * FRESH_A_SECOND);
  return measureReads(shop.premises, reads, {
    paths: step.paths(shop, howMany),
    ...{ clients, warmUpMs, measureMs },
  });
};

/** Sizes alternate within a round, so that what else the machine does falls on all of them. */
const runRounds = async (shops: readonly Shop[], reads: Reads, options: GrowthOptions): Promise<Samples> => {
  const samples: Samples = new Map(steps.map(({ name }) => [name, new Map()]));
  const first = { ...options, warmUpMs: FIRST_MS, measureMs: 100 };
  for (let round = 0; round <= options.rounds; round += 1)
    for (const step of steps) {
      for (const shop of shops) {
        const timing = round === 0 ? first : options;
        const sample = await measureStep(shop, reads, step, timing);
        const bySize = samples.get(step.name);
        if (round > 0) bySize?.set(shop.products, [...(bySize.get(shop.products) ?? []), sample]);
      }
    }
  return samples;
};

/** Processor time a read in each size, Kiosk's and PostgreSQL's, as a multiple of the smallest: hardly touched by what else the machine does. */
const costRows = (samples: Samples, sizes: readonly number[]) =>
  steps.map(({ name }) => {
    const costs = sizes.map((size) => {
      const list = samples.get(name)?.get(size) ?? [];
      return spreadOf(list.map(({ ownMsARead, postgresMsARead }) => ownMsARead + postgresMsARead)).median;
    });
    const multiples = costs.map((cost) => (cost / (costs[0] ?? Number.NaN)).toFixed(2));
    return {
      step: name,
      ...Object.fromEntries(sizes.map((size, nth) => [`at ${size.toLocaleString("en")}`, multiples[nth]])),
    };
  });

/** Reads a second of the largest shop as a share of the smallest one's, within each round. */
const verdictsOf = (samples: Samples, sizes: readonly number[]): Verdict[] => {
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)];
  return steps.map(({ name, wanted }) => {
    const bySize = samples.get(name);
    const ratios = (bySize?.get(most) ?? []).map(
      ({ perSecond }, round) => perSecond / (bySize?.get(least)?.[round]?.perSecond ?? Number.NaN),
    );
    const what = `${name}: ${most.toLocaleString("en")} / ${least.toLocaleString("en")} products`;
    return verdictOf({ id: "P11", what, limit: wanted, wanted: "at least" }, ratios);
  });
};

/** Fills a shop of each size, reads from all of them by turns and prints what that took. */
export const runGrowth = async (server: string, options: GrowthOptions): Promise<PartResult> => {
  const shops = await openShops(server, options.sizes);
  const reads = startReads();
  try {
    const samples = await runRounds(shops, reads, options);
    const rows = [...samples].flatMap(([step, bySize]) =>
      [...bySize].map(([products, list]) => ({
        name: `${step}, ${products.toLocaleString("en")} products`,
        list,
      })),
    );
    say(`\nA catalogue that grows, ${options.clients} clients:`);
    console.table(rows.map(({ name, list }) => readsRow(name, list)));
    say("Processor time a read, by the number of products:");
    console.table(costRows(samples, options.sizes));
    return {
      steps: Object.fromEntries(rows.map(({ name, list }) => [`growth, ${name}`, figuresOf(name, list)])),
      verdicts: verdictsOf(samples, options.sizes),
      problems: rows.flatMap(({ name, list }) => problemsIn(name, list)),
    };
  } finally {
    await reads.close();
    await closeShops(shops);
  }
};

/** P11 as far as it is about products, for `bun run bench`. */
export const growthPart: BenchPart = {
  targets: ["p11"],
  run: (server, timing) => runGrowth(server, { ...timing, sizes: SIZES, clients: CLIENTS }),
};

const readOptions = (): GrowthOptions => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      sizes: { type: "string", default: SIZES.join() },
      clients: { type: "string", default: String(CLIENTS) },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  const timing = values.quick ? QUICK_READS : USUAL_READS;
  const [clients, rounds] = [values.clients, values.rounds ?? timing.rounds].map(Number);
  const sizes = values.sizes.split(",").map(Number);
  if (!(clients && rounds) || !sizes.every((size) => size >= HOT)) throw new Error(USAGE);
  return { ...timing, clients, rounds, sizes };
};

if (import.meta.main) {
  const { verdicts, problems } = await runGrowth(await testServer(), readOptions());
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
