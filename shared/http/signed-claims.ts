import type { KeyObject } from "node:crypto";
import { type JWTPayload, jwtVerify } from "jose";
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE } from "../contracts/tokens.ts";

/** Ours have some 500 characters; longer text is no token of ours, and is not looked at. */
const TOKEN_MAX_LENGTH = 2_048;
const KID_MAX_LENGTH = 64;
/** Header, payload and the 64 bytes of an Ed25519 signature. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/;

export interface Expected {
  /** `typ` of the protected header. */
  readonly type: string;
  readonly issuer: string;
  readonly requiredClaims: readonly string[];
  readonly now: Date;
  /** Leeway for clocks that differ. */
  readonly toleranceSeconds: number;
  /** So long ago it may have been issued; without it a token need not say when. */
  readonly maxAgeSeconds?: number;
  /** The key of an id, null where there is none; its rejections are passed on. */
  readonly findKey: (kid: string) => Promise<KeyObject | null>;
}

const isCanonical = (part: string): boolean => Buffer.from(part, "base64url").toString("base64url") === part;

/**
 * The claims of a token in the compact form (RFC 7515), everything pinned (RFC 8725): the algorithm, the type, a key that we
 * publish, issuer, audience, life. Keys or addresses of keys within the token are not looked at. Its text must be the one that
 * was issued: decoders overlook spare bits, and two texts of one token would pass for two tokens. Rejects with whatever is wrong.
 */
export const signedClaims = async (token: string, expected: Expected): Promise<JWTPayload> => {
  const { type, issuer, requiredClaims, now, toleranceSeconds, maxAgeSeconds, findKey } = expected;
  if (token.length > TOKEN_MAX_LENGTH || !COMPACT.test(token) || !token.split(".").every(isCanonical))
    throw new Error("not a token in its compact form");
  const keyOf = async ({ kid }: { readonly kid?: string | undefined }) => {
    if (typeof kid !== "string" || kid === "" || kid.length > KID_MAX_LENGTH)
      throw new Error("the token names no key");
    const key = await findKey(kid);
    if (key === null) throw new Error("the token names a key that is not published");
    return key;
  };
  const { payload } = await jwtVerify(token, keyOf, {
    algorithms: [TOKEN_ALGORITHM],
    issuer,
    audience: TOKEN_AUDIENCE,
    typ: type,
    requiredClaims: [...requiredClaims],
    clockTolerance: toleranceSeconds,
    currentDate: now,
    ...(maxAgeSeconds === undefined ? {} : { maxTokenAge: maxAgeSeconds }),
  });
  return payload;
};
