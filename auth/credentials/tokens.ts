import { createHmac, createPublicKey, randomBytes } from "node:crypto";
import { jwt } from "@elysiajs/jwt";
import { jwtVerify } from "jose";
import { z } from "zod";
import {
  ACCESS_TOKEN_TYPE,
  REFRESH_TOKEN_TYPE,
  TOKEN_ALGORITHM,
  TOKEN_AUDIENCE,
} from "../../shared/contracts/tokens.ts";
import type { Tokens } from "../usecases/ports.ts";
import { sha256 } from "./secrets.ts";
import type { SigningKey } from "./signing-key.ts";

const TOKEN_ID_BYTES = 32;
/** Longer text is no token of ours. */
const TOKEN_MAX_LENGTH = 2_048;

const refreshClaimsSchema = z.object({ jti: z.string().min(1), typ: z.literal("refresh") });

export interface TokensOptions {
  readonly signingKey: SigningKey;
  readonly issuer: string;
  /** Keys the derivation of successors. */
  readonly pepper: string;
  readonly accessTtlSeconds: number;
  readonly refreshTtlSeconds: number;
}

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

/** The plugin signs as well outside of an app. It puts `alg`, `kid` and `typ` into the protected header. */
const createSigner = ({ signingKey, issuer }: TokensOptions, typ: string) =>
  jwt({
    name: "signer",
    secret: signingKey.privateJwk,
    alg: TOKEN_ALGORITHM,
    kid: signingKey.kid,
    typ,
    iss: issuer,
    aud: TOKEN_AUDIENCE,
  }).decorator.signer;

/**
 * Makes access and refresh tokens. The plugin's own `verify` looks at neither audience, issuer, type nor algorithm
 * and takes a refresh token for an access token: tokens are read with jose, everything pinned (RFC 8725).
 */
export const createTokens = (options: TokensOptions): Tokens => {
  const { signingKey, issuer, pepper, accessTtlSeconds, refreshTtlSeconds } = options;
  const accessSigner = createSigner(options, ACCESS_TOKEN_TYPE);
  const refreshSigner = createSigner(options, REFRESH_TOKEN_TYPE);
  const { kty, crv, x } = signingKey.publicJwk;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: "jwk" });

  return {
    accessTtlSeconds,
    refreshTtlSeconds,
    firstTokenId: () => randomBytes(TOKEN_ID_BYTES).toString("base64url"),
    successorOf: (tokenId) =>
      createHmac("sha256", pepper).update(`refresh:v1|${tokenId}`).digest("base64url"),
    hashOf: sha256,
    async sign({ session, role, tokenId, now }) {
      const subject = { sub: session.userId, sid: session.id };
      const exp = secondsOf(now) + accessTtlSeconds;
      const accessToken = await accessSigner.sign({ ...subject, role, typ: "access", exp });
      const refreshToken = await refreshSigner.sign({
        ...subject,
        typ: "refresh",
        jti: tokenId,
        exp: secondsOf(session.expiresAt),
        // Without a time of issue the same id always gives the same token.
        iat: false,
      });
      return { accessToken, refreshToken, expiresIn: accessTtlSeconds };
    },
    async readRefreshToken(token, now) {
      if (token.length > TOKEN_MAX_LENGTH) return null;
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: [TOKEN_ALGORITHM],
          issuer,
          audience: TOKEN_AUDIENCE,
          typ: REFRESH_TOKEN_TYPE,
          requiredClaims: ["exp", "jti", "sub", "sid"],
          currentDate: now,
        });
        return refreshClaimsSchema.parse(payload).jti;
      } catch {
        return null;
      }
    },
  };
};
