import type { Dice } from "./dice.ts";

/** How often every message comes. */
const TIMES = 3;
/** How far a message may come from its place: before or after so many others. */
export const WINDOW = 50;

/** Every event three times, each copy at a place of its own up to a window behind the event's: nothing keeps its order there. */
export const thriceShuffled = <Event>(events: readonly Event[], dice: Dice): Event[] =>
  events
    .flatMap((event, place) =>
      Array.from({ length: TIMES }, () => ({ event, place: place + dice.next() * WINDOW })),
    )
    .toSorted((a, b) => a.place - b.place)
    .map(({ event }) => event);
