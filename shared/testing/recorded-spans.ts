import type { EndedSpan, Tracing } from "../ports/tracing.ts";

/** Tracing that remembers what it is told. Every trace that begins is recorded, unless `sampled` is false. */
export const recordedSpans = (sampled = true): Tracing & { readonly spans: readonly EndedSpan[] } => {
  const spans: EndedSpan[] = [];
  return { isOn: true, sample: () => sampled, record: (span) => void spans.push(span), spans };
};
