import { isSaneRequestId } from "../runtime/request-context.ts";
import { continueTrace } from "../runtime/trace-context.ts";

export const REQUEST_ID_HEADER = "x-request-id";
export const TRACEPARENT_HEADER = "traceparent";

/**
 * The caller's request id if it is sane, else a new one; and a span of its own in the caller's trace, or in a new trace
 * where the caller is in none that is well-formed.
 */
export const requestContextOf = (headers: Headers): { requestId: string; traceparent: string } => {
  const given = headers.get(REQUEST_ID_HEADER);
  const requestId = given !== null && isSaneRequestId(given) ? given : crypto.randomUUID();
  return { requestId, traceparent: continueTrace(headers.get(TRACEPARENT_HEADER)) };
};
