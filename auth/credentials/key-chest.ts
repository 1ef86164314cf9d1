import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { KeyChest } from "../usecases/key-ports.ts";
import { makeSigningKey, privateJwkSchema, type SigningKey, signingKeyOf } from "./signing-key.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
/** What GCM wants (NIST SP 800-38D, 8.2.2): random, since few are ever sealed with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Tells this use of the secret from every other one. */
const PURPOSE = "signing-key-seal:v1";

export interface KeyChestOptions {
  readonly configured: SigningKey;
  /** What private halves are sealed with, by way of HKDF (RFC 5869). */
  readonly secret: string;
}

/** Seals private halves with AES-256-GCM, bound to the key's id: a sealed half in another row does not open. */
export const createKeyChest = ({ configured, secret }: KeyChestOptions): KeyChest<SigningKey> => {
  const sealingKey = Buffer.from(hkdfSync("sha256", secret, "", PURPOSE, KEY_BYTES));

  const unseal = (kid: string, sealed: string): string => {
    const bytes = Buffer.from(sealed, "base64url");
    const tagAt = bytes.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, sealingKey, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(kid)).setAuthTag(bytes.subarray(tagAt));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, tagAt)), decipher.final()]).toString();
  };

  return {
    configured,
    make: () => signingKeyOf(makeSigningKey()),
    seal({ kid, privateJwk: { kty, crv, x, d } }) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(kid));
      const text = cipher.update(JSON.stringify({ kty, crv, x, d }));
      return Buffer.concat([nonce, text, cipher.final(), cipher.getAuthTag()]).toString("base64url");
    },
    open({ kid, sealed }) {
      if (sealed === null) return null;
      try {
        const key = signingKeyOf(privateJwkSchema.parse(JSON.parse(unseal(kid, sealed))));
        return key.kid === kid ? key : null;
      } catch {
        return null;
      }
    },
  };
};
