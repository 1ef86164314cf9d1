import { EventSourceParserStream } from "eventsource-parser/stream";
import { KioskProblem } from "./problem.ts";

/** One message of a stream. */
export interface StreamMessage {
  readonly event: string;
  readonly data: unknown;
}

export interface FollowOptions {
  readonly onMessage: (message: StreamMessage) => void;
  /** Some messages may be lost: read anew what is shown. Called after a pause that the stream does not bridge. */
  readonly onResync?: () => void;
  /** True while messages come. */
  readonly onState?: (connected: boolean) => void;
  readonly signal: AbortSignal;
}

type Fetch = (request: Request) => Promise<Response>;
interface Place {
  lastEventId: string | null;
}

const BACKOFF_MS = { base: 500, ceiling: 15_000 } as const;
/** The shop says something every 15 s at least: who hears nothing for so long has lost the connection. */
const SILENCE_MAX_MS = 40_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });

/** Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): readers of a shop that comes back do not come all at once. */
const backoffMs = (failures: number): number =>
  Math.random() * Math.min(BACKOFF_MS.ceiling, BACKOFF_MS.base * 2 ** failures);

/** Aborts after a silence; every chunk puts it off. */
const watchSilence = (end: () => void) => {
  let timer = setTimeout(end, SILENCE_MAX_MS);
  return {
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MAX_MS);
    },
    stop: () => clearTimeout(timer),
  };
};

const deliver = (data: string, event: string, { onMessage, onResync }: FollowOptions): void => {
  const message = { event, data: JSON.parse(data) as unknown };
  if (event === "resync") onResync?.();
  onMessage(message);
};

/** Reads one connection to its end. Answers how many messages came. */
const readOnce = async (fetch: Fetch, url: string, place: Place, options: FollowOptions): Promise<number> => {
  const silent = new AbortController();
  const signal = AbortSignal.any([options.signal, silent.signal]);
  const headers = new Headers({ accept: "text/event-stream" });
  if (place.lastEventId !== null) headers.set("last-event-id", place.lastEventId);
  const response = await fetch(new Request(url, { headers, signal }));
  if (!response.ok || response.body === null)
    throw new KioskProblem(response.status, await response.json().catch(() => null));
  options.onState?.(true);
  const silence = watchSilence(() => silent.abort());
  let count = 0;
  const heard = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      silence.heard();
      controller.enqueue(chunk);
    },
  });
  const events = response.body
    // The signal ends the reading as well, where what fetches does not.
    .pipeThrough(heard, { signal })
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream());
  try {
    for await (const { id, event, data } of events as unknown as AsyncIterable<{
      id?: string;
      event?: string;
      data: string;
    }>) {
      if (id !== undefined) place.lastEventId = id;
      count += 1;
      deliver(data, event ?? "message", options);
    }
    return count;
  } finally {
    silence.stop();
  }
};

/** What asking again cannot mend. */
const isFinal = (error: unknown): boolean =>
  error instanceof KioskProblem && [400, 401, 403, 404, 422].includes(error.status);

/**
 * Follows a stream of the shop until the signal ends it: reconnects where it was cut, with the id of the last event, so that nothing is
 * missed. Fails with a `KioskProblem` where the shop refuses it.
 */
export const follow = async (fetch: Fetch, url: string, options: FollowOptions): Promise<void> => {
  const place: Place = { lastEventId: null };
  for (let failures = 0; !options.signal.aborted; failures += 1) {
    try {
      const count = await readOnce(fetch, url, place, options);
      if (count > 0) failures = 0;
    } catch (error) {
      if (!options.signal.aborted && isFinal(error)) throw error;
    }
    options.onState?.(false);
    if (!options.signal.aborted) await pause(backoffMs(failures), options.signal);
  }
};
