import type { EventEnvelope } from "../contracts/envelope.ts";
import { isSaneRequestId, type RequestContext } from "../runtime/request-context.ts";
import { continueTrace } from "../runtime/trace-context.ts";

type Caused = Pick<EventEnvelope, "requestid" | "traceparent"> & {
  /** What the event is being handled in already. */
  readonly context?: RequestContext | undefined;
};

/**
 * In what an event is handled: the request that caused it, and a span of its own in that request's trace. What does not
 * look like either is not taken over: the broker is a door like any other.
 */
export const contextOfEvent = ({ requestid, traceparent }: Caused): RequestContext => ({
  requestId: requestid !== undefined && isSaneRequestId(requestid) ? requestid : undefined,
  traceparent: continueTrace(traceparent),
});

/**
 * In what several events are handled at once: that of their request where they have the same, as the events of one
 * change do; else a trace of its own, since what is done for many belongs to none of them.
 */
export const contextOfEvents = (events: readonly Caused[]): RequestContext => {
  const [first, ...others] = events;
  const isShared = ({ requestid, traceparent }: Caused) =>
    requestid === first?.requestid && traceparent === first?.traceparent;
  if (first === undefined || !others.every(isShared)) return contextOfEvent({});
  return first.context ?? contextOfEvent(first);
};
