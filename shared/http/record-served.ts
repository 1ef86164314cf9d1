import type { Tracing } from "../ports/tracing.ts";
import { isRecorded } from "../runtime/spans.ts";
import { parseTraceparent } from "../runtime/trace-context.ts";
import { TRACEPARENT_HEADER } from "./request-id.ts";

export interface Served {
  readonly request: Request;
  /** What it was served in: its own place in the trace. */
  readonly context: { readonly requestId: string; readonly traceparent: string };
  /** The pattern of its route, never its path. */
  readonly route: string;
  readonly status: number;
  /** By `performance.now()`. */
  readonly startedAtMs: number;
}

/** The caller's place, where it has one in this trace: else the trace begins here. */
const parentOf = ({ request, context }: Served): string | null => {
  const given = parseTraceparent(request.headers.get(TRACEPARENT_HEADER) ?? "");
  const own = parseTraceparent(context.traceparent);
  return given !== null && given.traceId === own?.traceId ? request.headers.get(TRACEPARENT_HEADER) : null;
};

/**
 * Records the span of a request that has been answered, by OpenTelemetry's names for HTTP servers. An answer of 5xx is a failure; one of 4xx is the
 * client's. `request.id` is what all log lines of the request have as well.
 */
export const recordServed = (tracing: Tracing, served: Served): void => {
  const { request, context, route, status, startedAtMs } = served;
  const { traceparent, requestId } = context;
  if (!isRecorded(tracing, traceparent)) return;
  tracing.record({
    name: `${request.method} ${route}`,
    kind: "server",
    ...{ traceparent, startedAtMs },
    parent: parentOf(served),
    endedAtMs: performance.now(),
    attributes: {
      "http.request.method": request.method,
      "http.route": route,
      "http.response.status_code": status,
      "kiosk.request_id": requestId,
    },
    failure: status >= 500 ? String(status) : null,
  });
};
