import { forbidden } from "../kernel/errors.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { constantTimeEqual } from "./auth-guard.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

export interface MetricsPageOptions {
  readonly metrics: Metrics;
  /** Without one only this machine may read. */
  readonly token: string | undefined;
}

/** `GET /metrics` in Prometheus' text format. Fails with `FORBIDDEN` for strangers. */
export const metricsPage =
  ({ metrics, token }: MetricsPageOptions) =>
  async (request: Request, clientIp: string): Promise<Response> => {
    const given = request.headers.get("authorization")?.replace(/^Bearer /i, "") ?? "";
    const allowed = token === undefined ? LOOPBACK.has(clientIp) : constantTimeEqual(given, token);
    if (!allowed) throw forbidden("Metrics are for this machine, or for whoever has METRICS_TOKEN.");
    return new Response(await metrics.registry.metrics(), {
      headers: { "content-type": metrics.registry.contentType },
    });
  };
