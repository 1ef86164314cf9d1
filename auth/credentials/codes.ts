import { createHmac, timingSafeEqual } from "node:crypto";
import { generateSync } from "otplib";
import type { Codes } from "../usecases/challenge-ports.ts";

/** otplib's type for the number of digits knows these. */
type Digits = 6 | 8;
const digitsOf = (digits: number): Digits => (digits === 8 ? 8 : 6);

export interface CodesOptions {
  /** Codes are made by this one. */
  readonly pepper: string;
  /** Codes by this one are good as well, while one pepper replaces the other. */
  readonly alsoPepper?: string | undefined;
}

const codeBy = (pepper: string, { id, purpose, sendCount, digits }: Parameters<Codes["codeOf"]>[0]): string =>
  generateSync({
    strategy: "hotp",
    secret: createHmac("sha256", pepper).update(`otp:v1|${purpose}|${id}`).digest(),
    counter: sendCount,
    digits: digitsOf(digits),
    algorithm: "sha256",
  });

const equal = (expected: string, given: string): boolean => {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/**
 * One-time codes by HOTP (RFC 4226, with SHA-256). The key belongs to one challenge and the counter is the number of
 * the send, so a code fits nothing else, a new one makes the old one wrong, and nothing has to be stored.
 */
export const createCodes = ({ pepper, alsoPepper }: CodesOptions): Codes => {
  const peppers = alsoPepper === undefined ? [pepper] : [pepper, alsoPepper];
  return {
    codeOf: (challenge) => codeBy(pepper, challenge),
    matches(challenge, code) {
      if (challenge.sendCount === 0) return false;
      return peppers.map((each) => equal(codeBy(each, challenge), code)).includes(true);
    },
  };
};
