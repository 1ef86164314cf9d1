// `bun bench/catalogue-search.ts`: how long a search takes through the gateway when nobody has ever searched for that (P3): 10,000
// products, 32 clients, everything in one process. PostgreSQL at DATABASE_URL, else an embedded one.

import { parseArgs } from "node:util";
import { testServer } from "../shared/testing/test-server.ts";
import { openOneProcess, type Premises } from "./busy-shop.ts";
import { figuresOf, QUICK_READS, type ReadsTiming, USUAL_READS } from "./catalogue-part.ts";
import { measureReads, problemsIn, type ReadsSample, readsRow } from "./measured-reads.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { fillCatalogue } from "./product-generator.ts";
import { type Reads, startReads } from "./reads.ts";
import { printVerdicts } from "./report.ts";
import { createQueries, type Queries, type QueryKind, queryKinds } from "./search-queries.ts";
import { verdictOf } from "./targets.ts";

const USAGE = `Usage: bun bench/catalogue-search.ts [--products N] [--clients N] [--rounds N] [--quick] [--by-kind] [--profile FOLDER]
  --by-kind          each kind of query by itself as well
  --profile FOLDER   Kiosk runs under the profiler: read what it leaves with bun bench/profile-top.ts FOLDER`;

const PRODUCTS = 10_000;
const CLIENTS = 32;
/** Compiles the code, plans the statements. */
const FIRST_MS = 3_000;
const SEED = 7;
/** More than any round can ask for, so that none of them is asked twice. */
const QUERIES_A_SECOND = 6_000;
/** Asked of each kind to see whether searches find anything at all. */
const TRIED = 40;
const WANTED_P99_MS = 25;

export interface SearchOptions extends ReadsTiming {
  readonly products: number;
  readonly clients: number;
  /** Each kind of query by itself as well. */
  readonly byKind: boolean;
  readonly env: Readonly<Record<string, string>>;
}

interface Ground {
  readonly premises: Premises;
  readonly reads: Reads;
  readonly queries: Queries;
  readonly options: SearchOptions;
}

const measure = (
  { premises, reads, queries, options }: Ground,
  kind: QueryKind | undefined,
  timing: ReadsTiming,
) => {
  const { warmUpMs, measureMs } = timing;
  const paths = queries.paths(Math.ceil(((warmUpMs + measureMs) / 1_000) * QUERIES_A_SECOND), kind);
  return measureReads(premises, reads, { paths, clients: options.clients, warmUpMs, measureMs });
};

/** Of each kind, the share of queries that find something: a search that finds nothing is quick for nothing. */
const readFound = async ({ premises, queries }: Ground): Promise<Record<QueryKind, number>> => {
  const found: Partial<Record<QueryKind, number>> = {};
  for (const kind of queryKinds) {
    let hits = 0;
    for (const path of queries.paths(TRIED, kind)) {
      const response = await fetch(`${premises.url}${path}`);
      const { items } = (await response.json()) as { items?: unknown[] };
      if (items !== undefined && items.length > 0) hits += 1;
    }
    found[kind] = hits / TRIED;
  }
  return found as Record<QueryKind, number>;
};

const runRounds = async (ground: Ground): Promise<Map<string, ReadsSample[]>> => {
  const { options } = ground;
  const kinds = [undefined, ...(options.byKind ? queryKinds : [])];
  const samples = new Map<string, ReadsSample[]>();
  await measure(ground, undefined, { ...options, warmUpMs: FIRST_MS, measureMs: 100 });
  for (let round = 1; round <= options.rounds; round += 1)
    for (const kind of kinds) {
      const step = kind ?? "all kinds";
      samples.set(step, [...(samples.get(step) ?? []), await measure(ground, kind, options)]);
    }
  return samples;
};

/** Fills a shop, searches it and prints what that took. */
export const runSearch = async (server: string, options: SearchOptions): Promise<PartResult> => {
  const { products, clients } = options;
  const premises = await openOneProcess(server, options.env, (urlOf) =>
    fillCatalogue(urlOf("catalog"), products),
  );
  const reads = startReads();
  try {
    const ground = { premises, reads, queries: createQueries(products, SEED), options };
    const found = await readFound(ground);
    const samples = await runRounds(ground);
    say(`\nSearches that nobody has made before, ${products} products, ${clients} clients:`);
    console.table([...samples].map(([step, list]) => readsRow(step, list)));
    const shares = queryKinds.map((kind) => `${kind} ${Math.round(100 * found[kind])} %`);
    say(`Searches that find something: ${shares.join(", ")}.`);
    const all = samples.get("all kinds") ?? [];
    return {
      steps: Object.fromEntries(
        [...samples].map(([step, list]) => [`search, ${step}`, figuresOf(step, list)]),
      ),
      verdicts: [
        verdictOf(
          { id: "P3", what: `search, ${clients} clients: p99, ms`, limit: WANTED_P99_MS, wanted: "at most" },
          all.map(({ p99Ms }) => p99Ms),
        ),
      ],
      problems: [...samples].flatMap(([step, list]) => problemsIn(`search, ${step}`, list)),
    };
  } finally {
    await reads.close();
    await premises.close();
  }
};

/** P3, for `bun run bench`. */
export const searchPart: BenchPart = {
  targets: ["p3"],
  run: (server, timing) =>
    runSearch(server, { ...timing, products: PRODUCTS, clients: CLIENTS, byKind: true, env: {} }),
};

const readOptions = (): SearchOptions => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      products: { type: "string", default: String(PRODUCTS) },
      clients: { type: "string", default: String(CLIENTS) },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      "by-kind": { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const timing = values.quick ? QUICK_READS : USUAL_READS;
  const [products, clients, rounds] = [values.products, values.clients, values.rounds ?? timing.rounds].map(
    Number,
  );
  if (!(products && clients && rounds)) throw new Error(USAGE);
  const env: Record<string, string> =
    values.profile === undefined ? {} : { BUN_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` };
  return { ...timing, products, clients, rounds, byKind: values["by-kind"], env };
};

if (import.meta.main) {
  const { verdicts, problems } = await runSearch(await testServer(), readOptions());
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
