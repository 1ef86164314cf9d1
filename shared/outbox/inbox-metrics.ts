import type { EventEnvelope } from "../contracts/envelope.ts";
import type { Metrics } from "../runtime/metrics.ts";

/** Seconds; from the next turn of a relay to what an outage of the broker makes of it. */
const AGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800];

/** Counts what becomes of the events of one queue, and how old they are by then. */
export const createInboxMetrics = (metrics: Metrics, queue: string) => {
  const count = metrics.counter(
    "inbox_events_total",
    "Events of a queue by what became of them: handled, duplicate, ignored, parked",
    ["queue", "outcome"],
  );
  const observe = metrics.histogram(
    "inbox_event_age_seconds",
    "Age of an event when it has been dealt with: from the change that it tells of, by the clock of whoever made it",
    { labelNames: ["queue"], buckets: AGE_BUCKETS },
  );
  return {
    done(outcome: string) {
      count({ queue, outcome });
    },
    /** A clock that is behind the publisher's makes no event younger than nothing. */
    aged({ time }: Pick<EventEnvelope, "time">) {
      observe({ queue }, Math.max(0, Date.now() - Date.parse(time)) / 1_000);
    },
  };
};
