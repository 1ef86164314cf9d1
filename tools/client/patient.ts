import { backoffMs, pause } from "../../shared/runtime/retry.ts";
import type { Answer, ApiClient, Call } from "./api-client.ts";

/** A Kiosk that was killed is started again by somebody within this time, or the work ends. */
const PATIENCE_MS = 120_000;
const BACKOFF = { baseMs: 100, ceilingMs: 2_000 };
const PASSING = new Set([502, 503, 504]);

/** 409 that passes: the same request is still being worked on. */
const isStillRunning = ({ status, headers }: Answer<unknown>): boolean =>
  status === 409 && headers.has("retry-after");

/**
 * A client that outlives a restart of Kiosk: calls that are safe to repeat (reads, and writes with an idempotency key) are
 * repeated while there is no connection or the answer says "not now". Fails when that lasts longer than two minutes.
 */
export const patient = (api: ApiClient): ApiClient["send"] => {
  return async (path: string, call: Call = {}) => {
    const endsAt = performance.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await api.send(path, call).catch((error: unknown) => {
        if (performance.now() > endsAt) throw error;
        return null;
      });
      const passes = answer === null || PASSING.has(answer.status) || isStillRunning(answer);
      if (!passes || performance.now() > endsAt) {
        if (answer === null) throw new Error(`${path}: no connection for ${PATIENCE_MS / 1000} s`);
        return answer;
      }
      await pause(backoffMs(BACKOFF, attempt));
    }
  };
};
