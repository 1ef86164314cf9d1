import { LRUCache } from "lru-cache";
import type { z } from "zod";
import {
  ACCESS_TOKEN_MAX_SECONDS,
  ACCESS_TOKEN_TYPE,
  accessClaimsSchema,
  type Principal,
  type RevokedSession,
  stepUpOf,
} from "../contracts/tokens.ts";
import type { Clock } from "../kernel/clock.ts";
import { isKioskError, unauthenticated } from "../kernel/errors.ts";
import { createKeySource, type KeySource, type KnownKey } from "./key-source.ts";
import { refusedToken } from "./refused-token.ts";
import { signedClaims } from "./signed-claims.ts";

/** Leeway for clocks that differ. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Verified tokens that are remembered until they end. */
const VERIFIED_MAX = 10_000;
/** Revoked sessions that are remembered; each at most as long as an access token lives. */
const REVOKED_MAX = 100_000;

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly clock: Clock;
  /** The public keys of auth (`/.well-known/jwks.json`), as they came. */
  readonly fetchKeys: () => Promise<unknown>;
}

export interface TokenVerifier {
  /** Verifies an access token locally. Rejects with `UNAUTHENTICATED`, or `UNAVAILABLE` while no keys are to be had. */
  verify(token: string): Promise<Principal>;
  /** From now on refuses every token of the session. */
  revoke(session: RevokedSession): void;
  /** Asks for the keys now, and refuses from then on what is signed by one that is gone. Never rejects. */
  pullKeys(): Promise<void>;
}

interface Verified {
  readonly principal: Principal;
  /** It counts as long as its key does. */
  readonly key: KnownKey;
}

const principalOf = (claims: z.infer<typeof accessClaimsSchema>): Principal => {
  const stepUp = stepUpOf(claims);
  return {
    userId: claims.sub,
    sessionId: claims.sid,
    role: claims.role,
    expiresAtMs: claims.exp * 1000,
    ...(stepUp === null ? {} : { stepUp }),
    ...(claims.withheld === undefined ? {} : { withheld: claims.withheld }),
  };
};

/** Reads an access token with the keys that are published now. Rejects with `UNAUTHENTICATED` or `UNAVAILABLE`. */
const createReader =
  ({ issuer, clock }: TokenVerifierOptions, keySource: KeySource) =>
  async (token: string): Promise<Verified> => {
    let found: KnownKey | null = null;
    const findKey = async (kid: string) => {
      found = await keySource.find(kid);
      return found?.publicKey ?? null;
    };
    try {
      const payload = await signedClaims(token, {
        type: ACCESS_TOKEN_TYPE,
        issuer,
        requiredClaims: ["exp", "iat", "sub", "sid", "role"],
        now: clock.now(),
        toleranceSeconds: CLOCK_TOLERANCE_SECONDS,
        maxAgeSeconds: ACCESS_TOKEN_MAX_SECONDS,
        findKey,
      });
      const claims = accessClaimsSchema.parse(payload);
      if (found === null) throw refusedToken();
      return { principal: principalOf(claims), key: found };
    } catch (error) {
      // Without the cause: a library's message may quote what it read.
      throw isKioskError(error) ? error : refusedToken();
    }
  };

/**
 * Verifies access tokens without asking auth for each: signature by the published keys with the algorithm pinned,
 * issuer, audience, type, life (RFC 8725), and that neither the session nor the key has been revoked.
 */
export const createTokenVerifier = (options: TokenVerifierOptions): TokenVerifier => {
  const { clock } = options;
  const keySource = createKeySource(options);
  const read = createReader(options, keySource);
  const verified = new LRUCache<string, Verified>({ max: VERIFIED_MAX });
  const revoked = new LRUCache<string, number>({ max: REVOKED_MAX });

  const isGood = ({ principal, key }: Verified): boolean =>
    keySource.holds(key) && principal.expiresAtMs + CLOCK_TOLERANCE_SECONDS * 1000 > clock.now().getTime();

  const remembered = async (token: string): Promise<Principal> => {
    const before = verified.get(token);
    if (before !== undefined && isGood(before)) return before.principal;
    verified.delete(token);
    const now = await read(token);
    // The keys may have changed while it was read.
    if (!isGood(now)) throw refusedToken();
    verified.set(token, now);
    return now.principal;
  };

  return {
    async verify(token) {
      await keySource.freshen();
      const principal = await remembered(token);
      const revokedUntilMs = revoked.get(principal.sessionId);
      if (revokedUntilMs !== undefined && revokedUntilMs > clock.now().getTime())
        throw unauthenticated("This session has been ended: sign in again.");
      return principal;
    },
    revoke({ sid, forgetAfter }) {
      const untilMs = new Date(forgetAfter).getTime() + CLOCK_TOLERANCE_SECONDS * 1000;
      const lifeMs = untilMs - clock.now().getTime();
      if (lifeMs > 0) revoked.set(sid, untilMs);
    },
    pullKeys: keySource.pull,
  };
};
