/** A comment line so often keeps proxies from closing a silent stream. */
const SSE_HEARTBEAT_MS = 15_000;
/**
 * A reader that leaves more unread than this is cut off: it is told to resync and reconnects. What the two kernels hold
 * of a connection comes on top, and one chunk: Bun waits with the next until the socket has taken the last.
 */
export const SSE_BUFFER_MAX_BYTES = 256 * 1024;
/** What browsers wait before they reconnect. */
const SSE_RETRY_MS = 2_000;

export interface SseEvent {
  /** What a reader sends back as `Last-Event-ID`. */
  readonly id?: string;
  readonly event?: string;
  /** Sent as JSON; an object is not changed after. Left out, the block moves the reader's `Last-Event-ID` and is no event to it. */
  readonly data?: unknown;
}

export interface SseSink {
  /** Sends events, in one piece; false when the stream has ended. */
  send(...events: readonly SseEvent[]): boolean;
  /** Where a reader is who has got nothing new: goes with the next heartbeat. */
  mark(id: string): void;
  readonly closed: boolean;
}

/** What is shown to many is said once: readers who get the same object share its text. */
const texts = new WeakMap<object, string>();

const textOf = (data: unknown): string => {
  if (typeof data !== "object" || data === null) return JSON.stringify(data);
  const known = texts.get(data);
  if (known !== undefined) return known;
  const text = JSON.stringify(data);
  texts.set(data, text);
  return text;
};

const formatSse = ({ id, event, data }: SseEvent): string =>
  `${id === undefined ? "" : `id: ${id}\n`}${event === undefined ? "" : `event: ${event}\n`}${data === undefined ? "" : `data: ${textOf(data)}\n`}\n`;

type Open = (sink: SseSink) => (() => void) | Promise<() => void>;

interface Connection {
  readonly sink: SseSink;
  /** Runs `open`; what it answers is called once, when the stream has ended. */
  run(open: Open): Promise<void>;
  close(): void;
}

/** Writes to one reader, no more than it may leave unread. */
const connect = (controller: ReadableStreamDefaultController<Uint8Array>): Connection => {
  const encoder = new TextEncoder();
  let marked: string | undefined;
  let closed = false;
  let stop: (() => void) | null = null;

  const close = () => {
    if (closed) return;
    closed = true;
    clearInterval(heartbeat);
    stop?.();
    try {
      controller.close();
    } catch {
      // The client has gone and the stream is closed already.
    }
  };
  const write = (text: string): boolean => {
    if (closed) return false;
    if ((controller.desiredSize ?? 0) > 0) {
      controller.enqueue(encoder.encode(text));
      return true;
    }
    controller.enqueue(encoder.encode(formatSse({ event: "resync", data: { reason: "slow-reader" } })));
    close();
    return false;
  };
  const beat = () => {
    write(`: still here\n${marked === undefined ? "" : `id: ${marked}\n`}\n`);
    marked = undefined;
  };
  const heartbeat = setInterval(beat, SSE_HEARTBEAT_MS);
  write(`retry: ${SSE_RETRY_MS}\n: open\n\n`);

  const sink: SseSink = {
    send(...events) {
      // An older mark must not follow a newer id.
      if (events.some(({ id }) => id !== undefined)) marked = undefined;
      return events.length === 0 ? !closed : write(events.map(formatSse).join(""));
    },
    mark(id) {
      marked = id;
    },
    get closed() {
      return closed;
    },
  };
  const run = async (open: Open) => {
    try {
      stop = await open(sink);
    } catch {
      // Whatever it was, the client is told to come back, and nothing keeps running.
      write(formatSse({ event: "resync", data: { reason: "unavailable" } }));
      close();
    }
    if (closed) stop?.();
  };
  return { sink, run, close };
};

/**
 * A Server-Sent Events answer (HTML Living Standard, section 9.2). `open` begins to send and answers how to stop; it
 * is stopped when the client goes, when the request is aborted, or when the reader is too slow.
 */
export const sseResponse = (open: Open, signal?: AbortSignal): Response => {
  let connection: Connection | null = null;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const opened = connect(controller);
        connection = opened;
        signal?.addEventListener("abort", opened.close, { once: true });
        if (signal?.aborted === true) opened.close();
        return opened.run(open);
      },
      cancel() {
        connection?.close();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: SSE_BUFFER_MAX_BYTES }),
  );
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
};
