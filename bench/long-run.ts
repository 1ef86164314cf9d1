// `bun bench/long-run.ts`: orders at half the rate that Kiosk can take, for ten minutes (P10): whether its memory stays where it is, and its
// answers as quick as they were. `--minutes N` for another time. Everything in one process; PostgreSQL at DATABASE_URL, else an
// embedded one.

import { parseArgs } from "node:util";
import { testServer } from "../shared/testing/test-server.ts";
import { type BusyShop, fillShop, openOneProcess } from "./busy-shop.ts";
import { startLoadGenerator } from "./load.ts";
import { watchMachine } from "./machine.ts";
import { residentMb } from "./memory.ts";
import { type OpenSecond, placedQuantile, problemsOf, startOpenLoad, totalOf } from "./open-load.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { printVerdicts } from "./report.ts";
import { slopeOf, spreadOf } from "./statistics.ts";
import { verdictOf } from "./targets.ts";

const USAGE = "Usage: bun bench/long-run.ts [--minutes N]";
const MINUTES = 10;
const SKUS = Array.from({ length: 1_000 }, (_, i) => `BENCH-${String(i).padStart(4, "0")}`);
const CLIENTS = 64;
const WARM_UP = { warmUpMs: 0, measureMs: 6_000 };
const PEAK = { warmUpMs: 500, measureMs: 5_000 };
const LOAD_SHARE = 0.5;
const CONNECTIONS = 512;
const LOOK_EVERY_MS = 2_000;
/** Of the time, this share is warm-up: caches fill, and code is compiled. */
const WARM_UP_SHARE = 0.2;
const MS_A_MINUTE = 60_000;
/** How much the last third's p99 may be of the first third's, after the warm-up. */
const P99_RISE = 1.2;

interface Look {
  /** Minutes since the load began. */
  readonly at: number;
  /** Megabytes. */
  readonly value: number;
}

/** Looks at the memory of the process until it is told to stop. */
const watchMemory = (pid: number) => {
  const begun = performance.now();
  const looks: Look[] = [];
  const timer = setInterval(
    () => looks.push({ at: (performance.now() - begun) / MS_A_MINUTE, value: residentMb(pid) }),
    LOOK_EVERY_MS,
  );
  return (): Look[] => {
    clearInterval(timer);
    return looks;
  };
};

/** Half of what clients take who wait for each other's answers. */
const findRate = async (shop: BusyShop): Promise<number> => {
  const generator = startLoadGenerator();
  try {
    const { url, tokens } = shop;
    const common = {
      url,
      tokens,
      path: "/v1/orders",
      clients: CLIENTS,
      skus: SKUS,
      linesPerOrder: 1,
      keys: false,
    };
    await generator.run({ ...common, ...WARM_UP });
    const { perSecond } = await generator.run({ ...common, ...PEAK });
    return LOAD_SHARE * perSecond;
  } finally {
    await generator.close();
  }
};

/** Minutes of the run; a shorter rest belongs to none. */
const byMinute = (seconds: readonly OpenSecond[]): OpenSecond[][] =>
  Array.from({ length: Math.floor(seconds.length / 60) }, (_, nth) =>
    seconds.slice(60 * nth, 60 * (nth + 1)),
  );

const partOf = <Item>(items: readonly Item[], from: number, to: number): Item[] =>
  items.slice(Math.floor(from * items.length), Math.floor(to * items.length));

const judge = (looks: readonly Look[], seconds: readonly OpenSecond[]) => {
  const after = (1 - WARM_UP_SHARE) / 3;
  const first = placedQuantile(partOf(seconds, WARM_UP_SHARE, WARM_UP_SHARE + after), 0.99);
  const last = placedQuantile(partOf(seconds, 1 - after, 1), 0.99);
  return [
    verdictOf({ id: "P10", what: "memory, MB a minute", limit: 1, wanted: "at most" }, [
      slopeOf(partOf(looks, WARM_UP_SHARE, 1)),
    ]),
    verdictOf(
      { id: "P10", what: "p99 of the last third / of the first", limit: P99_RISE, wanted: "at most" },
      [last / first],
    ),
  ];
};

const minuteRows = (looks: readonly Look[], seconds: readonly OpenSecond[]) =>
  byMinute(seconds).map((minute, nth) => ({
    minute: nth + 1,
    placed: totalOf(minute, ({ placedMs }) => placedMs.length),
    "p50 ms": placedQuantile(minute, 0.5).toFixed(1),
    "p99 ms": placedQuantile(minute, 0.99).toFixed(1),
    "memory MB": spreadOf(
      looks.filter(({ at }) => at >= nth && at < nth + 1).map(({ value }) => value),
    ).median.toFixed(1),
  }));

const runLong = async (server: string, minutes: number): Promise<PartResult> => {
  const premises = await openOneProcess(server, {}, undefined, "long");
  const load = startOpenLoad();
  try {
    const shop = await fillShop(premises, SKUS);
    const perSecond = await findRate(shop);
    const { url, tokens, pids, databasePrefix } = shop;
    say(`Half load, ${Math.round(perSecond)} orders/s for ${minutes} minutes …`);
    const others = watchMachine({ pids, databasePrefix, generators: [load.pid] });
    const memory = watchMemory(pids[0] ?? 0);
    const wholeSeconds = Math.round(60 * minutes);
    const phases = [{ perSecond, seconds: wholeSeconds }];
    const result = await load.run({ url, tokens, skus: SKUS, phases, connections: CONNECTIONS });
    const [looks, { othersShare }] = [memory(), others()];
    const seconds = result.seconds.slice(0, wholeSeconds);
    console.table(minuteRows(looks, seconds));
    const unsent = totalOf(seconds, (second) => second.unsent);
    say(`Not sent in time: ${unsent}; others' CPU ${Math.round(100 * othersShare)} %.`);
    const verdicts = judge(looks, seconds);
    const figures = { perSecond, minutes, othersShare, looks, minuteRows: minuteRows(looks, seconds) };
    return { steps: { "long run": figures }, verdicts, problems: problemsOf("long run", [result]) };
  } finally {
    await load.close();
    await premises.close();
  }
};

/** P10, for `bun run bench`. */
export const longPart: BenchPart = {
  targets: ["p10"],
  run: (server, { minutes }) => runLong(server, minutes),
};

if (import.meta.main) {
  const { values } = parseArgs({ args: Bun.argv.slice(2), options: { minutes: { type: "string" } } });
  const minutes = Number(values.minutes ?? MINUTES);
  if (!(minutes > 0)) throw new Error(USAGE);
  const { verdicts, problems } = await runLong(await testServer(), minutes);
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
