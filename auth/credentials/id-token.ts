import { type JWTPayload, errors as joseErrors, jwtVerify } from "jose";
import type { Clock } from "../../shared/kernel/clock.ts";
import { OidcRefusal } from "../usecases/oidc-ports.ts";
import type { Issuer } from "./oidc-issuer.ts";

/** Leeway for clocks that differ. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** It was made for the code that was redeemed a moment ago. */
const AGE_MAX_SECONDS = 600;
const TOKEN_MAX_LENGTH = 16_384;

/** Algorithms of signatures that may be allowed; none and those with a shared secret are not among them. */
export const idTokenAlgorithms = ["RS256", "ES256", "EdDSA"] as const;
export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number];

export interface IdTokenOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly algorithms: readonly IdTokenAlgorithm[];
  readonly keys: Pick<Issuer, "keys" | "renewedKeys">;
  readonly clock: Clock;
}

/** jose's reasons in our words, none of which quotes the token. */
const reasonOf = (error: unknown): string => {
  if (error instanceof joseErrors.JWTExpired) return "id_token expired";
  if (error instanceof joseErrors.JWTClaimValidationFailed) return `id_token ${error.claim}`;
  if (error instanceof joseErrors.JOSEAlgNotAllowed) return "id_token algorithm";
  if (error instanceof joseErrors.JWKSNoMatchingKey) return "id_token key";
  return "id_token signature";
};

/** Where it is for several, it names the one that asked for it (OpenID Connect Core 1.0, section 3.1.3.7, rules 4 and 5). */
const assertAuthorizedParty = ({ aud, azp }: JWTPayload, clientId: string): void => {
  const isNeeded = Array.isArray(aud) && aud.length > 1;
  if (azp === undefined ? isNeeded : azp !== clientId) throw new OidcRefusal("id_token azp");
};

/**
 * Verifies id_tokens: signature by the provider's keys with the algorithms pinned, issuer, audience, authorized party, life, age and
 * nonce. Fails with an OidcRefusal; with `UNAVAILABLE` where the keys are not to be had.
 */
export const createIdTokenVerifier = ({ issuer, clientId, algorithms, keys, clock }: IdTokenOptions) => {
  const options = () => ({
    issuer,
    audience: clientId,
    algorithms: [...algorithms],
    requiredClaims: ["iss", "sub", "aud", "exp", "iat", "nonce"],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: AGE_MAX_SECONDS,
    currentDate: clock.now(),
  });

  const payloadOf = async (token: string): Promise<JWTPayload> => {
    const known = await keys.keys();
    try {
      return (await jwtVerify(token, known, options())).payload;
    } catch (error) {
      const renewed = error instanceof joseErrors.JWKSNoMatchingKey ? await keys.renewedKeys() : null;
      if (renewed === null) throw error;
      return (await jwtVerify(token, renewed, options())).payload;
    }
  };

  return async (token: string, nonce: string): Promise<JWTPayload> => {
    if (token.length > TOKEN_MAX_LENGTH) throw new OidcRefusal("id_token length");
    const payload = await payloadOf(token).catch((error: unknown) => {
      throw error instanceof joseErrors.JOSEError ? new OidcRefusal(reasonOf(error)) : error;
    });
    assertAuthorizedParty(payload, clientId);
    // 256 random bits that this very sign-in made: a comparison that stops early tells nobody anything.
    if (payload.nonce !== nonce) throw new OidcRefusal("id_token nonce");
    return payload;
  };
};
