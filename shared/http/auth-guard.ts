import { timingSafeEqual } from "node:crypto";
import { Elysia } from "elysia";
import { INTERNAL_TOKEN_HEADER } from "../contracts/internal-api.ts";
import { type Audience, type Role, roleAtLeast, roles } from "../contracts/permissions.ts";
import type { Principal } from "../contracts/tokens.ts";
import { forbidden, unauthenticated } from "../kernel/errors.ts";
import { assertJsonDepth } from "./json-depth.ts";

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
}

/** Compares in constant time; lengths may differ. */
export const constantTimeEqual = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const bearerOf = (request: Request): string | null =>
  /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;

/** Principals are found before validation and needed after it: kept here in between. */
const principals = new WeakMap<Request, Principal>();

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
  if (token === null) throw unauthenticated();
  const principal = await verify(token);
  if (isSignedIn(audience) && !roleAtLeast(principal.role, audience)) throw forbidden();
  principals.set(request, principal);
};

const admission = (audience: Audience, options: AuthGuardOptions) => ({
  detail: { "x-audience": audience, ...(isSignedIn(audience) ? {} : { security: [] }) } as object,
  async transform({ request, body }: { request: Request; body: unknown }) {
    await admit(audience, request, options);
    assertJsonDepth(body);
  },
});

const principalOf = (request: Request): Principal => {
  const principal = principals.get(request);
  if (!principal) throw unauthenticated();
  return principal;
};

/**
 * Two macros; every route uses one of them, and the caller is admitted before the input is looked at.
 * `audience: "customer" | "staff" | "admin"` wants a signed-in caller and gives the handler `principal`.
 * `openTo: "public" | "service" | "telegram"` gives `visitor`: the principal where a token was sent, else null.
 * It closes over dependencies, so each service makes its own and it has no name.
 */
export const authGuard = (options: AuthGuardOptions) =>
  new Elysia().macro({
    audience: (audience: SignedInAudience) => ({
      ...admission(audience, options),
      resolve: ({ request }: { request: Request }) => ({ principal: principalOf(request) }),
    }),
    openTo: (audience: OpenAudience) => ({
      ...admission(audience, options),
      resolve: ({ request }: { request: Request }) => ({ visitor: principals.get(request) ?? null }),
    }),
  });

export type AuthGuard = ReturnType<typeof authGuard>;
