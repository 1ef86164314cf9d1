import type { PartName } from "../boot/config.ts";
import { createDice, type Dice } from "../e2e/history/dice.ts";
import { type CrashPoint, crashPoints } from "../shared/runtime/crash-point.ts";
import { serviceNames } from "../shared/runtime/service.ts";

/** Servers that the processes of a shop reach by a line of the run's own. */
export const serverNames = ["postgres", "redis", "rabbitmq"] as const;
export type ServerName = (typeof serverNames)[number];

/** What there is to be struck. */
export interface Scene {
  /** The parts of each process. */
  readonly processes: readonly (readonly PartName[])[];
  readonly lines: readonly ServerName[];
  /** Servers of the run's own, which may be ended. */
  readonly restartable: readonly ServerName[];
}

export const deathKinds = ["kill", "crash-point", "stop"] as const;
export type DeathKind = (typeof deathKinds)[number];

/** How a process ends, at the latest at `atMs`, and how far the clock of its next life is off. */
export interface Death {
  readonly kind: DeathKind;
  readonly atMs: number;
  /** Where it dies by itself, and at which pass, as CRASH_AT says it; null for another kind. */
  readonly crashAt: string | null;
  readonly clockOffMs: number;
}

/** What is done to a line: its connections end (by FIN or RST), it refuses, it swallows both ways or answers alone, it is slow. */
export const lineKinds = ["cut", "reset", "shut", "black-hole", "lost-answers", "slow"] as const;
export const blowKinds = ["killed", "restarted"] as const;
export const telegramKinds = [
  "telegram-lost-answers",
  "telegram-refusals",
  "telegram-resets",
  "telegram-doubled-updates",
] as const;
export const weatherKinds = [...lineKinds, ...blowKinds, ...telegramKinds, "published-again"] as const;
export type WeatherKind = (typeof weatherKinds)[number];

export interface Weather {
  readonly kind: WeatherKind;
  /** A server, a service whose outbox it is, or `telegram`. */
  readonly target: string;
  readonly atMs: number;
  readonly forMs: number;
  /** Milliseconds, messages or events, by kind. */
  readonly amount: number;
}

/** Every kind of fault that a report may name. */
export const faultKinds = [...deathKinds, ...weatherKinds, "clock-off"] as const;

/** All that will be done to a shop, as data: the same seed and scene, the same plan. */
export interface Plan {
  readonly durationMs: number;
  /** The deaths of each process, in the order of the scene. */
  readonly deaths: readonly (readonly Death[])[];
  readonly weather: readonly Weather[];
}

/** More than ten, so that what a busy machine is late for leaves ten. */
const DEATHS_PER_MINUTE = 13;
const WEATHER_EVERY_MS = 5_000;
/** Until the first of each, so that there is something to lose. */
const CALM_BEFORE_MS = 1_500;
const WEATHER_MIN_MS = 400;
const WEATHER_MAX_MS = 2_500;
/** One life in so many has a clock that is off. */
const CLOCK_OFF_EVERY = 5;
const CLOCK_OFF_MAX_MS = 2_000;
/** Passes of a crash point a second that a shop under this load has at least, where it sells. */
const PASSES_PER_SECOND = 4;
/** Those that are passed once in a while: the first time counts. */
const SELDOM: readonly CrashPoint[] = ["auth.refresh.after-commit", "orders.sweep.after-claim"];

/** Nobody passes these in a run: no broadcast is sent, and no hold is left to expire. Each has a test of its own in e2e. */
const UNREACHED: readonly CrashPoint[] = [
  "notify.feed.before-commit",
  "notify.feed.after-commit",
  "inventory.expire.before-commit",
];

/** Parts with an outbox. */
const PUBLISHERS: readonly PartName[] = serviceNames.filter((name) => name !== "notify");

/** The crash points that a process with these parts passes. */
export const pointsOf = (parts: readonly PartName[]): CrashPoint[] =>
  crashPoints.filter((point) => {
    const owner = point.split(".")[0];
    const isHere = parts.some((part) => (owner === "outbox" ? PUBLISHERS.includes(part) : part === owner));
    return isHere && !UNREACHED.includes(point);
  });

/** All of the cards, shuffled, again and again: each comes as often as any other. */
const endless = function* <Card>(dice: Dice, cards: readonly Card[]): Generator<Card, never> {
  for (;;)
    yield* cards
      .map((card) => ({ card, place: dice.next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ card }) => card);
};

/** Of twenty lives: half end at crash points, one as a deploy ends it. */
const ENDS: readonly DeathKind[] = [
  ...Array.from({ length: 10 }, () => "crash-point" as const),
  ...Array.from({ length: 9 }, () => "kill" as const),
  "stop",
];

/** At which pass of a crash point a life of so many seconds ends; a late one may not come, and then nothing is lost but the name. */
const drawPass = (dice: Dice, point: CrashPoint, parts: readonly PartName[], lifeSeconds: number): number => {
  if (SELDOM.includes(point) || !parts.includes("orders")) return 1;
  return 1 + dice.below(Math.max(1, Math.floor(lifeSeconds * PASSES_PER_SECOND)));
};

const drawClockOff = (dice: Dice, nth: number): number => {
  // The second life at the latest, so that short runs have one as well.
  const isOff = dice.below(CLOCK_OFF_EVERY) === 0 || nth === 1;
  return isOff ? dice.below(2 * CLOCK_OFF_MAX_MS + 1) - CLOCK_OFF_MAX_MS : 0;
};

/** What the lives of a process are drawn from. Those with the same parts share it, so that together they meet every crash point. */
interface Deck {
  readonly points: readonly CrashPoint[];
  readonly nextPoints: Generator<CrashPoint, never>;
  readonly ends: Generator<DeathKind, never>;
}

const deckOf = (dice: Dice, parts: readonly PartName[]): Deck => {
  const points = pointsOf(parts);
  return { points, nextPoints: endless(dice, points), ends: endless(dice, ENDS) };
};

const deathsOf = (
  dice: Dice,
  parts: readonly PartName[],
  { points, nextPoints, ends }: Deck,
  timesMs: readonly number[],
): Death[] =>
  timesMs.map((atMs, nth) => {
    // The first life began before there was a plan: nothing in it is armed.
    const drawn = nth === 0 ? "kill" : ends.next().value;
    const point = drawn === "crash-point" && points.length > 0 ? nextPoints.next().value : null;
    const lifeSeconds = (atMs - (timesMs[nth - 1] ?? 0)) / 1_000;
    return {
      kind: drawn === "crash-point" && point === null ? "kill" : drawn,
      atMs,
      crashAt: point === null ? null : `${point}#${drawPass(dice, point, parts, lifeSeconds)}`,
      clockOffMs: drawClockOff(dice, nth),
    };
  });

/** Deaths at even distances, give or take a quarter of one; the processes take turns. */
const planDeaths = (dice: Dice, { processes }: Scene, durationMs: number): Death[][] => {
  const everyMs = 60_000 / DEATHS_PER_MINUTE;
  const count = Math.floor((durationMs - CALM_BEFORE_MS) / everyMs);
  const timesMs = processes.map((): number[] => []);
  const turns = endless(dice, [...processes.keys()]);
  for (let nth = 0; nth < count; nth += 1) {
    const atMs = CALM_BEFORE_MS + (nth + 0.5 + (dice.next() - 0.5) / 2) * everyMs;
    timesMs[turns.next().value]?.push(Math.round(atMs));
  }
  const decks = new Map<string, Deck>();
  return processes.map((parts, i) => {
    const deck = decks.getOrInsertComputed(parts.join(), () => deckOf(dice, parts));
    return deathsOf(dice, parts, deck, timesMs[i] ?? []);
  });
};

const weatherCards = ({ lines, restartable }: Scene): { kind: WeatherKind; target: string }[] => [
  ...lines.flatMap((target) => lineKinds.map((kind) => ({ kind, target }))),
  ...restartable.flatMap((target) => blowKinds.map((kind) => ({ kind, target }))),
  ...telegramKinds.map((kind) => ({ kind, target: "telegram" })),
  ...PUBLISHERS.map((target) => ({ kind: "published-again" as const, target })),
];

const AMOUNTS: Readonly<Partial<Record<WeatherKind, readonly [number, number]>>> = {
  slow: [20, 120],
  "telegram-lost-answers": [1, 3],
  "telegram-refusals": [1, 5],
  "telegram-resets": [1, 3],
  "telegram-doubled-updates": [1, 5],
  "published-again": [20, 200],
};

const planWeather = (dice: Dice, scene: Scene, durationMs: number): Weather[] => {
  const cards = endless(dice, weatherCards(scene));
  const count = Math.floor((durationMs - CALM_BEFORE_MS) / WEATHER_EVERY_MS);
  return Array.from({ length: count }, (_, nth) => {
    const { kind, target } = cards.next().value;
    const [least, most] = AMOUNTS[kind] ?? [0, 0];
    return {
      ...{ kind, target },
      atMs: Math.round(CALM_BEFORE_MS + (nth + dice.next() / 3) * WEATHER_EVERY_MS),
      forMs: WEATHER_MIN_MS + dice.below(WEATHER_MAX_MS - WEATHER_MIN_MS),
      amount: least + dice.below(most - least + 1),
    };
  });
};

/** Plans the faults of so many minutes. */
export const planOf = (seed: number, minutes: number, scene: Scene): Plan => {
  const dice = createDice(seed);
  const durationMs = Math.round(minutes * 60_000);
  return {
    durationMs,
    deaths: planDeaths(dice, scene, durationMs),
    weather: planWeather(dice, scene, durationMs),
  };
};
