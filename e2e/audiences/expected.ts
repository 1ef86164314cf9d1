import { type Audience, type Role, roleAtLeast, roles } from "../../shared/contracts/permissions.ts";
import { nameOf, type Route } from "../../tools/audiences/routes.ts";

/**
 * Who calls: a stranger, one with a forged token, each role, an admin who signed in without a code and so acts as staff, an admin with
 * a fresh code, a service.
 */
export const callers = [
  "nobody",
  "forged",
  ...roles,
  "admin without a code",
  "proved admin",
  "service",
] as const;
export type Caller = (typeof callers)[number];

/** What a caller was answered. */
export interface Seen {
  readonly status: number;
  /** The problem's code, where it is one. */
  readonly code: string | null;
}

/** True where the route is for who is signed in. */
export const isRole = (audience: Audience): audience is Role => roles.some((role) => role === audience);
/** The role that a caller acts with. */
export const roleOf = (caller: Caller): Role | null => {
  if (caller === "proved admin") return "admin";
  return caller === "admin without a code" ? "staff" : (roles.find((role) => role === caller) ?? null);
};

/** Public routes that want a proof of their own kind, and say 401 without it. */
const ownProof = new Set(["GET /v1/auth/telegram/oidc/callback"]);
/** Switched off here: nothing to be found for anybody. */
const switchedOff = new Set(["POST /v1/auth/telegram/widget"]);

/** What the door has to say: a refusal, or that it lets in; what is said inside about `{}` and nobody's ids is not its concern. */
export const expected = (route: Route, caller: Caller): "in" | "any-refusal" | Seen => {
  const { audience, stepUp: action } = route;
  if (switchedOff.has(nameOf(route))) return { status: 404, code: "NOT_FOUND" };
  const signInFirst = { status: 401, code: "UNAUTHENTICATED" };
  if (audience === "service") return caller === "service" ? "in" : signInFirst;
  if (audience === "telegram") return "any-refusal";
  if (caller === "forged") return signInFirst;
  if (!isRole(audience)) return "in";
  const role = roleOf(caller);
  if (role === null) return signInFirst;
  if (!roleAtLeast(role, audience))
    return { status: 403, code: caller === "admin without a code" ? "STEP_UP_REQUIRED" : "FORBIDDEN" };
  if (action !== null && caller !== "proved admin") return { status: 403, code: "STEP_UP_REQUIRED" };
  return "in";
};

/** Statuses that come from inside: done, or the empty input and nobody's ids refused. */
const INSIDE = new Set([200, 201, 202, 204, 302, 303, 400, 404, 409, 412, 415, 422, 428]);
/** True where the door said what it has to say, or what came from inside was the inside's to say. */
export const isAsExpected = (route: Route, want: ReturnType<typeof expected>, seen: Seen): boolean => {
  if (want === "any-refusal") return [401, 403, 404].includes(seen.status);
  if (want !== "in") return seen.status === want.status && seen.code === want.code;
  return INSIDE.has(seen.status) || (ownProof.has(nameOf(route)) && seen.status === 401);
};
