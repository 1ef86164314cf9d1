import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { OidcSecrets } from "../usecases/oidc-ports.ts";
import { sha256 } from "./secrets.ts";

const STATE_BYTES = 18;
const TOKEN_BYTES = 32;

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
/** 96 random bits, which one key bears four thousand million times (NIST SP 800-38D, section 8.3). */
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Browsers keep cookies of 4096 bytes, name and attributes included. */
const SEALED_MAX_LENGTH = 3_800;

const KEY_PURPOSE = "kiosk oidc cookie v1";

const random = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** What the text is and for whom it is goes into the seal, without being in the text. */
const boundTo = (kind: string, provider: string): Buffer => Buffer.from(`${kind} ${provider}`);

/**
 * Random values of a sign-in with a provider, and its cookie: JSON under AES-256-GCM, with a key of its own that every instance
 * derives from the pepper. Nothing of it is stored.
 */
export const createOidcSecrets = ({ pepper }: { readonly pepper: string }): OidcSecrets => {
  const key = Buffer.from(hkdfSync("sha256", pepper, "", KEY_PURPOSE, KEY_BYTES));
  return {
    state: () => random(STATE_BYTES),
    token: () => random(TOKEN_BYTES),
    hash: sha256,
    equal(a, b) {
      const [left, right] = [Buffer.from(a), Buffer.from(b)];
      return left.length === right.length && timingSafeEqual(left, right);
    },
    seal(kind, provider, value) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(kind, provider));
      const sealed = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
      return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString("base64url");
    },
    open(kind, provider, text) {
      if (text.length > SEALED_MAX_LENGTH) return null;
      const bytes = Buffer.from(text, "base64url");
      if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(boundTo(kind, provider));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const opened = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
        return JSON.parse(Buffer.concat([opened, decipher.final()]).toString("utf8"));
      } catch {
        return null;
      }
    },
  };
};
