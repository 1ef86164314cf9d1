// `bun bench/overload.ts`: five times as many orders as can be taken, by the clock and for some seconds, and half as many right behind them
// (R27). Tells how many are taken meanwhile beside the most that can be, how soon the others are refused, and when none is any more. The most
// is found in the same way, by the clock: more and more orders until no more are taken. Everything in one process. PostgreSQL at
// DATABASE_URL, else an embedded one.

import { parseArgs } from "node:util";
import { testServer } from "../shared/testing/test-server.ts";
import { fillShop, openOneProcess } from "./busy-shop.ts";
import { watchMachine } from "./machine.ts";
import {
  type OpenLoad,
  type OpenResult,
  type OpenSecond,
  placedQuantile,
  problemsOf,
  startOpenLoad,
  totalOf,
} from "./open-load.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { printVerdicts } from "./report.ts";
import { quantile, spreadOf } from "./statistics.ts";
import { verdictOf } from "./targets.ts";

const USAGE = "Usage: bun bench/overload.ts [--times N] [--seconds N] [--rounds N]";
const SKUS = Array.from({ length: 1_000 }, (_, i) => `BENCH-${String(i).padStart(4, "0")}`);
/** More than the gateway has places, so that it is the gateway that refuses. */
const CONNECTIONS = 2_048;
const WARM_UP = [{ perSecond: 100, seconds: 4 }] as const;
const WARM_UP_QUICK = [{ perSecond: 100, seconds: 2 }] as const;
/** Where the search for the most begins, and by how much it rises at each step, of so many seconds. */
const FIRST_RATE = 200;
const RISE = 1.4;
const STEP_SECONDS = 8;
/** The most is found once so many steps have brought no more than those before them. */
const STEPS_WITHOUT_MORE = 2;
const MORE = 1.03;
/** What comes after the flood, of the most that can be taken. */
const AFTER_SHARE = 0.5;
const AFTER_SECONDS = 20;

interface OverloadOptions {
  readonly times: number;
  readonly seconds: number;
  readonly rounds: number;
}

interface Ground {
  readonly load: OpenLoad;
  readonly url: string;
  readonly tokens: readonly string[];
}

const run = ({ load, url, tokens }: Ground, phases: Parameters<OpenLoad["run"]>[0]["phases"]) =>
  load.run({ url, tokens, skus: SKUS, phases, connections: CONNECTIONS });

/** Taken a second, by when they were answered: without the first second, which is not whole. */
const takenASecond = ({ placedIn }: OpenResult, seconds: number): number => {
  const whole = Array.from({ length: seconds - 1 }, (_, nth) => placedIn[nth + 1] ?? 0);
  return whole.reduce((sum, count) => sum + count, 0) / whole.length;
};

/** The most orders a second that are taken, however many come. */
const findMost = async (ground: Ground): Promise<number> => {
  let [most, without, perSecond] = [0, 0, FIRST_RATE];
  while (without < STEPS_WITHOUT_MORE) {
    const taken = takenASecond(await run(ground, [{ perSecond, seconds: STEP_SECONDS }]), STEP_SECONDS);
    without = taken > MORE * most ? 0 : without + 1;
    most = Math.max(most, taken);
    perSecond *= RISE;
  }
  return most;
};

interface Round {
  readonly most: number;
  readonly taken: number;
  readonly flood: readonly OpenSecond[];
  /** Seconds behind the flood until all who come are let in for the rest of it. */
  readonly recovery: number;
  readonly result: OpenResult;
  readonly othersShare: number;
}

const wasRefused = ({ refusedMs, failed }: OpenSecond): boolean => refusedMs.length + failed > 0;

const runRound = async (
  ground: Ground,
  pids: readonly number[],
  databasePrefix: string,
  options: OverloadOptions,
): Promise<Round> => {
  const { times, seconds } = options;
  const others = watchMachine({ pids, databasePrefix, generators: [ground.load.pid] });
  const most = await findMost(ground);
  const result = await run(ground, [
    { perSecond: times * most, seconds },
    { perSecond: AFTER_SHARE * most, seconds: AFTER_SECONDS },
  ]);
  const after = result.seconds.slice(seconds, seconds + AFTER_SECONDS);
  return {
    ...{ most, result },
    taken: takenASecond(result, seconds),
    flood: result.seconds.slice(0, seconds),
    recovery: after.findLastIndex(wasRefused) + 1,
    othersShare: others().othersShare,
  };
};

const refusedQuantile = ({ flood }: Round, share: number): number =>
  quantile(
    flood.flatMap(({ refusedMs }) => refusedMs),
    share,
  );

const rowOf = (round: Round) => {
  const { most, taken, flood, recovery, result } = round;
  return {
    "most/s": Math.round(most),
    "taken/s in the flood": Math.round(taken),
    "p99 ms": Math.round(placedQuantile(flood, 0.99)),
    "refused p50 / p99 ms": `${refusedQuantile(round, 0.5).toFixed(1)} / ${refusedQuantile(round, 0.99).toFixed(1)}`,
    "generator late p50 / p99 ms": `${result.lagP50Ms.toFixed(1)} / ${result.lagP99Ms.toFixed(1)}`,
    "generator's CPU": result.ownShare.toFixed(2),
    unsent: totalOf(result.seconds, ({ unsent }) => unsent),
    "recovered s": recovery,
    answers: JSON.stringify(result.answers),
    "others' CPU": `${Math.round(100 * round.othersShare)} %`,
  };
};

const verdictsOf = (rounds: readonly Round[]) => [
  verdictOf(
    { id: "R27", what: "taken in a flood / the most taken", limit: 0.9, wanted: "at least" },
    rounds.map(({ taken, most }) => taken / most),
  ),
  verdictOf(
    { id: "R27", what: "until a refusal, p99, ms", limit: 50, wanted: "at most" },
    rounds.map((round) => refusedQuantile(round, 0.99)).filter((ms) => !Number.isNaN(ms)),
  ),
  verdictOf(
    { id: "R27", what: "until nobody is refused, s", limit: 10, wanted: "at most" },
    rounds.map(({ recovery }) => recovery),
  ),
];

const runOverload = async (server: string, options: OverloadOptions, quick: boolean): Promise<PartResult> => {
  const premises = await openOneProcess(server, {}, undefined, "overload");
  const load = startOpenLoad();
  try {
    const { url, tokens, pids, databasePrefix } = await fillShop(premises, SKUS);
    const ground = { load, url, tokens };
    await run(ground, quick ? WARM_UP_QUICK : WARM_UP);
    const rounds: Round[] = [];
    while (rounds.length < options.rounds) rounds.push(await runRound(ground, pids, databasePrefix, options));
    say(`\n${options.times} times as many orders as can be taken, ${options.seconds} s:`);
    console.table(rounds.map(rowOf));
    const of = (pick: (round: Round) => number) => spreadOf(rounds.map(pick));
    const figures = {
      most: of(({ most }) => most),
      taken: of(({ taken }) => taken),
      generatorLagP99Ms: of(({ result }) => result.lagP99Ms),
      othersShare: of(({ othersShare }) => othersShare),
    };
    // Neither taken nor refused: that is to happen to nobody.
    const problems = problemsOf(
      "overload",
      rounds.map(({ result }) => result),
      ["201", "503"],
    );
    return { steps: { overload: figures }, verdicts: verdictsOf(rounds), problems };
  } finally {
    await load.close();
    await premises.close();
  }
};

const TIMES = 5;
const SECONDS = 15;
const QUICK_SECONDS = 6;

/** R27, for `bun run bench`. */
export const overloadPart: BenchPart = {
  targets: ["r27"],
  run: (server, { rounds, quick }) =>
    runOverload(server, { times: TIMES, seconds: quick ? QUICK_SECONDS : SECONDS, rounds }, quick),
};

const readOptions = (): OverloadOptions => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: { times: { type: "string" }, seconds: { type: "string" }, rounds: { type: "string" } },
  });
  const [times, seconds, rounds] = [values.times ?? TIMES, values.seconds ?? SECONDS, values.rounds ?? 3].map(
    Number,
  );
  if (!(times && seconds && rounds) || seconds < 4) throw new Error(USAGE);
  return { times, seconds, rounds };
};

if (import.meta.main) {
  const { verdicts, problems } = await runOverload(await testServer(), readOptions(), false);
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
