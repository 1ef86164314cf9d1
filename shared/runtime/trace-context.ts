// W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context-1/): `00-<trace id>-<span id>-<flags>`, all in small
// hexadecimal digits. The names are those of OpenTelemetry.

/** Where one piece of work stands in a trace. */
export interface TraceContext {
  /** 32 digits: the same in all that one request causes, in every service. */
  readonly traceId: string;
  /** 16 digits: the work of one service. */
  readonly spanId: string;
  /** Whether who began the trace records it. */
  readonly sampled: boolean;
}

/** The four fields. A later version may have more behind a dash (section 3.2.4). */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Longer than any that a version yet to come could reasonably have. */
const TRACEPARENT_MAX_CHARACTERS = 100;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);
const SAMPLED = 1;

const hex = (bytes: number): string => crypto.getRandomValues(new Uint8Array(bytes)).toHex();

/** Null for what breaks the standard: ids of zeros, capitals, version ff, and version 00 with anything behind it. */
export const parseTraceparent = (text: string): TraceContext | null => {
  if (text.length > TRACEPARENT_MAX_CHARACTERS) return null;
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, flags = "00", more] = TRACEPARENT.exec(text) ?? [];
  if (traceId === NO_TRACE || spanId === NO_SPAN || version === "ff") return null;
  if (version === "00" && more !== undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
};

/** Written as version 00, whatever version it was read from. */
export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

/**
 * Whether a `traceparent` that was written here says that the trace is recorded. Of one from outside only `parseTraceparent` knows.
 */
export const isSampled = (traceparent: string): boolean => traceparent.endsWith("-01");

/** The `traceparent` of work that nobody's request has caused; nobody records it unless whoever begins it has decided so. */
export const newTraceparent = (sampled = false): string =>
  formatTraceparent({ traceId: hex(16), spanId: hex(8), sampled });

/** The `traceparent` of work that this one has caused: a span of its own in the same trace, or in a new one where there is none to go on with. */
export const continueTrace = (parent: string | null | undefined): string => {
  const context = parent === null || parent === undefined ? null : parseTraceparent(parent);
  return context === null ? newTraceparent() : formatTraceparent({ ...context, spanId: hex(8) });
};

/**
 * The `traceparent` of work at the door: in the trace that a stranger has begun, if any, but recorded as we decide. Whoever sends a
 * flag could otherwise have everything recorded.
 */
export const enterTrace = (parent: string | null, sampled: boolean): string => {
  const context = parent === null ? null : parseTraceparent(parent);
  return context === null
    ? newTraceparent(sampled)
    : formatTraceparent({ traceId: context.traceId, spanId: hex(8), sampled });
};
