import { createHmac, randomBytes } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import { importJWK, SignJWT } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import {
  ACCESS_TOKEN_TYPE,
  REFRESH_TOKEN_TYPE,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
} from "../../shared/contracts/tokens.ts";
import { signedClaims } from "../../shared/http/signed-claims.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { rightsIn } from "../domain/rights.ts";
import type { Session, SessionLife } from "../domain/session.ts";
import type { UserRole } from "../domain/user.ts";
import type { Tokens } from "../usecases/session-ports.ts";
import type { KeyRing } from "./key-ring.ts";
import { sha256 } from "./secrets.ts";
import type { SigningKey } from "./signing-key.ts";

const TOKEN_ID_BYTES = 32;
/** Signers that are kept: of the key that signs and of the one before. */
const SIGNERS_MAX = 2;

/** One act from the chat: a few calls, each with a deadline of seconds. */
const ACT_TTL_SECONDS = 30;

const refreshClaimsSchema = z.object({ jti: z.string().min(1), typ: z.literal("refresh") });

export interface TokensOptions {
  readonly keys: Pick<KeyRing, "signing" | "find">;
  readonly issuer: string;
  /** Keys the derivation of successors. */
  readonly pepper: string;
  readonly accessTtlSeconds: number;
  readonly sessionLife: SessionLife;
}

/** What the claims say of the account's role: as much as the session may do. */
const roleClaims = (role: UserRole, session: Pick<Session, "provedAt">) => {
  const { role: effective, withheld } = rightsIn({ role }, session);
  return withheld === null ? { role: effective } : { role: effective, withheld };
};

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

/** The plugin signs as well outside of an app. It puts `alg`, `kid` and `typ` into the protected header. */
const refreshSigner = ({ kid, privateJwk }: SigningKey, issuer: string) =>
  jwt({
    name: "signer",
    secret: privateJwk,
    alg: TOKEN_ALGORITHM,
    kid,
    typ: REFRESH_TOKEN_TYPE,
    iss: issuer,
    aud: TOKEN_AUDIENCE,
  }).decorator.signer;

/** Signs with one key. An access token says when it was issued, by our clock: the plugin knows the system's only. */
const createSigner = async (key: SigningKey, issuer: string, accessTtlSeconds: number) => {
  const { kid, privateJwk } = key;
  const privateKey = await importJWK(privateJwk, TOKEN_ALGORITHM);
  const refresh = refreshSigner(key, issuer);
  return {
    access: (
      claims: Readonly<Record<string, unknown>>,
      now: Date,
      ttlSeconds = accessTtlSeconds,
    ): Promise<string> =>
      new SignJWT({ ...claims, typ: "access" })
        .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid, typ: ACCESS_TOKEN_TYPE })
        .setIssuer(issuer)
        .setAudience(TOKEN_AUDIENCE)
        .setIssuedAt(secondsOf(now))
        .setExpirationTime(secondsOf(now) + ttlSeconds)
        .sign(privateKey),
    refresh: (claims: { sub: string; sid: string; jti: string; exp: number }): Promise<string> =>
      // Without a time of issue the same id always gives the same token.
      refresh.sign({ ...claims, typ: "refresh", iat: false }),
  };
};

/**
 * Makes access and refresh tokens. The plugin's own `verify` looks at neither audience, issuer, type nor algorithm
 * and takes a refresh token for an access token: tokens are read with jose, everything pinned (RFC 8725).
 */
export const createTokens = (options: TokensOptions): Tokens => {
  const { keys, issuer, pepper, accessTtlSeconds, sessionLife } = options;
  const signers = new LRUCache<string, ReturnType<typeof createSigner>>({ max: SIGNERS_MAX });
  const signerNow = async () => {
    const key = await keys.signing();
    const signer = signers.get(key.kid) ?? createSigner(key, issuer, accessTtlSeconds);
    signers.set(key.kid, signer);
    return signer;
  };

  return {
    accessTtlSeconds,
    sessionLife,
    firstTokenId: () => randomBytes(TOKEN_ID_BYTES).toString("base64url"),
    successorOf: (tokenId) =>
      createHmac("sha256", pepper).update(`refresh:v1|${tokenId}`).digest("base64url"),
    hashOf: sha256,
    async sign({ session, role, tokenId, now }) {
      const signer = await signerNow();
      const subject = { sub: session.userId, sid: session.id };
      return {
        accessToken: await signer.access({ ...subject, ...roleClaims(role, session) }, now),
        refreshToken: await signer.refresh({ ...subject, jti: tokenId, exp: secondsOf(session.expiresAt) }),
        expiresIn: accessTtlSeconds,
      };
    },
    async signProved({ session, role, action, now }) {
      const signer = await signerNow();
      const proof = { stepUpAt: secondsOf(now), ...(action === null ? {} : { stepUpFor: action }) };
      const subject = { sub: session.userId, sid: session.id };
      const accessToken = await signer.access({ ...subject, ...roleClaims(role, session), ...proof }, now);
      return { accessToken, expiresIn: accessTtlSeconds };
    },
    async signAct({ userId, sessionId, role, now }) {
      const signer = await signerNow();
      return signer.access({ sub: userId, sid: sessionId, role }, now, ACT_TTL_SECONDS);
    },
    async readRefreshToken(token, now) {
      try {
        const payload = await signedClaims(token, {
          type: REFRESH_TOKEN_TYPE,
          issuer,
          requiredClaims: ["exp", "jti", "sub", "sid"],
          now,
          toleranceSeconds: 0,
          findKey: keys.find,
        });
        return refreshClaimsSchema.parse(payload).jti;
      } catch (error) {
        if (isKioskError(error, "UNAVAILABLE")) throw error;
        return null;
      }
    },
  };
};
