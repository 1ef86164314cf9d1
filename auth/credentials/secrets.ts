import { createHash, randomBytes } from "node:crypto";
import type { Secrets } from "../usecases/ports.ts";

const SECRET_BYTES = 32;
const NONCE_BYTES = 16;

/** A plain hash is enough for values of 128 random bits and more: there is nothing to guess. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

export const createSecrets = (): Secrets => ({
  challengeSecret: () => randomBytes(SECRET_BYTES).toString("base64url"),
  linkNonce: () => randomBytes(NONCE_BYTES).toString("base64url"),
  hash: sha256,
});
