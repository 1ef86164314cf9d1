import type { Dice } from "../../e2e/history/dice.ts";

/** All that may go wrong, and by how much more often than not at all. */
export const faultKinds = [
  "kill",
  "long-outage",
  "request-lost",
  "answer-lost",
  "request-late",
  "database-away",
  "database-slow",
  "serialization-failure",
  "statement-timeout",
  "commit-lost",
  "commit-unknown",
  "broker-away",
  "publish-lost",
  "confirm-lost",
  "delivery-late",
  "delivery-doubled",
  "announcement-lost",
  "provider-hangs",
  "telegram-silent",
] as const;
export type FaultKind = (typeof faultKinds)[number];

const ODDS = [0.02, 0.08, 0.25] as const;
/** Faults end here; from then on everything has to come to its end. */
const FAULTS_END_MS = 12_000;
/** Longer than stock is held for an order whose payment is asked for. */
export const LONG_OUTAGE_MS = 960_000;

/** What goes wrong in one world, and how often: another choice for each seed, so that faults also meet without others. */
export interface Weather {
  readonly odds: ReadonlyMap<FaultKind, number>;
  /** From here on nothing goes wrong any more. */
  readonly clearFromMs: number;
  /** Decides by lot whether this goes wrong now. */
  strikes(kind: FaultKind): boolean;
}

const drawOdds = (dice: Dice): ReadonlyMap<FaultKind, number> => {
  const roughness = dice.pick([0.15, 0.3, 0.5]);
  const odds = new Map<FaultKind, number>();
  for (const kind of faultKinds) if (dice.next() < roughness) odds.set(kind, dice.pick(ODDS));
  return odds;
};

export const createWeather = (dice: Dice, nowMs: () => number, isCalm = false): Weather => {
  const odds: ReadonlyMap<FaultKind, number> = isCalm ? new Map() : drawOdds(dice);
  const clearFromMs = FAULTS_END_MS;
  return {
    odds,
    clearFromMs,
    strikes: (kind) => nowMs() < clearFromMs && dice.next() < (odds.get(kind) ?? 0),
  };
};
