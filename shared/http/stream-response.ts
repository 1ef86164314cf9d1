import { unavailable } from "../kernel/errors.ts";
import { type SseSink, sseResponse } from "./sse.ts";
import type { StreamPlaces } from "./stream-places.ts";

export interface StreamResponseOptions {
  readonly request: Request;
  readonly places: StreamPlaces;
  /** Null: a reader without a name. */
  readonly userId: string | null;
  /** The stream ends with the first of these, and with its request. */
  readonly ends: readonly AbortSignal[];
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * A stream of events that holds a place for as long as it lives. Fails as `places.take` does, and with `UNAVAILABLE` when the
 * service is stopping. One that cannot begin ends at
 * once with `resync`: its reader comes again.
 */
export const streamResponse = (
  { request, places, userId, ends, warn }: StreamResponseOptions,
  open: (sink: SseSink) => Promise<() => void>,
): Response => {
  if (ends.some(({ aborted }) => aborted)) throw unavailable("This stream is ending: open it again.");
  const giveBack = places.take(request, userId);
  return sseResponse(
    async (sink) => {
      try {
        const stop = await open(sink);
        return () => {
          stop();
          giveBack();
        };
      } catch (error) {
        giveBack();
        warn("a stream could not begin", { error });
        throw error;
      }
    },
    AbortSignal.any([request.signal, ...ends]),
  );
};
