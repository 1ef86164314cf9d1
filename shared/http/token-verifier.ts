import { createLocalJWKSet, type JSONWebKeySet, errors as joseErrors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import {
  ACCESS_TOKEN_TYPE,
  accessClaimsSchema,
  type Principal,
  type RevokedSession,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
} from "../contracts/tokens.ts";
import type { Clock } from "../kernel/clock.ts";
import { unauthenticated, unavailable } from "../kernel/errors.ts";

/** Leeway for clocks that differ. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** How long a set of keys is used without asking again. */
const KEYS_FRESH_MS = 10 * 60_000;
/** A token with an unknown key makes us ask again, at most this often. */
const KEYS_REFETCH_MIN_MS = 30_000;
/** Verified tokens that are remembered until they end. */
const VERIFIED_MAX = 10_000;
/** Revoked sessions that are remembered; each at most as long as an access token lives. */
const REVOKED_MAX = 100_000;

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly clock: Clock;
  /** The public keys of auth (`/.well-known/jwks.json`). */
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
}

export interface TokenVerifier {
  /** Verifies an access token locally. Rejects with `UNAUTHENTICATED`, or `UNAVAILABLE` while no keys are to be had. */
  verify(token: string): Promise<Principal>;
  /** From now on refuses every token of the session. */
  revoke(session: RevokedSession): void;
}

/** Keys of auth, fetched when needed and kept when auth cannot be reached. */
const createKeySource = ({ fetchKeys, clock }: TokenVerifierOptions) => {
  let keys: { set: ReturnType<typeof createLocalJWKSet>; fetchedAtMs: number } | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | null = null;

  const fetchOnce = async () => {
    triedAtMs = clock.now().getTime();
    try {
      keys = { set: createLocalJWKSet(await fetchKeys()), fetchedAtMs: triedAtMs };
    } catch (cause) {
      if (keys === null) {
        triedAtMs = Number.NEGATIVE_INFINITY;
        throw unavailable("Sign-in cannot be checked just now.", 1, cause);
      }
    }
  };
  const refresh = () => {
    fetching ??= fetchOnce().finally(() => {
      fetching = null;
    });
    return fetching;
  };

  return {
    async current() {
      if (keys === null || clock.now().getTime() - keys.fetchedAtMs > KEYS_FRESH_MS) await refresh();
      if (keys === null) throw unavailable("Sign-in cannot be checked just now.");
      return keys.set;
    },
    /** Asks again because of an unknown key; false where that was done a moment ago. */
    async renew(): Promise<boolean> {
      if (clock.now().getTime() - triedAtMs < KEYS_REFETCH_MIN_MS) return false;
      await refresh();
      return true;
    },
  };
};

/**
 * Verifies access tokens without asking auth for each: signature by the published keys with the algorithm pinned,
 * issuer, audience, type, life (RFC 8725), and that the session has not been revoked.
 */
export const createTokenVerifier = (options: TokenVerifierOptions): TokenVerifier => {
  const { issuer, clock } = options;
  const keySource = createKeySource(options);
  const verified = new LRUCache<string, Principal>({ max: VERIFIED_MAX });
  const revoked = new LRUCache<string, number>({ max: REVOKED_MAX });

  const check = async (token: string) => {
    const read = async () =>
      jwtVerify(token, await keySource.current(), {
        algorithms: [TOKEN_ALGORITHM],
        issuer,
        audience: TOKEN_AUDIENCE,
        typ: ACCESS_TOKEN_TYPE,
        requiredClaims: ["exp", "iat", "sub", "sid", "role"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: clock.now(),
      });
    try {
      return await read();
    } catch (error) {
      if (error instanceof joseErrors.JWKSNoMatchingKey && (await keySource.renew())) return read();
      throw error;
    }
  };

  const principalOf = async (token: string): Promise<Principal> => {
    try {
      const { payload } = await check(token);
      const claims = accessClaimsSchema.parse(payload);
      return { userId: claims.sub, sessionId: claims.sid, role: claims.role, expiresAtMs: claims.exp * 1000 };
    } catch (error) {
      if (error instanceof Error && error.name === "KioskError") throw error;
      throw unauthenticated("The access token is not valid or has ended: refresh it, or sign in again.");
    }
  };

  return {
    async verify(token) {
      const nowMs = clock.now().getTime();
      let principal = verified.get(token);
      if (!principal || principal.expiresAtMs + CLOCK_TOLERANCE_SECONDS * 1000 <= nowMs) {
        principal = await principalOf(token);
        verified.set(token, principal);
      }
      const revokedUntilMs = revoked.get(principal.sessionId);
      if (revokedUntilMs !== undefined && revokedUntilMs > nowMs)
        throw unauthenticated("This session has been ended: sign in again.");
      return principal;
    },
    revoke({ sid, forgetAfter }) {
      const untilMs = new Date(forgetAfter).getTime() + CLOCK_TOLERANCE_SECONDS * 1000;
      const lifeMs = untilMs - clock.now().getTime();
      if (lifeMs > 0) revoked.set(sid, untilMs);
    },
  };
};
