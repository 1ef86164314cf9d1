import type { Tracing } from "../ports/tracing.ts";
import { type RequestContext, runOutsideOfRequests, runWithRequest } from "./request-context.ts";
import { failureOf, isRecorded, openSpan } from "./spans.ts";
import { continueTrace } from "./trace-context.ts";

/** Where the spans of work for several go, and what they are called. */
export interface SharedSpans {
  readonly tracing: Tracing;
  readonly name: string;
}

const isSame = (one: RequestContext | undefined, other: RequestContext | undefined): boolean =>
  one?.traceparent === other?.traceparent && one?.requestId === other?.requestId;

/** A span in the trace of each request that is recorded: what was done for all of them at once. */
const openSpans = (
  { tracing, name }: SharedSpans,
  contexts: readonly (RequestContext | undefined)[],
): readonly ReturnType<typeof openSpan>[] => {
  const parents = new Set(contexts.map((context) => context?.traceparent));
  const facts = { name, kind: "internal" as const, attributes: { "kiosk.batch_size": contexts.length } };
  return [...parents].flatMap((parent) =>
    isRecorded(tracing, parent)
      ? [openSpan(tracing, facts, { traceparent: continueTrace(parent), parent })]
      : [],
  );
};

/**
 * Runs work that was asked for by these, as part of the request that asked for it where it was one alone. What is done for several
 * belongs to none of them: then it runs outside of any, and each trace has one span that says how long it took. Fails as the work does.
 */
export const runForAll = async <T>(
  contexts: readonly (RequestContext | undefined)[],
  work: () => Promise<T>,
  spans?: SharedSpans,
): Promise<T> => {
  const [first] = contexts;
  if (first !== undefined && contexts.every((context) => isSame(context, first)))
    return runWithRequest(first, work);
  const ends = spans?.tracing.isOn === true ? openSpans(spans, contexts) : [];
  try {
    const result = await runOutsideOfRequests(work);
    for (const end of ends) end();
    return result;
  } catch (error) {
    for (const end of ends) end({ failure: failureOf(error) });
    throw error;
  }
};
