import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, KioskError, notFound } from "../../shared/kernel/errors.ts";
import { noteOnly } from "../domain/react.ts";
import { evolve } from "../domain/saga.ts";
import { isFinished, type SagaState } from "../domain/saga-state.ts";
import { SAGA_LEASE_MS } from "./advance-saga.ts";
import type { SagaReads, SagaStanding } from "./list-sagas.ts";
import type { Decision, LoadedOrder, OrderStore } from "./ports.ts";
import { actorOf, type Caller } from "./read-orders.ts";

export interface RetrySagaDeps {
  readonly orders: Pick<OrderStore, "change">;
  readonly sagas: Pick<SagaReads, "find">;
  readonly clock: Clock;
  /** Has the sweeper of this instance look at once. */
  readonly wakeSweeper: () => void;
}

/** When the outcome of a last attempt is known: its worker has the saga alone for so long. */
const LAST_ATTEMPT_SECONDS = SAGA_LEASE_MS / 1_000;

/** False where the sweeper would not ask again but give the step up: its last attempt is under way and has its time. */
const asksAgain = (saga: SagaState): boolean => evolve(saga, { type: "due" }).step === saga.step;

const assertRetryable = (saga: SagaState): void => {
  if (isFinished(saga)) throw conflict("Nothing is waiting: the other services have answered.");
  if (asksAgain(saga)) return;
  throw new KioskError("CONFLICT", "The last attempt of this step is under way: look again in a moment.", {
    retryAfterSeconds: LAST_ATTEMPT_SECONDS,
  });
};

// Only the time changes, and no state. The saga's version stays, so an answer that a worker is waiting for still counts
// when it comes before the sweeper. The sweeper, on whichever instance comes first, asks under a new version that it has
// stored before; from then on the worker's answer is one of an older version and decides nothing. Two sweepers that have
// both claimed the saga have claimed the same version, so one of them finds it moved on and leaves it. The step may so
// be asked for twice at once, which is harmless: asks are idempotent by order id, and of two holds the later one counts.
const makeDue = (loaded: LoadedOrder, caller: Caller, at: Date): Decision<void> => {
  assertRetryable(loaded.saga);
  const reaction = noteOnly(loaded, { at, actor: actorOf(caller), what: "retried", cause: null });
  return { change: { reaction, dueInMs: 0, answer: null }, result: undefined };
};

/**
 * Ends the waiting time of an unfinished saga, so that its step is asked for again at once. Safe at any time, also while
 * somebody works on it. Answers how it stands then. Fails with `NOT_FOUND` and `CONFLICT` (nothing is waiting, or the
 * last attempt is under way).
 */
export const retrySaga =
  ({ orders, sagas, clock, wakeSweeper }: RetrySagaDeps) =>
  async (caller: Caller, orderId: string): Promise<SagaStanding> => {
    await orders.change(orderId, (loaded) => makeDue(loaded, caller, clock.now()));
    const standing = await sagas.find(orderId);
    wakeSweeper();
    if (standing === null) throw notFound("order");
    return standing;
  };
