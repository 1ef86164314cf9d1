import { expect, test } from "bun:test";
import { createMetrics } from "./metrics.ts";
import { addPoolGauge } from "./pool-gauge.ts";

/** Only what the gauge reads of a database. */
const poolOf = (name: string, total: number, idle: number, waiting: number) => ({
  name,
  poolState: () => ({ total, idle, waiting }),
});

test("the metrics tell each pool's connections, those that rest, and who waits", async () => {
  const metrics = createMetrics();
  addPoolGauge(metrics, poolOf("orders", 10, 3, 2));
  addPoolGauge(metrics, poolOf("auth", 1, 1, 0));
  const page = await metrics.registry.metrics();
  expect(page.split("\n").filter((line) => line.startsWith("database_pool_connections"))).toEqual([
    'database_pool_connections{database="orders",state="total"} 10',
    'database_pool_connections{database="orders",state="idle"} 3',
    'database_pool_connections{database="orders",state="waiting"} 2',
    'database_pool_connections{database="auth",state="total"} 1',
    'database_pool_connections{database="auth",state="idle"} 1',
    'database_pool_connections{database="auth",state="waiting"} 0',
  ]);
});
