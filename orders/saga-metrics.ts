import type { Database } from "../shared/ports/database.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import { createSagaCounts } from "./store/saga-counts.ts";
import { countStuck } from "./store/saga-reads.ts";

/** Steps at which an order waits for another service; the others are ends, or wait for a person. */
const WAITING_STEPS = [
  "reserving",
  "paying",
  "securing",
  "changing",
  "fulfilling",
  "returning",
  "releasing",
  "voiding",
] as const;

/** Shows how many orders wait, at which step and for how long; NaN while the database is away. */
export const addSagaMetrics = (metrics: Metrics, service: string, database: Database): void => {
  const counts = createSagaCounts(database);
  const total = async () => [...(await counts()).values()].reduce((sum, { count }) => sum + count, 0);
  metrics.gauge("sagas_unfinished", "Orders that wait for an answer of another service", { service }, total);
  for (const step of WAITING_STEPS) {
    metrics.gauge(
      "sagas_waiting",
      "Orders that wait for an answer of another service, by the step of their saga",
      { service, step },
      async () => (await counts()).get(step)?.count ?? 0,
    );
    metrics.gauge(
      "sagas_oldest_seconds",
      "How long the order that has waited longest has stood at a step of its saga, in seconds; 0 where none waits",
      { service, step },
      async () => (await counts()).get(step)?.oldestSeconds ?? 0,
    );
  }
  metrics.gauge(
    "sagas_stuck",
    "Orders that have been asked for so often that a person should look",
    { service },
    () => countStuck(database),
  );
};
