import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

const mac = (secret: string, text: string): string =>
  createHmac("sha256", Buffer.from(secret.slice(PREFIX.length), "base64"))
    .update(text)
    .digest("base64");

export interface Signed {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers of a call (Standard Webhooks 1.0): the id is the same on each try, the time is that of the try, and each secret that counts
 * signs both with the body.
 */
export const signatureHeaders = (
  { id, timestamp, body }: Signed,
  secrets: readonly string[],
): Readonly<Record<string, string>> => ({
  "webhook-id": id,
  "webhook-timestamp": String(timestamp),
  "webhook-signature": secrets.map((secret) => `v1,${mac(secret, `${id}.${timestamp}.${body}`)}`).join(" "),
});
