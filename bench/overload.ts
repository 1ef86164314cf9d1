// `bun bench/overload.ts`: five times as many orders as can be taken, by the clock and for some seconds; then half as many as can be taken.
// Tells how many are taken meanwhile beside the most that were taken, how soon the others are refused, and when none is any more. All in
// one run, everything in one process. PostgreSQL at DATABASE_URL, else an embedded one.

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { testServer } from "../shared/testing/test-server.ts";
import { fillShop, openOneProcess } from "./busy-shop.ts";
import { startLoadGenerator } from "./load.ts";
import type { OpenRequest, OpenResult } from "./open-orders.ts";
import { printVerdicts } from "./report.ts";
import { type Verdict, verdictOf } from "./targets.ts";

const USAGE = "Usage: bun bench/overload.ts [--times N] [--seconds N] [--rounds N]";
const GENERATOR = fileURLToPath(new URL("./open-orders.ts", import.meta.url));
const SKUS = Array.from({ length: 1_000 }, (_, i) => `BENCH-${String(i).padStart(4, "0")}`);
/** Clients of the closed model by which the most is found. */
const PEAK_CLIENTS = 256;
const PEAK = { warmUpMs: 2_000, measureMs: 6_000 };
const WARM_UP = { warmUpMs: 0, measureMs: 8_000 };
/** What comes after the flood, of the most that can be taken. */
const AFTER_SHARE = 0.5;
const AFTER_SECONDS = 15;

const say = (text: string) => process.stdout.write(`${text}\n`);

const runOpen = async (request: OpenRequest): Promise<OpenResult> => {
  const { promise, resolve, reject } = Promise.withResolvers<OpenResult>();
  const child = Bun.spawn([process.execPath, GENERATOR], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message: OpenResult) => resolve(message),
  });
  void child.exited.then((code) => reject(new Error(`The generator of orders ended with ${code}.`)));
  child.send(request);
  try {
    return await promise;
  } finally {
    child.kill();
    await child.exited;
  }
};

/** Taken a second, without the first second and the last, which are not whole. */
const steadyOf = ({ placed }: OpenResult, seconds: number): number => {
  const whole = placed.slice(1, seconds - 1);
  return whole.reduce((sum, count) => sum + (count ?? 0), 0) / whole.length;
};

/** Seconds after the flood until the last refusal. */
const recoveredAfter = ({ refused }: OpenResult): number =>
  refused.findLastIndex((count) => (count ?? 0) > 0) + 1;

interface Round {
  readonly peak: number;
  readonly flood: OpenResult;
  readonly after: OpenResult;
  readonly goodput: number;
}

const verdictsOf = (rounds: readonly Round[]): Verdict[] => [
  verdictOf(
    { id: "R27", what: "taken in a flood / the most taken", limit: 0.9, wanted: "at least" },
    rounds.map(({ goodput, peak }) => goodput / peak),
  ),
  verdictOf(
    { id: "R27", what: "until a refusal, p99, ms", limit: 50, wanted: "at most" },
    rounds.map(({ flood }) => flood.refusedP99Ms),
  ),
  verdictOf(
    { id: "R27", what: "until nobody is refused, s", limit: 10, wanted: "at most" },
    rounds.map(({ after }) => recoveredAfter(after)),
  ),
];

const rowOf = ({ peak, flood, goodput, after }: Round) => ({
  "most/s": Math.round(peak),
  "taken/s in the flood": Math.round(goodput),
  "p99 ms": Math.round(flood.placedP99Ms),
  "refused p50 / p99 ms": `${flood.refusedP50Ms.toFixed(1)} / ${flood.refusedP99Ms.toFixed(1)}`,
  unsent: flood.unsent,
  "generator's CPU": flood.ownShare.toFixed(2),
  answers: JSON.stringify(flood.answers),
  after: JSON.stringify(after.answers),
});

const readOptions = () => {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      times: { type: "string", default: "5" },
      seconds: { type: "string", default: "15" },
      rounds: { type: "string", default: "3" },
    },
  });
  const options = {
    times: Number(values.times),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
  };
  if (!(options.times > 0 && options.seconds >= 4 && options.rounds >= 1)) throw new Error(USAGE);
  return options;
};

const main = async (): Promise<void> => {
  const { times, seconds, rounds: count } = readOptions();
  const premises = await openOneProcess(await testServer(), {}, undefined, "overload");
  const generator = startLoadGenerator();
  try {
    const { url, tokens } = await fillShop(premises, SKUS);
    const closed = {
      url,
      path: "/v1/orders",
      clients: PEAK_CLIENTS,
      tokens,
      skus: SKUS,
      linesPerOrder: 1,
      keys: false,
    };
    await generator.run({ ...closed, ...WARM_UP });
    const rounds: Round[] = [];
    while (rounds.length < count) {
      const { perSecond: peak } = await generator.run({ ...closed, ...PEAK });
      const flood = await runOpen({ url, tokens, skus: SKUS, perSecond: times * peak, seconds });
      const calm = { perSecond: AFTER_SHARE * peak, seconds: AFTER_SECONDS };
      const after = await runOpen({ url, tokens, skus: SKUS, ...calm });
      rounds.push({ peak, flood, after, goodput: steadyOf(flood, seconds) });
      say(`  round ${rounds.length} of ${count}`);
    }
    console.table(rounds.map(rowOf));
    printVerdicts(verdictsOf(rounds));
  } finally {
    await generator.close();
    await premises.close();
  }
};

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
