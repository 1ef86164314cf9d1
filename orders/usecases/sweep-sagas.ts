import type { Clock } from "../../shared/kernel/clock.ts";
import {
  type AdvanceSaga,
  SAGA_ALARM_ATTEMPTS,
  SAGA_DEADLINE_MS,
  SAGA_LEASE_MS,
  settleDue,
} from "./advance-saga.ts";
import type { ClaimedSaga, OrderStore, PlacingRequest, PresentOutcome, ProblemLog } from "./ports.ts";

/** Sagas that one sweep takes, and so the calls that it makes at once. */
const SWEEP_LIMIT = 64;
/** Longest that a sweep works on one saga: an ask that takes all of its time, and what follows from that. */
const SWEEP_DEADLINE_MS = SAGA_DEADLINE_MS + 1_500;

export interface SweepSagasDeps {
  readonly orders: Pick<OrderStore, "claimDue" | "change">;
  readonly advance: AdvanceSaga;
  readonly present: PresentOutcome;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly log: ProblemLog;
  /** Runs work as part of the request that placed the order, so that logs, calls and events name that request. */
  readonly onBehalfOf?: (origin: PlacingRequest, work: () => Promise<void>) => Promise<void>;
}

const asItself: NonNullable<SweepSagasDeps["onBehalfOf"]> = (_origin, work) => work();

const alarm = ({ log }: SweepSagasDeps, { orderId, saga: { step, attempts } }: ClaimedSaga): void =>
  log.warn("An order is not getting on: look at the service that its step asks", {
    ...{ orderId, step },
    attempts: attempts + 1,
  });

/** Asks again, under a new version that is stored first. */
const resume = async (deps: SweepSagasDeps, claimed: ClaimedSaga): Promise<void> => {
  const { orderId } = claimed;
  if (claimed.saga.attempts + 1 >= SAGA_ALARM_ATTEMPTS) alarm(deps, claimed);
  try {
    const forEver = { endsAtMs: Number.POSITIVE_INFINITY, awaited: false };
    const due = settleDue(deps, claimed.saga.version, forEver);
    const { next: ask, loaded } = await deps.orders.change(orderId, due);
    if (ask === undefined) return;
    await deps.advance({ order: loaded.order, ask, deadlineMs: SWEEP_DEADLINE_MS, awaited: false });
  } catch (error) {
    deps.log.warn("A saga could not be stored and will be taken again", { orderId, error });
  }
};

/**
 * Goes on with sagas whose worker is slow or gone; any instance may do so at any time. Answers how many it took.
 * One that fails does not keep the others, and is taken again when its lease ends.
 */
export const sweepSagas = (deps: SweepSagasDeps) => async (): Promise<number> => {
  const claimed = await deps.orders.claimDue({ limit: SWEEP_LIMIT, leaseMs: SAGA_LEASE_MS });
  const { onBehalfOf = asItself } = deps;
  await Promise.all(claimed.map((saga) => onBehalfOf(saga.origin, () => resume(deps, saga))));
  return claimed.length;
};
