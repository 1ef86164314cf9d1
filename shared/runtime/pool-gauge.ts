import type { Database } from "../ports/database.ts";
import type { Metrics } from "./metrics.ts";

const states = ["total", "idle", "waiting"] as const;

/**
 * Shows the pool of one database: connections that there are, those of them that rest, and calls that wait for one. At rest
 * all that there are rest; a slot that never comes back is one that leaked.
 */
export const addPoolGauge = (
  metrics: Metrics,
  { name, poolState }: Pick<Database, "name" | "poolState">,
): void => {
  for (const state of states)
    metrics.gauge(
      "database_pool_connections",
      "Connections of the pool (total, idle) and calls that wait for one (waiting)",
      { database: name, state },
      () => poolState()[state],
    );
};
