import { runReservationCommands } from "../../inventory/usecases/run-reservation-commands.ts";
import { settle } from "../../notify/domain/delivery.ts";
import { advanceSaga } from "../../orders/usecases/advance-saga.ts";
import { createTurn } from "../../shared/outbox/relay-turn.ts";

/** What a transaction does to the database. */
export type Write = () => void;

/** Which of the writes of a change are done by its transaction, and which by another one right behind it. */
export interface Division {
  readonly within: readonly Write[];
  readonly after: readonly Write[];
}

/**
 * The decisions on which the promises rest, as functions that a world is made of. A test hands in a wrong one to see that it
 * is found.
 */
export interface Parts {
  readonly advanceSaga: typeof advanceSaga;
  readonly runReservationCommands: typeof runReservationCommands;
  readonly createTurn: typeof createTurn;
  readonly settleDelivery: typeof settle;
  /** A change and its events. */
  readonly divideChange: (change: readonly Write[], events: readonly Write[]) => Division;
  /** The effect of an event and the record that it was handled. */
  readonly divideHandling: (effect: readonly Write[], record: readonly Write[]) => Division;
  /** The levels that a decision about stock is shown: as they were when its transaction began, or as they are under its locks. */
  readonly shownLevels: <Levels>(locked: Levels, before: Levels) => Levels;
  /** Whether a replica takes what it is offered. */
  readonly isNews: (knownVersion: number, offeredVersion: number) => boolean;
}

const together = (one: readonly Write[], other: readonly Write[]): Division => ({
  within: [...one, ...other],
  after: [],
});

/** As Kiosk is. */
export const realParts: Parts = {
  advanceSaga,
  runReservationCommands,
  createTurn,
  settleDelivery: settle,
  divideChange: together,
  divideHandling: together,
  shownLevels: (locked) => locked,
  isNews: (known, offered) => known < offered,
};
