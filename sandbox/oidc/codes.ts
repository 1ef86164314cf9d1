import { createHash, randomBytes } from "node:crypto";
import { sameSecret } from "../same-secret.ts";
import type { Clock } from "../time.ts";

/** A code is redeemed within a moment (RFC 6749, section 4.1.2, allows ten minutes at most). */
const CODE_LIFE_MS = 60_000;
/** Codes that wait at once; the oldest gives way. */
export const CODES_LIMIT = 1_000;

/** What a person has agreed to. */
export interface Grant {
  personId: number;
  redirectUri: string;
  nonce: string;
  /** S256 of the verifier (RFC 7636). */
  challenge: string;
  scopes: string[];
}

export interface Codes {
  give(grant: Grant): string;
  /** What the code stands for, once, and only for who knows the verifier; null for anything else. */
  take(code: string, verifier: string, redirectUri: string): Grant | null;
}

export function createCodes(clock: Clock): Codes {
  const waiting = new Map<string, { grant: Grant; endsAtMs: number }>();
  return {
    give(grant) {
      const [oldest] = waiting.keys();
      if (waiting.size >= CODES_LIMIT && oldest !== undefined) waiting.delete(oldest);
      const code = randomBytes(32).toString("base64url");
      waiting.set(code, { grant, endsAtMs: clock.now().getTime() + CODE_LIFE_MS });
      return code;
    },
    take(code, verifier, redirectUri) {
      const found = waiting.get(code);
      // Shown once is shown: whoever comes second, or with the wrong verifier, has spoilt it.
      waiting.delete(code);
      if (found === undefined || clock.now().getTime() >= found.endsAtMs) return null;
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      const fits = sameSecret(challenge, found.grant.challenge) && redirectUri === found.grant.redirectUri;
      return fits ? found.grant : null;
    },
  };
}
