// `bun run simulate [--seeds N] [--from N] [--minutes N] [--seed N [--trace]] [--bug NAME]`: lives through simulated shops, one for each
// seed, and says which of them broke a promise. Exit code 0 when none did, 1 when one did, 2 when it could not begin.

import { parseArgs } from "node:util";
import { type PlantedBug, plantedBugs, withBug } from "./planted/planted-bugs.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";
import { type Parts, realParts } from "./world/parts.ts";

const USAGE =
  "Usage: bun run simulate [--seeds N] [--from N] [--minutes N] [--seed N [--trace]] [--bug NAME]";
const SEEDS = 2_000;
/** Broken seeds that are told of before it ends: one is enough to go to work. */
const BROKEN_MAX = 5;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const options = {
  seed: { type: "string" },
  seeds: { type: "string" },
  from: { type: "string" },
  minutes: { type: "string" },
  trace: { type: "boolean" },
  bug: { type: "string" },
} as const;

/** A whole number of at least `least`. Fails with a RangeError. */
const numberOf = (name: string, text: string | undefined, otherwise: number, least = 0): number => {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new RangeError(`--${name} must be a whole number from ${least} on.\n${USAGE}`);
};

const isPlanted = (name: string): name is PlantedBug => Object.hasOwn(plantedBugs, name);

const partsOf = (bug: string | undefined): (() => Parts) => {
  if (bug === undefined) return () => realParts;
  if (isPlanted(bug)) return () => withBug(bug);
  throw new RangeError(
    `There is no planted bug of this name. There are:\n${Object.keys(plantedBugs).join("\n")}`,
  );
};

const tellBroken = ({ seed, faults }: SeedResult): void => {
  say(`✗ seed ${seed}`);
  for (const fault of faults.slice(0, 5)) say(`    ${fault}`);
  say(`    the story: bun run simulate --seed ${seed} --trace`);
};

/** A seed in which the simulation itself fails counts as broken. */
const liveThrough = (seed: number, parts: Parts, tell?: (line: string) => void): Promise<SeedResult> =>
  runSeed(seed, tell === undefined ? { parts } : { parts, tell }).catch((error: unknown) => ({
    ...{ seed, events: 0, durationMs: 0, digest: 0, orders: 0 },
    faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  }));

const runOne = async (seed: number, parts: Parts, isTraced: boolean): Promise<number> => {
  const result = await liveThrough(seed, parts, isTraced ? say : undefined);
  const { faults, events, durationMs, orders, digest } = result;
  const seconds = Math.round(durationMs / 1_000);
  say(
    `seed ${seed}: ${orders} orders, ${events} events in ${seconds} virtual seconds, digest ${digest.toString(16)}`,
  );
  if (faults.length > 0) tellBroken(result);
  else say("Every promise was kept.");
  return faults.length;
};

interface Range {
  readonly from: number;
  readonly seeds: number;
  readonly endsAtMs: number;
}

const runMany = async ({ from, seeds, endsAtMs }: Range, partsNow: () => Parts): Promise<number> => {
  const beganAt = performance.now();
  const cpuBefore = process.cpuUsage().user;
  let [broken, done, orders, virtualMs] = [0, 0, 0, 0];
  for (let seed = from; done < seeds && broken < BROKEN_MAX && performance.now() < endsAtMs; seed += 1) {
    const result = await liveThrough(seed, partsNow());
    done += 1;
    orders += result.orders;
    virtualMs += result.durationMs;
    if (result.faults.length === 0) continue;
    broken += 1;
    tellBroken(result);
  }
  const minutes = (performance.now() - beganAt) / 60_000;
  const cpuMinutes = (process.cpuUsage().user - cpuBefore) / 60_000_000;
  const rate = (over: number) => Math.round(done / over).toLocaleString("en");
  say(
    `${done} seeds from ${from} on: ${orders} orders in ${Math.round(virtualMs / 3_600_000)} virtual hours.`,
  );
  say(`${rate(minutes)} seeds a minute, ${rate(cpuMinutes)} a minute of processor time.`);
  say(broken === 0 ? "Every promise was kept." : `${broken} broke a promise.`);
  return broken;
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({ args: Bun.argv.slice(2), options });
  const parts = partsOf(values.bug);
  if (values.seed !== undefined)
    return runOne(numberOf("seed", values.seed, 0), parts(), values.trace === true);
  const minutes = values.minutes === undefined ? null : numberOf("minutes", values.minutes, 1, 1);
  const endsAtMs = minutes === null ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  const seeds = numberOf("seeds", values.seeds, minutes === null ? SEEDS : Number.MAX_SAFE_INTEGER, 1);
  return runMany({ from: numberOf("from", values.from, 1), seeds, endsAtMs }, parts);
};

try {
  process.exitCode = (await main()) === 0 ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
