/** `00-<trace id>-<span id>-<flags>`, as it is written here (W3C Trace Context, level 1). */
const OWN_TRACEPARENT = /^00-([0-9a-f]{32})-/;

/**
 * The id of a trace alone: what is kept beside something that a request has done, so that its log lines and spans are found later. Null where the
 * work was nobody's request, or in no trace.
 */
export const traceIdOf = (traceparent: string | null | undefined): string | null =>
  OWN_TRACEPARENT.exec(traceparent ?? "")?.[1] ?? null;
