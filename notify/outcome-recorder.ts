import type { Clock } from "../shared/kernel/clock.ts";
import { settled } from "../shared/kernel/settled.ts";
import { createBatcher } from "../shared/runtime/batcher.ts";
import { crashPoint } from "../shared/runtime/crash-point.ts";
import { SENDS_AT_ONCE } from "./domain/pace.ts";
import type { DeliveryStore, Outcome, Recorded } from "./usecases/delivery-ports.ts";
import type { UntilStored } from "./usecases/ports.ts";

export interface OutcomeRecorderOptions {
  readonly deliveries: Pick<DeliveryStore, "record">;
  readonly clock: Clock;
  readonly untilStored: UntilStored;
}

/** Records outcomes: those that come while one record is under way share the next. */
export const createOutcomeRecorder = ({ deliveries, clock, untilStored }: OutcomeRecorderOptions) =>
  createBatcher<(now: Date) => Outcome, Recorded>({
    run: (outcomesAt) => {
      crashPoint("notify.send.before-record");
      return untilStored(async () => {
        const now = clock.now();
        const outcomes = outcomesAt.map((outcomeAt) => outcomeAt(now));
        return (await deliveries.record(outcomes, now)).map((recorded) => settled(recorded));
      });
    },
    batchMax: SENDS_AT_ONCE,
    // More messages are never under way.
    queueMax: SENDS_AT_ONCE,
  });
