/** Chance by a seed: the same seed, the same throws (mulberry32 by Tommy Ettinger, public domain). */
export interface Dice {
  /** From 0 up to 1, without 1. */
  next(): number;
  /** A whole number from 0 up to the bound, without it. */
  below(bound: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

export const createDice = (seed: number): Dice => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return { next, below, pick: (choices) => choices[below(choices.length)] ?? choices[0] };
};
