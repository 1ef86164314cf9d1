/** The request that caused a delivery, for the log lines and the trace of its sending. */
export interface DeliveryOrigin {
  readonly requestId?: string;
  /** W3C trace context of the change that it tells of. */
  readonly traceparent?: string;
}

/** What an event says of its origin; null where it says nothing. */
export const originOf = (event: {
  readonly requestid?: string | undefined;
  readonly traceparent?: string | undefined;
}): DeliveryOrigin | null => {
  const { requestid, traceparent } = event;
  if (requestid === undefined && traceparent === undefined) return null;
  return {
    ...(requestid === undefined ? {} : { requestId: requestid }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};
