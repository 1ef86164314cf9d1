// `bun bench/events.ts`: how many events a second go from a full outbox through relay, bus and inbox, every consumer
// having handled each, and how long one is on its way at a steady rate (`--latency`: that alone). Uses PostgreSQL at DATABASE_URL, else an embedded one, and RabbitMQ when RABBITMQ_URL is set.

import { testDatabasePrefix } from "../shared/testing/test-database-names.ts";
import { type BusKind, openPipeline, type PipelineOptions, stockLow } from "./event-pipeline.ts";
import { watchMachine } from "./machine.ts";
import { type BenchPart, type PartResult, say } from "./part.ts";
import { printVerdicts } from "./report.ts";
import { quantile, range, spreadOf } from "./statistics.ts";
import { verdictOf } from "./targets.ts";

const ROUNDS = 3;
const WARM_UP_EVENTS = 1_000;
/** The rate at which latency is measured, and for how long. */
const STEADY_PER_SECOND = 500;
const STEADY_SECONDS = 4;
/** Before that, at the same rate: the first events compile the code and open the connections, which happens once in a process's life. */
const STEADY_WARM_UP_SECONDS = 2;
const TICK_MS = 10;
/** P8: milliseconds from commit to handled. */
const TARGET_P99_MS = 50;

interface Scenario {
  readonly name: string;
  readonly bus: BusKind;
  readonly consumers: number;
  readonly events: number;
  /** How many aggregates the events are of. */
  readonly subjects: number;
  readonly idle?: boolean;
}

const scenariosOf = (bus: BusKind): Scenario[] => [
  { name: "1 consumer", bus, consumers: 1, events: 5_000, subjects: 5_000 },
  { name: "1 consumer, handler does nothing", bus, consumers: 1, events: 5_000, subjects: 5_000, idle: true },
  { name: "2 consumers", bus, consumers: 2, events: 5_000, subjects: 5_000 },
  { name: "1 consumer, 20 events a subject", bus, consumers: 1, events: 5_000, subjects: 250 },
  { name: "1 consumer, one subject", bus, consumers: 1, events: 500, subjects: 1 },
];

const eventsOf = (prefix: string, count: number, subjects: number) =>
  Array.from({ length: count }, (_, i) =>
    stockLow(`${prefix}-${i % subjects}`, Math.floor(i / subjects) + 1),
  );

/** Events a second of one full outbox. */
const measureRound = async (
  { bus, consumers, events, subjects, idle = false }: Scenario,
  size: Pick<PipelineOptions, "batchMax">,
) => {
  const pipeline = await openPipeline({ bus, consumers, idle, ...size });
  try {
    const warmUp = Math.min(WARM_UP_EVENTS, events);
    await pipeline.append(eventsOf("warm", warmUp, warmUp));
    await Promise.all([pipeline.relay.drain(), pipeline.handled(warmUp)]);
    await pipeline.append(eventsOf("sku", events, subjects));
    const begin = performance.now();
    await Promise.all([pipeline.relay.drain(), pipeline.handled(warmUp + events)]);
    return events / ((performance.now() - begin) / 1_000);
  } finally {
    await pipeline.close();
  }
};

const count = (value: number) => Math.round(value).toLocaleString("en");

/** The two ways by turns, so that what else the machine does falls on both. */
const compare = async (scenario: Scenario) => {
  const single: number[] = [];
  const batched: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    single.push(await measureRound(scenario, { batchMax: 1 }));
    batched.push(await measureRound(scenario, {}));
  }
  const [before, after] = [quantile(single, 0.5), quantile(batched, 0.5)];
  return {
    bus: scenario.bus,
    scenario: scenario.name,
    "one a transaction, events/s": count(before),
    "batched, events/s": count(after),
    "batched, min-max": `${count(Math.min(...batched))}-${count(Math.max(...batched))}`,
    ratio: (after / before).toFixed(1),
  };
};

/** Milliseconds from an event's commit until the slower of two consumers has handled it, at a steady rate; after the warm-up. */
const measureLatencies = async (bus: BusKind): Promise<number[]> => {
  const pipeline = await openPipeline({ bus, consumers: 2 });
  const latencies: number[] = [];
  const waits: Promise<void>[] = [];
  try {
    await pipeline.relay.start();
    const perTick = (STEADY_PER_SECOND * TICK_MS) / 1_000;
    const begin = performance.now();
    const warmUp = STEADY_PER_SECOND * STEADY_WARM_UP_SECONDS;
    for (let sent = 0; sent < warmUp + STEADY_PER_SECOND * STEADY_SECONDS; sent += perTick) {
      // The next events come when it is time, whether or not those before have been handled.
      await Bun.sleep(Math.max(0, begin + (sent / STEADY_PER_SECOND) * 1_000 - performance.now()));
      await pipeline.append(eventsOf(`tick-${sent}`, perTick, perTick));
      const at = performance.now();
      const counts = sent >= warmUp;
      const note = () => void (counts && latencies.push(performance.now() - at));
      waits.push(pipeline.handled(sent + perTick).then(note));
    }
    await Promise.all(waits);
  } finally {
    await pipeline.close();
  }
  return latencies;
};

/** What the latencies of each bus were, round by round. */
type Steady = ReadonlyMap<BusKind, readonly (readonly number[])[]>;

/** The buses by turns: a pause of the disk falls on one round. */
const measureSteady = async (buses: readonly BusKind[], rounds: number): Promise<Steady> => {
  const steady = new Map(buses.map((bus) => [bus, [] as number[][]]));
  for (let round = 0; round < rounds; round++)
    for (const [bus, measured] of steady) measured.push(await measureLatencies(bus));
  return steady;
};

const steadyRow = (bus: BusKind, rounds: readonly (readonly number[])[]) => {
  const ms = (share: number) =>
    range(spreadOf(rounds.map((latencies) => quantile(latencies, share))), (value) => value.toFixed(1));
  return { bus, "events/s": STEADY_PER_SECOND, "p50 ms": ms(0.5), "p99 ms": ms(0.99), "max ms": ms(1) };
};

const busName: Readonly<Record<BusKind, string>> = { memory: "in process", rabbitmq: "over RabbitMQ" };

const runSteady = async (rounds: number): Promise<PartResult> => {
  // Relay, consumers and load are in this process: whatever else is busy is somebody else, but for PostgreSQL's databases.
  const others = watchMachine({ pids: [process.pid], databasePrefix: testDatabasePrefix, generators: [] });
  const steady = await measureSteady(busesHere(), rounds);
  const { othersShare } = others();
  say(`\nFrom commit to handled by the slower of two consumers, ${STEADY_SECONDS} s a round:`);
  console.table([...steady].map(([bus, measured]) => steadyRow(bus, measured)));
  say(
    `Others' CPU ${Math.round(100 * othersShare)} %.${process.env.RABBITMQ_URL ? "" : " RabbitMQ was not measured: set RABBITMQ_URL."}`,
  );
  const p99sOf = (measured: readonly (readonly number[])[]) =>
    measured.map((latencies) => quantile(latencies, 0.99));
  return {
    steps: Object.fromEntries(
      [...steady].map(([bus, measured]) => [
        `events, ${busName[bus]}`,
        {
          p50Ms: spreadOf(measured.map((latencies) => quantile(latencies, 0.5))),
          p99Ms: spreadOf(p99sOf(measured)),
          othersShare: spreadOf([othersShare]),
        },
      ]),
    ),
    verdicts: [...steady].map(([bus, measured]) =>
      verdictOf(
        {
          id: "P8",
          what: `an event until it is handled, ${busName[bus]}, ${STEADY_PER_SECOND}/s: p99, ms`,
          limit: TARGET_P99_MS,
          wanted: "at most",
        },
        p99sOf(measured),
      ),
    ),
    problems: [],
  };
};

const busesHere = (): BusKind[] => (process.env.RABBITMQ_URL ? ["memory", "rabbitmq"] : ["memory"]);

/** P8 as far as it is about events, for `bun run bench`. */
export const eventsPart: BenchPart = {
  targets: ["p8"],
  run: (_server, { rounds }) => runSteady(rounds),
};

if (import.meta.main) {
  if (!process.argv.includes("--latency")) {
    const rows = [];
    for (const scenario of busesHere().flatMap(scenariosOf)) rows.push(await compare(scenario));
    console.info(`From outbox to handled, median of ${ROUNDS} rounds each:`);
    console.table(rows);
  }
  const { verdicts } = await runSteady(ROUNDS);
  printVerdicts(verdicts);
  // The embedded server would keep the process alive.
  process.exit(0);
}
