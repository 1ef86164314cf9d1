import { createDice, type Dice } from "../../e2e/history/dice.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { createNetwork, type Network } from "./network.ts";
import type { Parts } from "./parts.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import { createWeather, type Weather } from "./weather.ts";

/** When the simulated world begins, for those who ask for the date. */
const BEGINNING_MS = Date.UTC(2026, 0, 1, 12);
/** Clocks of two machines differ by so much at most, either way. */
const SKEW_MAX_MS = 1_500;

/** Of all moments at which a process goes on, where processes die at all: it passes hundreds of them. */
const DEATH_ODDS = 0.03;
const DOWN_MAX_MS = 3_000;

/** What everything in one simulated world shares. */
export interface World {
  readonly dice: Dice;
  readonly scheduler: Scheduler;
  readonly weather: Weather;
  readonly network: Network;
  readonly parts: Parts;
  readonly newId: NewId;
  /** The time of a machine: another one for each call. The databases and the shop's books have the true one. */
  skewedClock(): Clock;
  readonly trueClock: Clock;
  /** For how long a process is down that dies now, by lot; null where it lives. */
  readonly death: () => number | null;
  /** Tells the story, where somebody listens. */
  tell(who: string, what: () => string): void;
  /** Something is not as it must be. */
  blame(what: string): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly parts: Parts;
  readonly tell?: ((line: string) => void) | undefined;
  readonly blame: (what: string) => void;
  /** Nothing goes wrong. */
  readonly isCalm?: boolean;
}

const counting = (): NewId => {
  let ids = 0;
  return () => {
    ids += 1;
    return `00000000-0000-7000-8000-${ids.toString(16).padStart(12, "0")}`;
  };
};

const clockOf = (scheduler: Scheduler, skewMs: number): Clock => ({
  now: () => new Date(BEGINNING_MS + scheduler.nowMs + skewMs),
});

export const createWorld = ({ seed, parts, tell, blame, isCalm }: WorldOptions): World => {
  const dice = createDice(seed);
  const scheduler = createScheduler(dice);
  const weather = createWeather(dice, () => scheduler.nowMs, isCalm);
  const isSkewed = dice.next() < 0.5;
  const say = (who: string, what: () => string): void => {
    if (tell === undefined) return;
    const at = (scheduler.nowMs / 1_000).toFixed(3).padStart(9);
    tell(`${at}  ${who.padEnd(14)} ${what()}`);
  };
  return {
    ...{ dice, scheduler, weather, parts, blame },
    tell: say,
    network: createNetwork({ dice, weather, after: scheduler.after, tell: say }),
    newId: counting(),
    trueClock: clockOf(scheduler, 0),
    death: () => (weather.strikes("kill") && dice.next() < DEATH_ODDS ? dice.below(DOWN_MAX_MS) : null),
    skewedClock: () => clockOf(scheduler, isSkewed ? dice.below(2 * SKEW_MAX_MS) - SKEW_MAX_MS : 0),
  };
};
