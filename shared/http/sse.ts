/** A comment line so often keeps proxies from closing a silent stream. */
const SSE_HEARTBEAT_MS = 15_000;
/** A reader that leaves more unread than this is cut off: it is told to resync and reconnects. */
export const SSE_BUFFER_MAX_BYTES = 256 * 1024;
/** What browsers wait before they reconnect. */
const SSE_RETRY_MS = 2_000;

export interface SseEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: unknown;
}

export interface SseSink {
  /** Sends an event; false when the stream has ended. */
  send(event: SseEvent): boolean;
  readonly closed: boolean;
}

const formatSse = ({ id, event, data }: SseEvent): string =>
  `${id === undefined ? "" : `id: ${id}\n`}${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

/**
 * A Server-Sent Events answer (HTML Living Standard, section 9.2). `open` begins to send and answers how to stop; it
 * is stopped when the client goes, when the request is aborted, or when the reader is too slow.
 */
export const sseResponse = (
  open: (sink: SseSink) => (() => void) | Promise<() => void>,
  signal?: AbortSignal,
): Response => {
  const encoder = new TextEncoder();
  let close: () => void = () => undefined;
  let closed = false;

  const stream = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        const write = (text: string): boolean => {
          if (closed) return false;
          if ((controller.desiredSize ?? 0) <= 0) {
            controller.enqueue(
              encoder.encode(formatSse({ event: "resync", data: { reason: "slow-reader" } })),
            );
            close();
            return false;
          }
          controller.enqueue(encoder.encode(text));
          return true;
        };
        const heartbeat = setInterval(() => write(": still here\n\n"), SSE_HEARTBEAT_MS);
        let stop: (() => void) | null = null;
        close = () => {
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
        signal?.addEventListener("abort", () => close(), { once: true });
        write(`retry: ${SSE_RETRY_MS}\n: open\n\n`);
        const sink: SseSink = {
          send: (event) => write(formatSse(event)),
          get closed() {
            return closed;
          },
        };
        try {
          stop = await open(sink);
        } catch {
          // Whatever it was, the client is told to come back, and nothing keeps running.
          write(formatSse({ event: "resync", data: { reason: "unavailable" } }));
          close();
        }
        if (closed) stop?.();
      },
      cancel() {
        close();
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
