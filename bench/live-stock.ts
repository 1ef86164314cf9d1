// `bun bench/live-stock.ts`: how long a change of stock is on its way to the readers of its stream, through the gateway, while orders come
// at a steady rate (P8). From the begin of the transaction that changes the stock, by the database's clock, to the event in a reader's
// hands: so both must be on one machine. One process of Kiosk; PostgreSQL at DATABASE_URL, else an embedded one; Redis where
// REDIS_URL is set.

import { parseArgs } from "node:util";
import { readSse } from "../shared/testing/sse-reader.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { type BusyShop, fillShop, openOneProcess } from "./busy-shop.ts";
import { watchMachine } from "./machine.ts";
import { problemsOf, startOpenLoad, totalOf } from "./open-load.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { printVerdicts } from "./report.ts";
import { quantile, range, spreadOf } from "./statistics.ts";
import { verdictOf } from "./targets.ts";

const USAGE = "Usage: bun bench/live-stock.ts [--rate N] [--rounds N]";
const SKUS = Array.from({ length: 1_000 }, (_, n) => `LIVE-${n}`);
/** As P8 has it. */
const RATE = 500;
const WARM_UP_SECONDS = 5;
const SECONDS = 10;
const QUICK_SECONDS = 4;
/** Orders under way at once, at most. */
const CONNECTIONS = 128;
/** Staff see when a change was made: they are the ones who measure, the others are there as well. */
const STAFF_READERS = 10;
const PUBLIC_READERS = 90;
const TARGET_P99_MS = 50;
const PLACED_SHARE = 0.99;

/** Milliseconds on the way, of every event to every member of staff, while it is told to measure. */
const openReaders = async ({ url, merchantToken }: BusyShop) => {
  const state = { measuring: false, events: 0, latencies: [] as number[] };
  const open = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/v1/stock/stream`, { headers });
    const stream = readSse(response, ({ data }) => {
      if (!state.measuring) return;
      state.events += 1;
      const { occurredAt } = data as { occurredAt?: string };
      if (occurredAt !== undefined) state.latencies.push(Date.now() - Date.parse(occurredAt));
    });
    await stream.begun;
    return stream;
  };
  const streams = await Promise.all([
    ...Array.from({ length: STAFF_READERS }, () => open({ authorization: `Bearer ${merchantToken}` })),
    ...Array.from({ length: PUBLIC_READERS }, () => open({})),
  ]);
  return { state, leave: () => Promise.all(streams.map((stream) => stream.leave())) };
};

interface StockOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly rounds: number;
}

const runRounds = async (server: string, { perSecond, seconds, rounds }: StockOptions) => {
  const redis = process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {};
  const premises = await openOneProcess(server, redis, undefined, "live");
  const load = startOpenLoad();
  try {
    const shop = await fillShop(premises, SKUS);
    const { url, tokens, pids, databasePrefix } = shop;
    const { state, leave } = await openReaders(shop);
    const order = (lasting: number) =>
      load.run({
        url,
        tokens,
        skus: SKUS,
        phases: [{ perSecond, seconds: lasting }],
        connections: CONNECTIONS,
      });
    await order(WARM_UP_SECONDS);
    const all = [];
    while (all.length < rounds) {
      // The readers are in this process, which is no generator alone: what they need is needed by the measurement.
      const others = watchMachine({ pids, databasePrefix, generators: [load.pid, process.pid] });
      Object.assign(state, { measuring: true, events: 0, latencies: [] });
      const result = await order(seconds);
      state.measuring = false;
      const { latencies, events } = state;
      all.push({ result, latencies, events, othersShare: others().othersShare });
    }
    await leave();
    return all;
  } finally {
    await load.close();
    await premises.close();
  }
};

type Round = Awaited<ReturnType<typeof runRounds>>[number];

const placedOf = ({ result }: Round): number => totalOf(result.seconds, ({ placedMs }) => placedMs.length);

const runLiveStock = async (server: string, options: StockOptions): Promise<PartResult> => {
  const rounds = await runRounds(server, options);
  const of = (pick: (round: Round) => number) => spreadOf(rounds.map(pick));
  const p99s = rounds.map(({ latencies }) => quantile(latencies, 0.99));
  const figures = {
    p50Ms: of(({ latencies }) => quantile(latencies, 0.5)),
    p99Ms: spreadOf(p99s),
    placed: of(placedOf),
    unsent: of(({ result }) => totalOf(result.seconds, ({ unsent }) => unsent)),
    events: of(({ events }) => events),
    othersShare: of(({ othersShare }) => othersShare),
  };
  say(
    `\nFrom a change of stock to its readers, ${options.perSecond} orders/s for ${options.seconds} s, ${PUBLIC_READERS + STAFF_READERS} streams ` +
      `through the gateway, Pub/Sub ${process.env.REDIS_URL ? "over Redis" : "in process"}:`,
  );
  const shown = (value: number) => value.toFixed(value < 1 ? 2 : 0);
  console.table(Object.entries(figures).map(([figure, spread]) => ({ figure, is: range(spread, shown) })));
  const what = `a change of stock to its readers at ${options.perSecond} orders/s: p99, ms`;
  return {
    steps: { "stock to its readers": figures },
    verdicts: [
      verdictOf({ id: "P8", what, limit: TARGET_P99_MS, wanted: "at most" }, p99s),
      // Where fewer orders are placed the time above is that of fewer changes.
      verdictOf(
        {
          id: "P8",
          what: `placed of ${options.perSecond} orders/s`,
          limit: PLACED_SHARE,
          wanted: "at least",
        },
        rounds.map((round) => placedOf(round) / (options.perSecond * options.seconds)),
      ),
    ],
    problems: problemsOf(
      "stock to its readers",
      rounds.map(({ result }) => result),
      ["201", "503"],
    ),
  };
};

/** P8 as far as it is about stock, for `bun run bench`. */
export const stockPart: BenchPart = {
  targets: ["p8"],
  run: (server, { rounds, quick }) =>
    runLiveStock(server, { perSecond: RATE, seconds: quick ? QUICK_SECONDS : SECONDS, rounds }),
};

if (import.meta.main) {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: { rate: { type: "string" }, rounds: { type: "string" } },
  });
  const [perSecond, rounds] = [Number(values.rate ?? RATE), Number(values.rounds ?? 3)];
  if (!(perSecond > 0 && rounds >= 1)) throw new Error(USAGE);
  const { verdicts, problems } = await runLiveStock(await testServer(), {
    perSecond,
    rounds,
    seconds: SECONDS,
  });
  printVerdicts(verdicts);
  for (const problem of problems) say(`✗ ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
