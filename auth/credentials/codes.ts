import { createHmac, timingSafeEqual } from "node:crypto";
import { generateSync } from "otplib";
import type { Codes } from "../usecases/ports.ts";

/** otplib's type for the number of digits knows these. */
type Digits = 6 | 8;
const digitsOf = (digits: number): Digits => (digits === 8 ? 8 : 6);

/**
 * One-time codes by HOTP (RFC 4226, with SHA-256). The key belongs to one challenge and the counter is the number of
 * the send, so a code fits nothing else, a new one makes the old one wrong, and nothing has to be stored.
 */
export const createCodes = ({ pepper }: { readonly pepper: string }): Codes => {
  const codeOf: Codes["codeOf"] = ({ id, purpose, sendCount, digits }) =>
    generateSync({
      strategy: "hotp",
      secret: createHmac("sha256", pepper).update(`otp:v1|${purpose}|${id}`).digest(),
      counter: sendCount,
      digits: digitsOf(digits),
      algorithm: "sha256",
    });
  return {
    codeOf,
    matches(challenge, code) {
      if (challenge.sendCount === 0) return false;
      const [expected, given] = [Buffer.from(codeOf(challenge)), Buffer.from(code)];
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
};
