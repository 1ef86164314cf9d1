import { isKioskError } from "../kernel/errors.ts";
import type { SpanAttributes, SpanKind, Tracing } from "../ports/tracing.ts";
import { currentRequest, type RequestContext, runWithRequest } from "./request-context.ts";
import { continueTrace, isSampled } from "./trace-context.ts";

export interface SpanFacts {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
  readonly links?: readonly string[];
}

/** Where a span stands: `traceparent` is its own place, `parent` that of what caused it. */
export interface SpanPlace {
  readonly traceparent: string;
  readonly parent: string | null;
}

/** What is known of a span only at its end. */
export interface SpanEnd {
  readonly failure?: string | null;
  readonly attributes?: SpanAttributes;
}

/** Whether work at this place in a trace is recorded. */
export const isRecorded = (
  { isOn }: Pick<Tracing, "isOn">,
  traceparent: string | undefined,
): traceparent is string => isOn && traceparent !== undefined && isSampled(traceparent);

/** What a span may say of a failure: a code or a class. Messages hold values. */
export const failureOf = (error: unknown): string => {
  if (isKioskError(error)) return error.code;
  return error instanceof Error ? error.name : "Error";
};

/** Begins a span; what is answered ends it, once. */
export const openSpan = (tracing: Tracing, facts: SpanFacts, place: SpanPlace): ((end?: SpanEnd) => void) => {
  const startedAtMs = performance.now();
  return ({ failure = null, attributes } = {}) =>
    tracing.record({
      ...facts,
      ...place,
      attributes: { ...facts.attributes, ...attributes },
      startedAtMs,
      endedAtMs: performance.now(),
      failure,
    });
};

/** A place below the current one; null where nobody records the current request, if there is any. */
const placeBelow = (tracing: Tracing): SpanPlace | null => {
  const parent = tracing.isOn ? currentRequest()?.traceparent : undefined;
  return isRecorded(tracing, parent) ? { traceparent: continueTrace(parent), parent } : null;
};

const untilDone = async <T>(
  work: () => Promise<T>,
  end: (end: SpanEnd) => void,
  endOf: (result: T) => SpanEnd,
): Promise<T> => {
  try {
    const result = await work();
    end(endOf(result));
    return result;
  } catch (error) {
    end({ failure: failureOf(error) });
    throw error;
  }
};
const WELL: SpanEnd = {};
const well = () => WELL;

/**
 * Does work that belongs to the current request and causes nothing that is recorded: a statement, a command. `describe` is asked
 * only when somebody records it. Fails as the work does.
 */
export const recordLeaf = <T>(
  tracing: Tracing,
  describe: () => SpanFacts,
  work: () => Promise<T>,
): Promise<T> => {
  const place = placeBelow(tracing);
  return place === null ? work() : untilDone(work, openSpan(tracing, describe(), place), well);
};

/**
 * Does work at a place of its own in the trace, which is `context.traceparent`. All that the work causes, its log lines
 * included, belongs to this span. Fails as the work does.
 */
export const recordWithin = <T>(
  tracing: Tracing,
  facts: SpanFacts,
  { context, parent }: { readonly context: RequestContext; readonly parent: string | null },
  work: () => Promise<T>,
): Promise<T> => {
  const inContext = () => runWithRequest(context, work);
  const { traceparent } = context;
  if (!isRecorded(tracing, traceparent)) return inContext();
  return untilDone(inContext, openSpan(tracing, facts, { traceparent, parent }), well);
};

/**
 * Does a part of what the current request does: what the part causes belongs to its span. `work` is told its place, null where nobody
 * records it; `endOf` says what is known at the end.
 */
export const recordPart = <T>(
  tracing: Tracing,
  describe: () => SpanFacts,
  work: (traceparent: string | null) => Promise<T>,
  endOf: (result: T) => SpanEnd = well,
): Promise<T> => {
  const place = placeBelow(tracing);
  if (place === null) return work(null);
  const { traceparent } = place;
  const inContext = () => runWithRequest({ ...currentRequest(), traceparent }, () => work(traceparent));
  return untilDone(inContext, openSpan(tracing, describe(), place), endOf);
};
