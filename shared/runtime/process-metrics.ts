import { collectDefaultMetrics } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Of prom-client's own those that say something under Bun; the heap spaces and handles of V8 are all 0 there. */
const KEPT =
  /^(process_(cpu_(user_|system_)?seconds_total|start_time_seconds|resident_memory_bytes|open_fds|max_fds)|nodejs_eventloop_lag_(seconds|p50_seconds|p99_seconds|max_seconds)|nodejs_heap_size_(used|total)_bytes)$/;

/** Shows memory, processor time, file descriptors and the lag of the event loop, and which version runs. */
export const addProcessMetrics = ({ registry, gauge }: Metrics, version: string): void => {
  collectDefaultMetrics({ register: registry });
  for (const name of registry.getMetricsAsArray().map((metric) => metric.name))
    if (/^(process|nodejs)_/.test(name) && !KEPT.test(name)) registry.removeSingleMetric(name);
  gauge("kiosk_build_info", "1, with the version that runs", { version }, () => 1);
};
