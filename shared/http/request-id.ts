/** An id from outside is taken over only when it is short and harmless in a header and a log line. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{8,128}$/;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export const REQUEST_ID_HEADER = "x-request-id";

/** The caller's request id if it is sane, else a new one; and the trace context if it is well-formed. */
export const requestContextOf = (headers: Headers): { requestId: string; traceparent?: string } => {
  const given = headers.get(REQUEST_ID_HEADER);
  const requestId = given !== null && SANE_REQUEST_ID.test(given) ? given : crypto.randomUUID();
  const traceparent = headers.get("traceparent");
  return traceparent !== null && TRACEPARENT.test(traceparent) ? { requestId, traceparent } : { requestId };
};
