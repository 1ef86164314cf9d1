import { AsyncLocalStorage } from "node:async_hooks";

/** What follows a request through every await: into the log lines, the events and the calls that it causes. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C trace context, where the caller sent one. */
  readonly traceparent?: string | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runWithRequest = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** The request being served, or undefined outside of any (a sweep, a start). */
export const currentRequest = (): RequestContext | undefined => storage.getStore();
