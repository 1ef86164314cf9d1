/** As OpenTelemetry names them: who is asked (`server`), who asks (`client`), who says and who hears an event, and everything else. */
export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

/** What explains a span: few different values each. Never a person, a secret, a code, or what a client has written. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A piece of work that is over. */
export interface EndedSpan {
  /** Of few different ones: `POST orders`, `INSERT outbox`. */
  readonly name: string;
  readonly kind: SpanKind;
  /** Its own place, as a `traceparent`. */
  readonly traceparent: string;
  /** The place of the work that caused it; null where it began the trace. */
  readonly parent: string | null;
  /** By `performance.now()`, in milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attributes?: SpanAttributes | undefined;
  /** A stable code or the name of an error's class, never its message; null where nothing failed. */
  readonly failure: string | null;
  /** Other work that it was done for: the `traceparent` of each. */
  readonly links?: readonly string[] | undefined;
}

/** Where one service's spans go. Nothing here waits or fails, whatever becomes of the spans. */
export interface Tracing {
  /** False: nothing is recorded, and nobody has to prepare anything for it. */
  readonly isOn: boolean;
  /** Whether a trace that begins now is recorded. Asked once a trace, where it begins; what follows is told by its `traceparent`. */
  sample(): boolean;
  record(span: EndedSpan): void;
}

export const noTracing: Tracing = { isOn: false, sample: () => false, record: () => undefined };
