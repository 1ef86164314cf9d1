import { AsyncLocalStorage } from "node:async_hooks";
import { newTraceparent } from "./trace-context.ts";

/** What follows a request through every await: into the log lines, the events and the calls that it causes. */
export interface RequestContext {
  /** Undefined for work that no request has asked for (a sweep), and for what several have. */
  readonly requestId?: string | undefined;
  /** W3C trace context of this work: what it causes has it as its parent. */
  readonly traceparent?: string | undefined;
}

/** A request id from outside is taken over only when it is short and harmless in a header and a log line. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{8,128}$/;

export const isSaneRequestId = (text: string): boolean => SANE_REQUEST_ID.test(text);

const storage = new AsyncLocalStorage<RequestContext | undefined>();

export const runWithRequest = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** Runs work that belongs to nobody's request, such as a sweep, in a trace of its own. */
export const runInOwnTrace = <T>(work: () => T): T => storage.run({ traceparent: newTraceparent() }, work);

/** Runs work that several share, so that it is not taken for the work of whoever came first. */
export const runOutsideOfRequests = <T>(work: () => T): T => storage.run(undefined, work);

/** The request being served, or undefined outside of any (a start). */
export const currentRequest = (): RequestContext | undefined => storage.getStore();
