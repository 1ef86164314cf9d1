import { KioskError } from "../shared/kernel/errors.ts";
import type { LimitRule, Limits } from "../shared/ports/limits.ts";

/** Calls of one address. Signing in has budgets of its own in auth; these keep the door from being stormed. */
const READS: LimitRule = { name: "gateway-reads", points: 3_000, windowSeconds: 60 };
const WRITES: LimitRule = { name: "gateway-writes", points: 600, windowSeconds: 60 };
const SIGN_INS: LimitRule = { name: "gateway-sign-ins", points: 120, windowSeconds: 60 };

const ruleFor = (method: string, pathname: string): LimitRule => {
  if (method === "GET" || method === "HEAD") return READS;
  return pathname.startsWith("/v1/auth/") ? SIGN_INS : WRITES;
};

export interface RateLimitVerdict {
  /** Headers by draft-ietf-httpapi-ratelimit-headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal: KioskError | null;
}

/** Takes one point of the caller's budget. Without the shared counter the call goes through: auth guards sign-in itself. */
export const checkRateLimit = async (
  limits: Limits,
  { method, pathname, clientIp }: { method: string; pathname: string; clientIp: string },
): Promise<RateLimitVerdict> => {
  const rule = ruleFor(method, pathname);
  const result = await limits.consume(rule, clientIp).catch(() => null);
  if (result === null) return { headers: {}, refusal: null };
  const headers = {
    "ratelimit-policy": `"${rule.name}";q=${rule.points};w=${rule.windowSeconds}`,
    ratelimit: `"${rule.name}";r=${result.remaining};t=${result.resetSeconds}`,
  };
  if (result.allowed) return { headers, refusal: null };
  const refusal = new KioskError("RATE_LIMITED", "Too many requests from this address: slow down.", {
    retryAfterSeconds: result.resetSeconds,
  });
  return { headers, refusal };
};
