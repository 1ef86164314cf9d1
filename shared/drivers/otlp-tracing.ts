import { createWakeSignal } from "../outbox/wake-signal.ts";
import type { Logger } from "../ports/logger.ts";
import type { EndedSpan, Tracing } from "../ports/tracing.ts";
import type { LongLived } from "../runtime/lifecycle.ts";
import { pause } from "../runtime/retry.ts";
import { type ServiceSpan, traceRequestOf } from "./otlp-json.ts";

/** Spans that wait, at most: some megabytes. What comes then is dropped and counted. */
const QUEUE_MAX = 8_192;
/** Spans of one message: to write them down holds everybody else up, some microseconds a span. */
const BATCH_MAX = 128;
/** How long a span waits for company. */
const LINGER_MS = 1_000;
/** Longest that a receiver may take with one message. */
const EXPORT_TIMEOUT_MS = 5_000;
/** Pauses while the receiver is away: from the first, doubling, to the last. */
const BACKOFF_MS = { min: 1_000, max: 30_000 } as const;
/** How long `stop` goes on sending what is there. */
const FLUSH_MS = 2_000;
/** The receiver may take the same message later (OTLP, "Retryable Response Codes"). */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A clock that is put right by more than this moves the spans with it; less is the grain of its milliseconds. */
const CLOCK_MOVED_MS = 5;

/** What became of the spans of this process so far. */
export interface SpanCounts {
  readonly exported: number;
  /** There was no room: more came than went out, or the receiver is away. */
  readonly dropped: number;
  /** The receiver does not want them. */
  readonly refused: number;
}

export interface OtlpTracing extends LongLived {
  /** Where the spans of one service go. */
  of(service: string): Tracing;
  readonly counts: SpanCounts;
  /** Spans that wait. */
  readonly waiting: number;
}

export interface OtlpTracingOptions {
  /** Base address, such as `http://127.0.0.1:4318`: `/v1/traces` is added to it (OTLP exporter, "Endpoint URLs for OTLP/HTTP"). */
  readonly endpoint: string;
  /** Sent with every message. May hold a secret: they are in no log line. */
  readonly headers: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly version: string;
  /** Share of the traces that are recorded, 0 to 1. */
  readonly ratio: number;
  readonly log: Logger;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly queueMax?: number;
  readonly lingerMs?: number;
  readonly exportTimeoutMs?: number;
  readonly backoffMs?: { readonly min: number; readonly max: number };
  readonly flushMs?: number;
}

/** `away`: the same message may be sent again. */
type Verdict = "taken" | "refused" | "away";

const createSend = (options: OtlpTracingOptions) => {
  const { endpoint, headers, namespace, version, exportTimeoutMs = EXPORT_TIMEOUT_MS } = options;
  const { fetch: send = fetch } = options;
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const instance = crypto.randomUUID();
  let epochOffsetMs = Date.now() - performance.now();

  return async (spans: readonly ServiceSpan[], stopping: AbortSignal): Promise<Verdict> => {
    const offsetNow = Date.now() - performance.now();
    if (Math.abs(offsetNow - epochOffsetMs) > CLOCK_MOVED_MS) epochOffsetMs = offsetNow;
    const body = JSON.stringify(traceRequestOf(spans, { namespace, version, instance, epochOffsetMs }));
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(exportTimeoutMs)]);
    try {
      const response = await send(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
        signal,
        redirect: "error",
      });
      await response.body?.cancel();
      if (response.ok) return "taken";
      return RETRYABLE.has(response.status) ? "away" : "refused";
    } catch {
      return "away";
    }
  };
};

/** Says once that spans do not arrive, and once that they do again. */
const createOutageLog = ({ log, endpoint }: OtlpTracingOptions) => {
  let last: Verdict = "taken";
  // Not the address itself: it may hold a key.
  const where = new URL(endpoint).host;
  return (verdict: Verdict, counts: SpanCounts) => {
    if (verdict !== last && verdict === "taken") log.info("Spans are taken again", { where, ...counts });
    else if (verdict !== last)
      log.warn("Spans do not arrive: some of the traces will be missing", { where, is: verdict });
    last = verdict;
  };
};

/** Spans that wait, the oldest first. */
const createQueue = (max: number) => {
  let spans: ServiceSpan[] = [];
  return {
    get size() {
      return spans.length;
    },
    /** False when there is no room. */
    add(span: ServiceSpan): boolean {
      if (spans.length >= max) return false;
      spans.push(span);
      return true;
    },
    take: (count: number): ServiceSpan[] => spans.splice(0, count),
    /** Puts back what was not sent, as far as there is room; answers how many found none. */
    putBack(taken: readonly ServiceSpan[]): number {
      const room = Math.max(0, max - spans.length);
      spans = [...taken.slice(0, room), ...spans];
      return Math.max(0, taken.length - room);
    },
  };
};

/**
 * Sends spans to an OpenTelemetry receiver by OTLP over HTTP, in JSON. Whoever records a span pays for an object in an array: it
 * is sent later, by one loop. A receiver that is away or hangs delays nobody; what does not fit meanwhile is dropped and
 * counted. `stop` sends what is there, for two seconds at most.
 */
export const createOtlpTracing = (options: OtlpTracingOptions): OtlpTracing => {
  const { ratio, queueMax = QUEUE_MAX, lingerMs = LINGER_MS, backoffMs = BACKOFF_MS } = options;
  const send = createSend(options);
  const tell = createOutageLog(options);
  const queue = createQueue(queueMax);
  const counts = { exported: 0, dropped: 0, refused: 0 };
  const full = createWakeSignal();
  const stopping = new AbortController();
  const giveUp = new AbortController();
  let running: Promise<void> | undefined;

  const record = (span: ServiceSpan): void => {
    if (!queue.add(span)) counts.dropped += 1;
    if (queue.size === BATCH_MAX) full.ring();
  };

  const sendSome = async (): Promise<Verdict> => {
    const batch = queue.take(BATCH_MAX);
    if (batch.length === 0) return "taken";
    const verdict = await send(batch, giveUp.signal);
    if (verdict === "away") counts.dropped += queue.putBack(batch);
    else counts[verdict === "taken" ? "exported" : "refused"] += batch.length;
    tell(verdict, counts);
    return verdict;
  };

  const loop = async () => {
    let pauseMs = backoffMs.min;
    while (!stopping.signal.aborted) {
      if (queue.size < BATCH_MAX) await full.wait(lingerMs);
      if ((await sendSome()) !== "away") {
        pauseMs = backoffMs.min;
        continue;
      }
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, backoffMs.max);
    }
  };

  const flush = async () => {
    while (queue.size > 0 && !giveUp.signal.aborted) if ((await sendSome()) === "away") break;
    counts.dropped += queue.take(queue.size).length;
  };

  return {
    name: "traces",
    of: (service) => ({
      isOn: true,
      sample: () => Math.random() < ratio,
      record: (span: EndedSpan) => record({ service, span }),
    }),
    counts,
    get waiting() {
      return queue.size;
    },
    async start() {
      running ??= loop();
    },
    async stop() {
      if (running === undefined || stopping.signal.aborted) return running;
      const timer = setTimeout(() => giveUp.abort(), options.flushMs ?? FLUSH_MS);
      stopping.abort();
      full.ring();
      await running;
      await flush();
      clearTimeout(timer);
    },
  };
};
