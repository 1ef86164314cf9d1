import { isSaneRequestId } from "../runtime/request-context.ts";
import { continueTrace, enterTrace } from "../runtime/trace-context.ts";

export const REQUEST_ID_HEADER = "x-request-id";
export const TRACEPARENT_HEADER = "traceparent";

/** The caller's request id if it is sane, else a new one. */
export const requestIdOf = (headers: Headers): string => {
  const given = headers.get(REQUEST_ID_HEADER);
  return given !== null && isSaneRequestId(given) ? given : crypto.randomUUID();
};

/**
 * The caller's request id if it is sane, else a new one; and a span of its own in the caller's trace, or in a new trace
 * where the caller is in none that is well-formed.
 */
export const requestContextOf = (headers: Headers): { requestId: string; traceparent: string } => ({
  requestId: requestIdOf(headers),
  traceparent: continueTrace(headers.get(TRACEPARENT_HEADER)),
});

/** The same for the request of a stranger, whose word on whether its trace is recorded does not count. */
export const strangersContextOf = (
  headers: Headers,
  isSampled: boolean,
): { requestId: string; traceparent: string } => ({
  requestId: requestIdOf(headers),
  traceparent: enterTrace(headers.get(TRACEPARENT_HEADER), isSampled),
});
