import { doAll } from "../e2e/do-all.ts";
import { pause } from "../shared/runtime/retry.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { playAct } from "./acts.ts";
import { createJournal } from "./journal.ts";
import { type Judged, judgeAll, settle } from "./judging.ts";
import { type Load, startLoad } from "./load.ts";
import { type Plan, planOf } from "./plan.ts";
import type { Breach, Evidence, Layout, ProvenPromise, ShopUnderProof } from "./promise.ts";
import { openDatabases, openFloor, openListening, openReaders } from "./shop.ts";
import { openEmbeddedStage } from "./stage/embedded-stage.ts";
import { openRealStage } from "./stage/real-stage.ts";
import type { Stage } from "./stage/stage.ts";
import { openTelegram, type Telegram } from "./stage/telegram.ts";
import { dieAsPlanned } from "./storm/deaths.ts";
import { createFaultLog, type FaultLog, isReady } from "./storm/fault-log.ts";
import { createSeats, type Seats } from "./storm/seats.ts";
import { rainAsPlanned } from "./storm/weather.ts";

/** More than ten thousand in ten minutes, and little enough for a machine that is killed all the time. */
const ORDERS_PER_SECOND = 40;
const READY_TIMEOUT_MS = 60_000;

/** What every process of a run is told: nobody counts how often one address signs in or buys, and tokens outlive the run. */
const ENV = {
  RATE_LIMITS: "off",
  OTP_REQUESTS_PER_ADDRESS: "100000",
  ACCESS_TOKEN_TTL_SECONDS: "3600",
  LOG_LEVEL: "warn",
} as const;

export interface RunOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly servers: Layout;
  readonly promises: readonly ProvenPromise[];
  readonly breach: Breach | null;
  /** Aborted by whoever does not want to wait. */
  readonly signal: AbortSignal;
  /** Aborted by whoever does not want to wait for the processes to stop either: they are killed, and the rest is put away. */
  readonly hurry: AbortSignal;
  /** Hears how far it is, in words. */
  readonly onProgress: (words: string) => void;
}

export interface RunResult {
  readonly plan: Plan;
  readonly evidence: Evidence;
  readonly judged: readonly Judged[];
}

/** Somebody did not want to wait any more. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const refuseIf = (signal: AbortSignal): void => {
  if (signal.aborted) throw new Interrupted("The run was interrupted.");
};

type Defer = (close: () => unknown) => void;

/** Everything that is open while a run lasts. */
interface Scenery {
  readonly stage: Stage;
  readonly telegram: Telegram;
  readonly seats: Seats;
  readonly log: FaultLog;
  readonly load: Load;
  readonly shop: ShopUnderProof;
  readonly calls: Evidence["calls"];
  readonly databases: ShopUnderProof["databases"];
}

/** Restarts everybody but the gateway, one after another, each when the one before is ready. */
const deployOf = ({ all }: Seats) => {
  const behind = all.filter(({ parts }) => !parts.includes("gateway"));
  if (behind.length === 0) return {};
  return {
    async deploy(signal: AbortSignal) {
      for (const seat of behind) {
        signal.throwIfAborted();
        await seat.end("stop");
        await seat.start({});
      }
      return { restarts: behind.length };
    },
  };
};

const withoutOf =
  ({ lines }: Stage, log: FaultLog, ready: () => Promise<unknown>): ShopUnderProof["without"] =>
  async (server, work) => {
    const line = lines.get(server);
    if (line === undefined) throw new Error(`There is no line to ${server} that could be shut.`);
    const fault = log.begin({ kind: "shut", target: server, detail: "for an act" });
    line.shut();
    try {
      await work();
    } finally {
      line.open();
      fault.over();
      await ready();
      // Whoever measures how long it took has to see it before anything else strikes.
      await log.watched();
    }
  };

const openScenery = async (options: RunOptions, now: () => number, defer: Defer): Promise<Scenery> => {
  const telegram = await openTelegram();
  defer(telegram.close);
  const env = { ...ENV, ...telegram.env };
  const stage = await (options.servers === "real" ? openRealStage(env) : openEmbeddedStage(env));
  defer(stage.close);
  refuseIf(options.signal);
  const databases = openDatabases(stage);
  defer(() => Promise.all(Object.values(databases).map((database) => database.close())));
  const listening = openListening(stage, telegram);
  defer(listening.close);
  const journal = createJournal(now);
  const { scarce, refreshing, phones, ...floor } = await openFloor(stage, telegram, listening, journal);
  const seats = createSeats(stage, now, options.signal);
  defer(seats.dismiss);
  options.hurry.addEventListener("abort", seats.killAll, { once: true });
  const log = createFaultLog(floor.api, now);
  const readers = await openReaders(floor);
  defer(() => Promise.all(readers.map(({ reader }) => reader.leave())));
  const recorded = (name: string) => journal.recorded(name, floor.api);
  const load = startLoad({ floor, scarce, refreshing, phones, ordersPerSecond: ORDERS_PER_SECOND, recorded });
  defer(() => {
    const stopped = load.stop();
    // Nobody waits for the answers of a run that is interrupted.
    return options.signal.aborted ? undefined : stopped;
  });
  const ready = () =>
    waitFor(() => isReady(floor.api), {
      timeoutMs: READY_TIMEOUT_MS,
      everyMs: 100,
      what: "the shop to be ready",
    });
  const { layout, url, dataDir, adminPhone, urlOf, databaseUrl } = stage;
  const shop: ShopUnderProof = {
    ...{ layout, url, dataDir, adminPhone, urlOf, databaseUrl },
    ...floor,
    ...{ databases, readers, recorded, now, canary: listening },
    ...{ sandboxUrl: telegram.url, sandboxToken: telegram.controlToken, received: load.received },
    get sends() {
      return telegram.sends;
    },
    ...{ exits: seats.exits, output: seats.output, away: log.away },
    ...{ servers: [...stage.lines.keys()], without: withoutOf(stage, log, ready) },
    ...deployOf(seats),
  };
  return { stage, telegram, seats, log, load, shop, calls: journal.calls, databases };
};

const playCalmActs = async ({ promises, signal, onProgress }: RunOptions, { shop, load }: Scenery) => {
  const acts: Record<string, unknown> = {};
  for (const { name, act } of promises) {
    if (act?.when !== "calm") continue;
    refuseIf(signal);
    onProgress(`${name} is tried on purpose`);
    if (act.alone) await load.hold(true);
    acts[name] = await playAct(act, shop, signal);
    if (act.alone) await load.hold(false);
  }
  return acts;
};

/** Faults beside the load, for as long as the plan says; answers what the acts beside them have answered. */
const storm = async (options: RunOptions, scenery: Scenery, plan: Plan, now: () => number) => {
  const { seats, log, shop, stage, telegram, databases } = scenery;
  const over = new AbortController();
  const end = () => over.abort();
  options.signal.addEventListener("abort", end, { once: true });
  const startedAtMs = now();
  const timer = setTimeout(end, plan.durationMs);
  const telling = setInterval(() => {
    const kills = log.faults.filter(({ kind }) => kind === "kill" || kind === "crash-point").length;
    const seconds = Math.round((now() - startedAtMs) / 1_000);
    options.onProgress(`${seconds} s of faults: ${log.faults.length} so far, ${kills} of them kills`);
  }, 15_000);
  const acts: Record<string, unknown> = {};
  // All of them to their end: what is being started when one fails must not be left behind.
  const ends = await Promise.allSettled([
    ...seats.all.map((seat, i) => dieAsPlanned(seat, plan.deaths[i] ?? [], startedAtMs, log, over.signal)),
    rainAsPlanned({ stage, telegram, databases, log }, plan.weather, startedAtMs, now, over.signal),
    ...options.promises.map(async ({ name, act }) => {
      if (act?.when === "storm") acts[name] = await playAct(act, shop, over.signal);
    }),
    pause(plan.durationMs, over.signal),
  ]);
  clearTimeout(timer);
  clearInterval(telling);
  options.signal.removeEventListener("abort", end);
  refuseIf(options.signal);
  for (const each of ends) if (each.status === "rejected") throw each.reason;
  return acts;
};

/**
 * Opens a shop, lets people buy, strikes it as planned by the seed, lets it settle, and judges every promise. Whatever was opened is
 * closed, however it ends. Fails where the run itself cannot be done, and with `Interrupted`.
 */
export const runProof = async (options: RunOptions): Promise<RunResult> => {
  const beganAt = performance.now();
  const now = () => performance.now() - beganAt;
  const closers: (() => unknown)[] = [];
  try {
    options.onProgress(`a shop is opened (${options.servers})`);
    const scenery = await openScenery(options, now, (close) => void closers.push(close));
    const { shop, load, log, telegram, stage, calls } = scenery;
    const plan = planOf(options.seed, options.minutes, stage.scene);
    const calm = await playCalmActs(options, scenery);
    refuseIf(options.signal);
    options.onProgress(`faults begin, by seed ${options.seed}`);
    const stormy = await storm(options, scenery, plan, now);
    await telegram.forgive();
    const calmSinceMs = Math.round(now());
    options.onProgress("the last fault is over; the shop settles");
    await load.stop();
    const evidence = { seed: options.seed, calls, faults: log.faults, calmSinceMs, shop };
    const acts = { ...calm, ...stormy };
    const settled = await settle(
      options.promises,
      (settledMs) => ({ ...evidence, acts, settledMs }),
      options.signal,
    );
    refuseIf(options.signal);
    await log.watched();
    if (options.breach === null) return { plan, ...settled };
    options.onProgress(`broken on purpose: ${options.breach.says}`);
    const broken = await options.breach.breakIt(settled.evidence);
    return { plan, evidence: broken, judged: await judgeAll(options.promises, broken) };
  } finally {
    await doAll(closers.toReversed()).catch((error: unknown) =>
      options.onProgress(
        `not everything could be put away: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  }
};
