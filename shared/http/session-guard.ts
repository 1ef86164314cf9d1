import { revokedSessionsSchema } from "../contracts/internal-api.ts";
import { revokedSessionSchema, SESSION_CHANNEL } from "../contracts/tokens.ts";
import type { Clock } from "../kernel/clock.ts";
import { unavailable } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../ports/pub-sub.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import type { LongLived } from "../runtime/lifecycle.ts";
import type { ServiceClient } from "../runtime/service-client.ts";
import type { VerifyToken } from "./auth-guard.ts";
import { createTokenVerifier } from "./token-verifier.ts";

/**
 * How often auth is asked which sessions have ended: the bound on a logout while Pub/Sub is away, which is to be in force
 * within five seconds, for open streams too and with a call that is slow.
 */
const REVOCATION_PULL_MS = 3_000;
/** With auth's own second and the pull above it bounds how long a dropped key is believed: 7 seconds, while auth answers. */
const KEYS_TIMEOUT_MS = 3_000;

export interface SessionGuardOptions {
  readonly issuer: string;
  readonly clock: Clock;
  readonly pubSub: PubSub;
  readonly auth: ServiceFetch;
  readonly authClient: ServiceClient;
  readonly log: Logger;
}

/** Verifies access tokens for all services of a process, and hears at once when a session has ended. */
export interface SessionGuard extends LongLived {
  readonly verify: VerifyToken;
}

const fetchKeysFrom = (auth: ServiceFetch) => async (): Promise<unknown> => {
  const request = new Request("http://auth.internal/.well-known/jwks.json", {
    signal: AbortSignal.timeout(KEYS_TIMEOUT_MS),
  });
  const response = await auth(request);
  if (!response.ok) throw new Error(`auth answered ${response.status} for its keys`);
  return response.json();
};

/**
 * Logout over two ways: Pub/Sub at once, and auth's list of ended sessions at start, after every reconnect and every few
 * seconds. Auth need not be up when this starts: all tokens are refused with `UNAVAILABLE` until its keys and the first list
 * are to be had, since a process that has just started has missed every logout before.
 */
export const createSessionGuard = ({
  issuer,
  clock,
  pubSub,
  auth,
  authClient,
  log,
}: SessionGuardOptions): SessionGuard => {
  const verifier = createTokenVerifier({ issuer, clock, fetchKeys: fetchKeysFrom(auth) });
  let subscription: PubSubSubscription | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  let pulling: Promise<void> | null = null;
  /** The sessions that had ended before this process began to listen are known. */
  let informed = false;

  const pullOnce = async () => {
    // A list that was asked for before we listened may lack what ended in between.
    const listening = subscription !== null;
    try {
      const answers = { 200: revokedSessionsSchema };
      const { data } = await authClient.call({ method: "GET", path: "/internal/sessions/revoked", answers });
      for (const session of data.items) verifier.revoke(session);
      informed ||= listening;
    } catch (error) {
      log.debug("the list of ended sessions could not be read", { error });
    }
  };
  const pull = () => {
    pulling ??= pullOnce().finally(() => {
      pulling = null;
    });
    return pulling;
  };
  const hear = (message: string) => {
    try {
      verifier.revoke(revokedSessionSchema.parse(JSON.parse(message)));
    } catch {
      log.warn("a message about sessions is no revocation", { channel: SESSION_CHANNEL });
    }
  };

  return {
    name: "session guard",
    async verify(token) {
      if (!informed) await pull();
      if (!informed) throw unavailable("Sign-in cannot be checked just now.", 1);
      return verifier.verify(token);
    },
    async start() {
      if (timer !== null) return;
      void verifier.pullKeys();
      timer = setInterval(() => {
        void pull();
        void verifier.pullKeys();
      }, REVOCATION_PULL_MS);
      subscription = await pubSub.subscribe(SESSION_CHANNEL, {
        onMessage: hear,
        onResync: () => void pull(),
      });
      // Waited for, so that whoever is answered first finds the list there; not for ever, or services that need each other
      // could not start in any order.
      await pull();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await subscription?.close();
      subscription = null;
      await pulling;
    },
  };
};
