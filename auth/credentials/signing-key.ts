import { createHash, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { z } from "zod";
import { type PublishedKey, TOKEN_ALGORITHM } from "../../shared/contracts/tokens.ts";

/** An Ed25519 private key as a JWK (RFC 8037). */
export const privateJwkSchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

type KeyNames = Pick<PublishedKey, "kid" | "alg" | "use">;

export interface SigningKey {
  readonly kid: string;
  readonly privateJwk: PrivateJwk & KeyNames;
  readonly publicJwk: PublishedKey;
}

/** The key's RFC 7638 thumbprint: the same key has the same id everywhere. */
const thumbprint = ({ crv, kty, x }: PrivateJwk): string =>
  createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");

/** Makes the signing key of a private JWK. Throws on one whose halves do not belong together. */
export const signingKeyOf = (jwk: PrivateJwk): SigningKey => {
  const { kty, crv, x, d } = jwk;
  const derived = createPrivateKey({ key: { kty, crv, x, d }, format: "jwk" }).export({ format: "jwk" });
  if (derived.x !== x) throw new Error("The signing key's public half does not belong to its private half.");
  const kid = thumbprint(jwk);
  const named: KeyNames = { kid, alg: TOKEN_ALGORITHM, use: "sig" };
  return { kid, privateJwk: { kty, crv, x, d, ...named }, publicJwk: { kty, crv, x, ...named } };
};

/** A new random key, as the text for `JWT_PRIVATE_JWK`. */
export const makeSigningKey = (): PrivateJwk =>
  privateJwkSchema.parse(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));
