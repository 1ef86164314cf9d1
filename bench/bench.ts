// `bun run bench`: all targets of docs/performance.md, P1 to P11 and R27, one part after the other, each with a Kiosk of its own; and how
// they compare with the results that were kept last. Uses PostgreSQL at DATABASE_URL, else an embedded one; Redis and RabbitMQ where
// REDIS_URL and RABBITMQ_URL are set and a part needs them.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { testServer } from "../shared/testing/test-server.ts";
import { growthPart } from "./catalogue-growth.ts";
import { QUICK_READS, USUAL_READS } from "./catalogue-part.ts";
import { readsPart } from "./catalogue-reads.ts";
import { searchPart } from "./catalogue-search.ts";
import { eventsPart } from "./events.ts";
import { hopPart } from "./hop.ts";
import { stockPart } from "./live-stock.ts";
import { longPart } from "./long-run.ts";
import { orderPart } from "./order-part.ts";
import { overloadPart } from "./overload.ts";
import { type BenchPart, type PartOptions, type PartResult, say } from "./part.ts";
import { printCompared } from "./report.ts";
import { readKept, resultsOf, writeResults } from "./results.ts";
import { startPart } from "./start-up.ts";

/** What is at rest comes first, while the machine is as well. */
const parts: readonly BenchPart[] = [
  startPart,
  orderPart,
  readsPart,
  searchPart,
  growthPart,
  hopPart,
  eventsPart,
  stockPart,
  overloadPart,
  longPart,
];
const targets = [...new Set(parts.flatMap((part) => part.targets))];

const USAGE = `Usage: bun run bench [--only ${targets.join("|")}] [--quick] [--rounds N] [--minutes N] [--no-keys] [--profile] [--split]
  --quick       one short round
  --minutes N   how long P10 lasts: 10
  --no-keys     orders without an Idempotency-Key
  --profile     orders alone, Kiosk under the profiler: read what it leaves with bun bench/profile-top.ts
  --split       orders alone; gateway, orders and inventory in one process, the rest in another: needs DATABASE_URL, REDIS_URL, RABBITMQ_URL`;

const ROUNDS = 3;
const MINUTES = 10;
const QUICK_MINUTES = 1;

const readOptions = (): PartOptions => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      minutes: { type: "string" },
      quick: { type: "boolean", default: false },
      "no-keys": { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      split: { type: "boolean", default: false },
    },
  });
  const { quick, split, only = null } = values;
  const rounds = quick ? 1 : Number(values.rounds ?? ROUNDS);
  const minutes = Number(values.minutes ?? (quick ? QUICK_MINUTES : MINUTES));
  const isKnown = only === null || targets.includes(only);
  if (!isKnown || !(rounds >= 1) || !(minutes > 0)) throw new Error(USAGE);
  const profileFolder = values.profile ? mkdtempSync(join(tmpdir(), "kiosk-profile-")) : null;
  const timing = quick ? QUICK_READS : USUAL_READS;
  return { ...timing, ...{ only, quick, rounds, minutes, split, profileFolder }, keys: !values["no-keys"] };
};

const chosenOf = ({ only, split, profileFolder }: PartOptions): BenchPart[] =>
  parts.filter((part) => {
    // Split and profiled runs are about orders.
    if ((split || profileFolder !== null) && part !== orderPart) return false;
    return only === null || part.targets.includes(only);
  });

/** Kept is what was measured whole, as it is meant to be. */
const isWhole = ({ only, quick, rounds, minutes, split, profileFolder, keys }: PartOptions): boolean =>
  only === null &&
  !quick &&
  rounds >= ROUNDS &&
  minutes >= MINUTES &&
  !split &&
  profileFolder === null &&
  keys;

/** A part that fails says so, and leaves the others their hour. */
const runPart = (part: BenchPart, server: string, options: PartOptions): Promise<PartResult> =>
  part.run(server, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      steps: {},
      verdicts: [],
      problems: [`${part.targets.join(", ")} could not be measured: ${reason}`],
    };
  });

const main = async (): Promise<number> => {
  const options = readOptions();
  const chosen = chosenOf(options);
  if (chosen.length === 0) throw new Error(USAGE);
  const server = await testServer();
  const found: PartResult[] = [];
  for (const part of chosen) {
    say(`\n${part.targets.join(", ").toUpperCase()}`);
    found.push(await runPart(part, server, options));
  }
  const results = await resultsOf(found, server, options.rounds);
  const kept = await readKept();
  printCompared(results.targets, kept);
  const isComplete = isWhole(options) && found.every(({ verdicts }) => verdicts.length > 0);
  say(`Written to ${await writeResults(results, isComplete)}`);
  if (options.profileFolder !== null) say(`The profile: bun bench/profile-top.ts ${options.profileFolder}`);
  const problems = found.flatMap((result) => result.problems);
  for (const problem of problems) say(`✗ ${problem}`);
  return problems.length === 0 ? 0 : 1;
};

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
