// `bun bench/poison.ts`: what one event in a thousand that nobody can handle costs all others. The same events go through outbox,
// relay, bus and inbox, by turns without such events and with them: throughput of the others from a full outbox, and their latency
// at a steady rate. Uses PostgreSQL at DATABASE_URL, else an embedded one, and RabbitMQ when RABBITMQ_URL is set.

import { type BusKind, openPipeline, type PipelineOptions, POISON, stockLow } from "./event-pipeline.ts";
import { quantile, spreadOf } from "./statistics.ts";

const ROUNDS = 3;
const WARM_UP_EVENTS = 1_000;
const EVENTS = 6_000;
/** One event of so many fails at each of its five attempts. */
const POISON_EVERY = 1_000;
/** As the acceptance test of the inbox has it. */
const STEADY_PER_SECOND = 500;
const STEADY_SECONDS = 4;
const TICK_MS = 10;

type Kind = Pick<PipelineOptions, "bus" | "together">;

const isPoison = (i: number) => i % POISON_EVERY === POISON_EVERY / 2;

/** The others are the same, with poison and without. */
const eventsOf = (prefix: string, from: number, count: number, poisoned: boolean) =>
  Array.from({ length: count }, (_, n) => n + from).flatMap((i) => {
    if (!isPoison(i)) return stockLow(`${prefix}-${i}`, 1);
    return poisoned ? stockLow(`${POISON}-${i}`, 1) : [];
  });

const othersIn = (count: number) =>
  Array.from({ length: count }, (_, i) => i).filter((i) => !isPoison(i)).length;

const openWarm = async (kind: Kind) => {
  const pipeline = await openPipeline({ ...kind, consumers: 1 });
  await pipeline.append(Array.from({ length: WARM_UP_EVENTS }, (_, i) => stockLow(`warm-${i}`, 1)));
  await Promise.all([pipeline.relay.drain(), pipeline.handled(WARM_UP_EVENTS)]);
  return pipeline;
};

/** Events a second of those that can be handled, from a full outbox. */
const measureThroughput = async (kind: Kind, poisoned: boolean): Promise<number> => {
  const pipeline = await openWarm(kind);
  try {
    await pipeline.append(eventsOf("sku", 0, EVENTS, poisoned));
    const others = othersIn(EVENTS);
    const begin = performance.now();
    await pipeline.relay.start();
    await pipeline.handled(WARM_UP_EVENTS + others);
    const seconds = (performance.now() - begin) / 1_000;
    if (poisoned) await pipeline.parked(EVENTS - others);
    return others / seconds;
  } finally {
    await pipeline.close();
  }
};

/** Milliseconds from the commit of some events until as many have been handled, at a steady rate. */
const measureLatency = async (kind: Kind, poisoned: boolean): Promise<number[]> => {
  const pipeline = await openWarm(kind);
  const latencies: number[] = [];
  const waits: Promise<void>[] = [];
  try {
    await pipeline.relay.start();
    const perTick = (STEADY_PER_SECOND * TICK_MS) / 1_000;
    const begin = performance.now();
    let others = WARM_UP_EVENTS;
    for (let sent = 0; sent < STEADY_PER_SECOND * STEADY_SECONDS; sent += perTick) {
      // The next events come when it is time, whether or not those before have been handled.
      await Bun.sleep(Math.max(0, begin + (sent / STEADY_PER_SECOND) * 1_000 - performance.now()));
      await pipeline.append(eventsOf("tick", sent, perTick, poisoned));
      others += eventsOf("tick", sent, perTick, false).length;
      const at = performance.now();
      waits.push(pipeline.handled(others).then(() => void latencies.push(performance.now() - at)));
    }
    await Promise.all(waits);
    return latencies.toSorted((a, b) => a - b);
  } finally {
    await pipeline.close();
  }
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const count = (value: number) => Math.round(value).toLocaleString("en");

const nameOf = ({ bus, together = false }: Kind) =>
  `${bus}, ${together ? "events together" : "each event alone"}`;

/** By turns, so that what else the machine does falls on both. */
const byTurns = async <T>(measure: (poisoned: boolean) => Promise<T>) => {
  const [without, poisoned]: [T[], T[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await measure(false));
    poisoned.push(await measure(true));
  }
  return { without, poisoned };
};

const compareThroughput = async (kind: Kind) => {
  const { without, poisoned } = await byTurns((some) => measureThroughput(kind, some));
  const [before, after] = [spreadOf(without), spreadOf(poisoned)];
  return {
    handler: nameOf(kind),
    "without, events/s": count(before.median),
    "with, events/s": count(after.median),
    "with, min-max": `${count(after.min)}-${count(after.max)}`,
    ratio: (after.median / before.median).toFixed(2),
  };
};

const compareLatency = async (kind: Kind) => {
  const { without, poisoned } = await byTurns((some) => measureLatency(kind, some));
  const of = (rounds: number[][], figure: (ascending: readonly number[]) => number) =>
    spreadOf(rounds.map(figure)).median;
  const both = (figure: (ascending: readonly number[]) => number) =>
    `${of(without, figure).toFixed(1)} → ${of(poisoned, figure).toFixed(1)}`;
  return {
    handler: nameOf(kind),
    "mean ms": both(mean),
    "p50 ms": both((values) => quantile(values, 0.5)),
    "p99 ms": both((values) => quantile(values, 0.99)),
    "mean ratio": (of(poisoned, mean) / of(without, mean)).toFixed(2),
  };
};

const buses: BusKind[] = process.env.RABBITMQ_URL ? ["memory", "rabbitmq"] : ["memory"];
const kinds = buses.flatMap((bus): Kind[] => [{ bus }, { bus, together: true }]);
const full = [];
for (const kind of kinds) full.push(await compareThroughput(kind));
console.info(
  `The others, from a full outbox, when one event in ${POISON_EVERY} fails; median of ${ROUNDS} rounds each:`,
);
console.table(full);
const steady = [];
for (const kind of kinds) steady.push(await compareLatency(kind));
console.info(
  `The others at ${STEADY_PER_SECOND} events/s, from commit to handled, ${STEADY_SECONDS} s a round:`,
);
console.table(steady);
if (!process.env.RABBITMQ_URL) console.info("RabbitMQ was not measured: set RABBITMQ_URL.");
// The embedded server would keep the process alive.
process.exit(0);
