import { timingSafeEqual } from "node:crypto";
import { Elysia } from "elysia";
import { INTERNAL_TOKEN_HEADER } from "../contracts/internal-api.ts";
import { type Audience, type Role, roleAtLeast, roles } from "../contracts/permissions.ts";
import { isSteppedUp, type StepUpAction, stepUpRequired } from "../contracts/step-up.ts";
import type { Principal } from "../contracts/tokens.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { forbidden, isKioskError, KioskError, unauthenticated } from "../kernel/errors.ts";
import { assertJsonBounds } from "./json-bounds.ts";
import { refusedToken } from "./refused-token.ts";

/** Audiences of routes that need an access token. */
export type SignedInAudience = Extract<Audience, Role>;
export type OpenAudience = Exclude<Audience, Role>;

const isSignedIn = (audience: Audience): audience is SignedInAudience =>
  (roles as readonly string[]).includes(audience);

/** Answers who a bearer token belongs to; rejects with `UNAUTHENTICATED`. */
export type VerifyToken = (token: string) => Promise<Principal>;

export interface AuthGuardOptions {
  readonly verify: VerifyToken;
  readonly internalToken: string;
  /** What the age of a proof is measured by; the system's by default. */
  readonly clock?: Clock;
}

/** Compares in constant time; lengths may differ. */
export const constantTimeEqual = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const bearerOf = (request: Request): string | null =>
  /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;

/** What is sent as a token and has not even the characters of one gets the answer of all other forgeries. */
const isBearer = (request: Request): boolean => /^Bearer\s/i.test(request.headers.get("authorization") ?? "");

/** Principals are found before validation and needed after it: kept here in between. */
const principals = new WeakMap<Request, Principal>();

/** How often a stream asks whether its session still stands: the bound on a logout for what is open already. */
const SESSION_CHECK_MS = 500;

/**
 * Ends when the session of a request's token has ended, or the token itself: a request is checked once, a stream would
 * outlive a logout. Answers a signal that never comes for a request without a token.
 */
const sessionEnd =
  (request: Request, { verify }: AuthGuardOptions) =>
  (): AbortSignal => {
    const ended = new AbortController();
    const token = bearerOf(request);
    if (token === null) return ended.signal;
    const check = async () => {
      await verify(token).catch((error: unknown) => {
        if (!isKioskError(error, "UNAUTHENTICATED")) return;
        clearInterval(timer);
        ended.abort();
      });
    };
    const timer = setInterval(() => void check(), SESSION_CHECK_MS);
    request.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    return ended.signal;
  };

/** Bodies are read as JSON; what says to be something else is not guessed at (RFC 9110, section 15.5.16). */
const assertJsonBody = (request: Request, body: unknown): void => {
  const type = request.headers.get("content-type");
  if (body === undefined || type === null || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) return;
  throw new KioskError(
    "UNSUPPORTED_MEDIA_TYPE",
    "Send the body as JSON, with Content-Type: application/json.",
  );
};

/** Whose account has the right and whose session has not is told what begins it. */
const refusedTo = ({ withheld }: Principal, audience: SignedInAudience): KioskError =>
  withheld !== undefined && roleAtLeast(withheld, audience) ? stepUpRequired("admin.sign-in") : forbidden();

const admit = async (
  audience: Audience,
  request: Request,
  { verify, internalToken }: AuthGuardOptions,
): Promise<void> => {
  if (audience === "service") {
    if (!constantTimeEqual(request.headers.get(INTERNAL_TOKEN_HEADER) ?? "", internalToken))
      throw unauthenticated("This route is for services only.");
    return;
  }
  if (audience === "telegram") return;
  const token = bearerOf(request);
  if (audience === "public" && !request.headers.has("authorization")) return;
  if (token === null) throw isBearer(request) ? refusedToken() : unauthenticated();
  const principal = await verify(token);
  if (isSignedIn(audience) && !roleAtLeast(principal.role, audience)) throw refusedTo(principal, audience);
  principals.set(request, principal);
};

interface AdmissionContext {
  readonly request: Request;
  readonly body: unknown;
  readonly set: { readonly headers: Record<string, string | number | string[] | undefined> };
}

const admission = (audience: Audience, options: AuthGuardOptions) => ({
  detail: { "x-audience": audience, ...(isSignedIn(audience) ? {} : { security: [] }) } as object,
  async transform({ request, body, set }: AdmissionContext) {
    await admit(audience, request, options);
    // What a signed-in caller is told is for them alone; a route that knows better says so itself.
    if (principals.has(request)) set.headers["cache-control"] = "no-store";
    assertJsonBody(request, body);
    assertJsonBounds(body);
  },
});

const principalOf = (request: Request): Principal => {
  const principal = principals.get(request);
  if (!principal) throw unauthenticated();
  return principal;
};

/** Fails with `STEP_UP_REQUIRED` where the caller has given no proof for this within the last minutes. */
export const assertSteppedUp = (principal: Principal, action: StepUpAction, now: Date): void => {
  if (!isSteppedUp(principal.stepUp, action, now)) throw stepUpRequired(action);
};

const proving = (action: StepUpAction, { clock = systemClock }: AuthGuardOptions) => ({
  detail: { "x-step-up": action } as object,
  transform: ({ request }: AdmissionContext) => assertSteppedUp(principalOf(request), action, clock.now()),
});

/**
 * Two macros; every route uses one of them, and the caller is admitted before the input is looked at.
 * `audience: "customer" | "staff" | "admin"` wants a signed-in caller and gives the handler `principal`.
 * `openTo: "public" | "service" | "telegram"` gives `visitor`: the principal where a token was sent, else null.
 * Both give `sessionEnd()`, the signal that a stream has to stop at.
 * `stepUp: "users.manage"`, named after `audience`, wants a fresh code for that besides.
 * It closes over dependencies, so each service makes its own and it has no name.
 */
export const authGuard = (options: AuthGuardOptions) =>
  new Elysia().macro({
    audience: (audience: SignedInAudience) => ({
      ...admission(audience, options),
      resolve: ({ request }: { request: Request }) => ({
        principal: principalOf(request),
        sessionEnd: sessionEnd(request, options),
      }),
    }),
    openTo: (audience: OpenAudience) => ({
      ...admission(audience, options),
      resolve: ({ request }: { request: Request }) => ({
        visitor: principals.get(request) ?? null,
        sessionEnd: sessionEnd(request, options),
      }),
    }),
    stepUp: (action: StepUpAction) => proving(action, options),
  });

export type AuthGuard = ReturnType<typeof authGuard>;
