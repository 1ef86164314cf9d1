import { asksOf, decide, evolve, type SagaState } from "../domain/saga.ts";
import { type AdvanceSaga, SAGA_ALARM_ATTEMPTS, SAGA_DEADLINE_MS, SAGA_LEASE_MS } from "./advance-saga.ts";
import type { LoadedOrder, OrderStore, ProblemLog } from "./ports.ts";

/** Sagas that one sweep takes; all of them must be asked for within their lease. */
const SWEEP_LIMIT = 16;

const DUE = { type: "due" } as const;

export interface SweepSagasDeps {
  readonly orders: Pick<OrderStore, "claimDue">;
  readonly advance: AdvanceSaga;
  readonly log: ProblemLog;
}

/** The ask that goes with a claimed saga: the claim has counted it already. */
const askOf = (claimed: SagaState) => asksOf(decide({ ...claimed, version: claimed.version - 1 }, DUE))[0];

/**
 * Goes on with sagas whose worker is slow or gone; any instance may do so at any time. Answers how many it took.
 * One that fails does not keep the others, and is taken again when its lease ends.
 */
export const sweepSagas =
  ({ orders, advance, log }: SweepSagasDeps) =>
  async (): Promise<number> => {
    const claimed = await orders.claimDue({
      limit: SWEEP_LIMIT,
      leaseMs: SAGA_LEASE_MS,
      claim: (saga) => evolve(saga, DUE),
    });
    const resume = async ({ order, saga }: LoadedOrder): Promise<void> => {
      const ask = askOf(saga);
      if (ask === undefined) return;
      if (saga.attempts >= SAGA_ALARM_ATTEMPTS) {
        log.warn("An order is not getting on: look at the service that its step asks", {
          orderId: order.id,
          step: saga.step,
          attempts: saga.attempts,
        });
      }
      await advance({ order, ask, deadlineMs: SAGA_DEADLINE_MS, awaited: false }).catch((error: unknown) =>
        log.warn("A saga could not be stored and will be taken again", { orderId: order.id, error }),
      );
    };
    await Promise.all(claimed.map(resume));
    return claimed.length;
  };
