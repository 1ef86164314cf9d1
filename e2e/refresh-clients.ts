import { z } from "zod";
import { backoffMs, pause } from "../shared/runtime/retry.ts";
import type { ApiClient } from "../tools/client/api-client.ts";

/** A client that gets no answer asks again, soon and then more slowly. */
const RETRY_BACKOFF = { baseMs: 100, ceilingMs: 1_000 };
/** What says: not now. Everything else is an answer. */
const PASSING: readonly number[] = [502, 503, 504];

const pairSchema = z.object({ accessToken: z.string(), refreshToken: z.string() });

/** A signed-in program that does nothing but refresh its tokens. */
export interface RefreshClient {
  /** The refresh token that it holds. */
  token(): string;
  /** How often it was given a new pair. */
  refreshed(): number;
  /** How often it asked in vain, and asked again with the same token. */
  repeated(): number;
  /** The answer that was neither a pair nor a "not now", if there was one: it has lost its session. */
  lost(): string | null;
  /** Ends after the answer that it is waiting for. */
  stop(): Promise<void>;
}

/** Refreshes again and again, each time with the token of the last answer, as a client that takes no pause would. */
export const startRefreshClient = (api: ApiClient, firstToken: string): RefreshClient => {
  const state = { token: firstToken, refreshed: 0, repeated: 0, lost: null as string | null };
  let stopping = false;

  const ask = () =>
    api.send("/v1/auth/refresh", { method: "POST", body: { refreshToken: state.token } }).catch(() => null);
  const refresh = async (): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await ask();
      if (answer?.status === 200) {
        state.token = pairSchema.parse(answer.body).refreshToken;
        state.refreshed += 1;
        return;
      }
      if (answer !== null && !PASSING.includes(answer.status)) {
        state.lost = `${answer.status} ${JSON.stringify(answer.body)}`;
        return;
      }
      state.repeated += 1;
      await pause(backoffMs(RETRY_BACKOFF, attempt));
    }
  };
  const run = async () => {
    while (!stopping && state.lost === null) await refresh();
  };
  const running = run();
  return {
    token: () => state.token,
    refreshed: () => state.refreshed,
    repeated: () => state.repeated,
    lost: () => state.lost,
    async stop() {
      stopping = true;
      await running;
    },
  };
};
