import type { OtlpTracing } from "../shared/drivers/otlp-tracing.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { noTracing, type Tracing } from "../shared/ports/tracing.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import type { Closers } from "./closers.ts";
import type { BootConfig, PartName } from "./config.ts";

/** Where the spans of each part go. */
export type TracingOf = (part: PartName) => Tracing;

export interface TracingOptions {
  readonly config: BootConfig;
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly closers: Closers;
}

const measure = (metrics: Metrics, traces: OtlpTracing): void => {
  for (const result of ["exported", "dropped", "refused"] as const)
    metrics.total(
      "tracing_spans_total",
      "Spans by what became of them: taken by the receiver, without room, or not wanted by it",
      { result },
      () => traces.counts[result],
    );
  metrics.gauge("tracing_spans_waiting", "Spans that wait to be sent", {}, () => traces.waiting);
};

/** Sends spans to the receiver that is configured. Without one nothing is loaded, and nobody records anything. */
export const openTracing = async (options: TracingOptions): Promise<TracingOf> => {
  const { config, version, log, metrics, closers } = options;
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return () => noTracing;
  const { createOtlpTracing } = await import("../shared/drivers/otlp-tracing.ts");
  const traces = createOtlpTracing({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    namespace: config.OTEL_SERVICE_NAME,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    version,
    log,
  });
  measure(metrics, traces);
  await traces.start();
  // Closed last: what stops causes spans as well.
  closers.defer("the traces", () => traces.stop());
  return traces.of;
};
