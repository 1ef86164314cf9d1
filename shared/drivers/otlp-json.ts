import type { EndedSpan, SpanAttributes, SpanKind } from "../ports/tracing.ts";

// OTLP 1.x in its JSON form (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, and trace.proto beside it): ids in
// hexadecimal digits, 64-bit numbers as text, enumerations as numbers.

/** SpanKind of trace.proto. */
const KINDS: Readonly<Record<SpanKind, number>> = {
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};
/** STATUS_CODE_ERROR of trace.proto; without a status a span is neither well nor ill. */
const STATUS_ERROR = 2;
/** Longer texts are cut: an attribute explains, it does not carry. In characters. */
const TEXT_MAX = 200;
const NANOSECONDS_PER_MICROSECOND = "000";

/** A span and the service whose work it was. */
export interface ServiceSpan {
  readonly service: string;
  readonly span: EndedSpan;
}

export interface OtlpSource {
  /** Begins the name of each service: several shops may share one place for traces. */
  readonly namespace: string;
  readonly version: string;
  /** This process among others of the same service. */
  readonly instance: string;
  /** Milliseconds from `performance.now()` to the time since 1970, as the clock says now. */
  readonly epochOffsetMs: number;
}

const anyValueOf = (value: string | number | boolean) => {
  if (typeof value === "string") return { stringValue: value.slice(0, TEXT_MAX) };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};

const attributesOf = (attributes: SpanAttributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }));

/** Microseconds are what the clock has. */
const unixNano = (ms: number, offsetMs: number): string =>
  `${Math.round((ms + offsetMs) * 1_000)}${NANOSECONDS_PER_MICROSECOND}`;

/** By their places in a `traceparent` that has been read or written here before, which every one of a span is. */
const placeOf = (traceparent: string) => ({
  traceId: traceparent.slice(3, 35),
  spanId: traceparent.slice(36, 52),
});

const spanOf = (span: EndedSpan, offsetMs: number) => {
  const { name, kind, traceparent, parent, startedAtMs, endedAtMs, attributes = {}, failure, links } = span;
  const failed = failure === null ? {} : { "error.type": failure };
  return {
    ...placeOf(traceparent),
    ...(parent === null ? {} : { parentSpanId: placeOf(parent).spanId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: unixNano(startedAtMs, offsetMs),
    endTimeUnixNano: unixNano(endedAtMs, offsetMs),
    attributes: attributesOf({ ...attributes, ...failed }),
    ...(links === undefined ? {} : { links: links.map(placeOf) }),
    ...(failure === null ? {} : { status: { code: STATUS_ERROR } }),
  };
};

/** An ExportTraceServiceRequest: the spans by the service that they belong to. */
export const traceRequestOf = (spans: readonly ServiceSpan[], source: OtlpSource) => {
  const { namespace, version, instance, epochOffsetMs } = source;
  const byService = Map.groupBy(spans, ({ service }) => service);
  return {
    resourceSpans: [...byService].map(([service, own]) => ({
      resource: {
        attributes: attributesOf({
          "service.name": `${namespace}-${service}`,
          "service.namespace": namespace,
          "service.version": version,
          "service.instance.id": instance,
        }),
      },
      scopeSpans: [
        { scope: { name: "kiosk", version }, spans: own.map(({ span }) => spanOf(span, epochOffsetMs)) },
      ],
    })),
  };
};
