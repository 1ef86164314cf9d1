import type { JSONWebKeySet } from "jose";
import { revokedSessionsSchema } from "../contracts/internal-api.ts";
import { revokedSessionSchema, SESSION_CHANNEL } from "../contracts/tokens.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { PubSub, PubSubSubscription } from "../ports/pub-sub.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import type { LongLived } from "../runtime/lifecycle.ts";
import type { ServiceClient } from "../runtime/service-client.ts";
import type { VerifyToken } from "./auth-guard.ts";
import { createTokenVerifier } from "./token-verifier.ts";

/** How often auth is asked which sessions have ended: the bound on a logout while Pub/Sub is away. */
const REVOCATION_PULL_MS = 4_000;
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

const fetchKeysFrom = (auth: ServiceFetch) => async (): Promise<JSONWebKeySet> => {
  const request = new Request("http://auth.internal/.well-known/jwks.json", {
    signal: AbortSignal.timeout(KEYS_TIMEOUT_MS),
  });
  const response = await auth(request);
  if (!response.ok) throw new Error(`auth answered ${response.status} for its keys`);
  return (await response.json()) as JSONWebKeySet;
};

/**
 * Logout over two ways: Pub/Sub at once, and auth's list of ended sessions at start, after every reconnect and every few
 * seconds. Auth need not be up when this starts: tokens are refused with `UNAVAILABLE` until its keys are to be had.
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

  const pullOnce = async () => {
    try {
      const answers = { 200: revokedSessionsSchema };
      const { data } = await authClient.call({ method: "GET", path: "/internal/sessions/revoked", answers });
      for (const session of data.items) verifier.revoke(session);
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
    verify: (token) => verifier.verify(token),
    async start() {
      if (timer !== null) return;
      timer = setInterval(() => void pull(), REVOCATION_PULL_MS);
      subscription = await pubSub.subscribe(SESSION_CHANNEL, {
        onMessage: hear,
        onResync: () => void pull(),
      });
      void pull();
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
