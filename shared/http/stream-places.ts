import { type ErrorCode, KioskError } from "../kernel/errors.ts";

/** Streams of one service in one process. Each holds a connection, a buffer and a place in the feed. */
export const STREAMS_MAX = 1_000;
/** Streams of one person: a few devices with a few tabs each. */
export const STREAMS_PER_PERSON_MAX = 20;
/** Streams of one address without a name: many people may share one. */
const STREAMS_PER_ADDRESS_MAX = 200;
/** When a place may be free again: streams end whenever they end. */
const RETRY_AFTER_SECONDS = 5;
/** Set by the gateway and by the doors of the services, which drop whatever a client sends under this name. */
const CLIENT_IP_HEADER = "x-client-ip";

const refusal = (code: ErrorCode, message: string) =>
  new KioskError(code, message, { retryAfterSeconds: RETRY_AFTER_SECONDS });

export interface StreamPlaces {
  /**
   * Takes a place; answers how to give it back, which may be said twice. Fails with `RATE_LIMITED` when this reader has
   * enough, and with `TRY_LATER` when there are none left: not with `UNAVAILABLE`, for a crowd of streams must not look to
   * the gateway's breaker like a service that is ill. `userId` null: a reader without a name, known by address.
   */
  take(request: Request, userId: string | null): () => void;
}

/** Bounds the streams of a service in this process. */
export const createStreamPlaces = (): StreamPlaces => {
  const taken = new Map<string, number>();
  let total = 0;

  const giveBack = (who: string) => {
    total -= 1;
    const left = (taken.get(who) ?? 1) - 1;
    if (left > 0) taken.set(who, left);
    else taken.delete(who);
  };
  return {
    take(request, userId) {
      const who = userId ?? `address ${request.headers.get(CLIENT_IP_HEADER) ?? "unknown"}`;
      const most = userId === null ? STREAMS_PER_ADDRESS_MAX : STREAMS_PER_PERSON_MAX;
      const own = taken.get(who) ?? 0;
      if (own >= most)
        throw refusal("RATE_LIMITED", `No more than ${most} streams at once: close one first.`);
      if (total >= STREAMS_MAX) throw refusal("TRY_LATER", "No more streams can be served just now.");
      total += 1;
      taken.set(who, own + 1);
      let given = false;
      return () => {
        if (!given) giveBack(who);
        given = true;
      };
    },
  };
};
