// `bun run bench`: what the order path makes, beside a textbook's transaction on the same server in the same run, and then what reading a
// catalogue takes. Uses PostgreSQL at DATABASE_URL, else an embedded one. What is measured and how: docs/performance.md.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withClient } from "../shared/drivers/ensure-database.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { fillShop, openOneProcess, openTwoProcesses, readBooks, resume } from "./busy-shop.ts";
import { growthPart } from "./catalogue-growth.ts";
import { type CataloguePart, type PartResult, QUICK_READS, USUAL_READS } from "./catalogue-part.ts";
import { readsPart } from "./catalogue-reads.ts";
import { searchPart } from "./catalogue-search.ts";
import { measureCeiling } from "./ceiling.ts";
import { startLoadGenerator } from "./load.ts";
import { openNaiveShop } from "./naive-orders.ts";
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
import {
  answersOf,
  catalogueResultsOf,
  printReport,
  printVerdicts,
  type RunFacts,
  resultsOf,
} from "./report.ts";

const USAGE = `Usage: bun run bench [--only p1|p2|p3|p4|p5|p6|p11] [--quick] [--rounds N] [--no-keys] [--profile] [--split]
  --quick     one short round
  --no-keys   orders without an Idempotency-Key
  --profile   Kiosk runs under the profiler: read what it leaves with bun bench/profile-top.ts
  --split     gateway, orders and inventory in one process, the rest in another: needs DATABASE_URL, REDIS_URL, RABBITMQ_URL`;

/** What reads a catalogue, each with a shop of its own. */
const parts: readonly CataloguePart[] = [readsPart, searchPart, growthPart];

const ROUNDS = 3;
const USUAL: Timing = { warmUpMs: 500, measureMs: 2_500 };
const QUICK: Timing = { warmUpMs: 300, measureMs: 1_500 };
const WARM_UP_MS = 12_000;
/** Longest wait for the messages that follow the warm-up. */
const REST_TIMEOUT_MS = 60_000;
const CEILING_MS = 600;
const SKUS = 1_000;
const INTERRUPTED = 130;

const say = (text: string) => process.stdout.write(`${text}\n`);

const readOptions = () => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      "no-keys": { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      split: { type: "boolean", default: false },
    },
  });
  const isChosen = ({ targets }: { targets: readonly string[] }) =>
    values.only === undefined || targets.includes(values.only);
  const chosen = steps.filter(isChosen);
  // Split and profiled runs are about orders.
  const chosenParts = values.split || values.profile ? [] : parts.filter(isChosen);
  const rounds = values.quick ? 1 : Number(values.rounds ?? ROUNDS);
  if (chosen.length + chosenParts.length === 0 || !(rounds >= 1)) throw new Error(USAGE);
  const timing = values.quick ? QUICK : USUAL;
  return { ...values, keys: !values["no-keys"], chosen, chosenParts, rounds, timing };
};

type Options = ReturnType<typeof readOptions>;

/** All rounds of the steps, by turns. */
const runRounds = async (ground: Ground, chosen: readonly Step[], { rounds, timing }: Options) => {
  const samples: Partial<Record<StepId, Sample[]>> = {};
  for (let round = 1; round <= rounds; round += 1) {
    for (const step of chosen) {
      const sample = await runStep(ground, step, timing);
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
const runAll = async (ground: Ground, options: Options) => {
  const alone = options.chosen.filter(({ clients }) => clients === 1);
  const others = options.chosen.filter(({ clients }) => clients !== 1);
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

const postgresVersion = (server: string): Promise<string> =>
  withClient(server, async (client) => {
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return rows[0]?.server_version ?? "unknown";
  });

/** Ctrl-C leaves neither a process nor a folder behind. */
const onInterrupt = (close: () => Promise<void>): void => {
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => void close().finally(() => process.exit(INTERRUPTED)));
};

const measure = async (options: Options, server: string, profileFolder: string | null): Promise<RunFacts> => {
  const many = Array.from({ length: SKUS }, (_, i) => `BENCH-${String(i).padStart(4, "0")}`);
  const one = ["BENCH-HOT"];
  const generator = startLoadGenerator();
  const naive = await openNaiveShop(server, [...many, ...one]);
  try {
    const ceiling = await measureCeiling(generator, CEILING_MS);
    const premises = options.split
      ? await openTwoProcesses()
      : await openOneProcess(server, profileFolder === null ? {} : profiling(profileFolder));
    onInterrupt(() => {
      resume(premises);
      return premises.close();
    });
    try {
      say(`Filling a shop at ${premises.url}: ${many.length} products and their buyers …`);
      const shop = await fillShop(premises, [...many, ...one]);
      const ground = { shop, naive, generator, skus: { many, one }, keys: options.keys };
      const samples = await runAll(ground, options);
      const [books, postgres] = await Promise.all([readBooks(premises), postgresVersion(server)]);
      const at = new Date().toISOString();
      return { at, options: Bun.argv.slice(2), postgres, ceiling, books, samples };
    } finally {
      await premises.close();
    }
  } finally {
    await Promise.all([generator.close(), naive.close()]);
  }
};

/** What would be wrong whatever the speed. */
const problemsOf = ({ samples, books }: RunFacts): string[] => {
  const others = Object.entries(answersOf(samples)).filter(([status]) => status !== "201");
  const wrong = others.map(
    ([status, count]) => `${count} orders were answered with ${status} instead of 201.`,
  );
  if (books.unitsReserved !== books.linesOrdered) wrong.push("Inventory has not reserved what was ordered.");
  return wrong;
};

const measureParts = async (
  { chosenParts, quick, rounds }: Options,
  server: string,
): Promise<PartResult[]> => {
  const results: PartResult[] = [];
  for (const part of chosenParts)
    results.push(await part.run(server, { ...(quick ? QUICK_READS : USUAL_READS), rounds }));
  return results;
};

const write = async (options: Options, results: object): Promise<void> => {
  const whole = options.only === undefined && !options.quick && !options.profile && !options.split;
  const file = join(import.meta.dir, whole ? "results.json" : "results.local.json");
  await Bun.write(file, `${JSON.stringify(results, null, 2)}\n`);
  say(`Written to ${file}`);
};

const main = async (): Promise<number> => {
  const options = readOptions();
  const server = await testServer();
  const profileFolder = options.profile ? mkdtempSync(join(tmpdir(), "kiosk-profile-")) : null;
  const facts = options.chosen.length === 0 ? null : await measure(options, server, profileFolder);
  if (facts !== null) printReport(facts);
  const catalogue = await measureParts(options, server);
  if (catalogue.length > 0) printVerdicts(catalogue.flatMap(({ verdicts }) => verdicts));
  const orders = facts === null ? {} : resultsOf(facts);
  await write(options, {
    ...orders,
    ...(catalogue.length === 0 ? {} : { catalogue: catalogueResultsOf(catalogue) }),
  });
  if (profileFolder !== null) say(`The profile: bun bench/profile-top.ts ${profileFolder}`);
  const problems = [
    ...(facts === null ? [] : problemsOf(facts)),
    ...catalogue.flatMap((result) => result.problems),
  ];
  for (const problem of problems) say(`✗ ${problem}`);
  return problems.length === 0 ? 0 : 1;
};

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
