import createClient from "openapi-fetch";
import { type FollowOptions, follow } from "./follow.ts";
import { KioskProblem } from "./problem.ts";
import type { components, paths } from "./schema.d.ts";
import { type SessionStore, type SignedIn, sessionInMemory, sessionOf } from "./session.ts";
import { createTokens, type Exclusively } from "./tokens.ts";

export type { FollowOptions, StreamMessage } from "./follow.ts";
export { type FieldProblem, KioskProblem, ok } from "./problem.ts";
export type { components, operations, paths } from "./schema.d.ts";
export {
  type Session,
  type SessionStore,
  type SignedIn,
  sessionInMemory,
  storedSession,
  type User,
} from "./session.ts";

/** The shapes of the API by name: `Schemas["Order"]`. */
export type Schemas = components["schemas"];

/** The streams that can be followed. */
export type StreamPath =
  | "/v1/stock/stream"
  | "/v1/orders/stream"
  | "/v1/notifications/stream"
  | `/v1/products/imports/${string}/stream`;

export interface KioskClientOptions {
  /** The gateway's, without a slash at the end; empty for the page's own origin. */
  readonly baseUrl: string;
  readonly sessions?: SessionStore;
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly exclusively?: Exclusively;
}

/** Requests need a whole address to be made; a page's own is known to it. */
const wholeUrl = (baseUrl: string): string => baseUrl || (globalThis.location?.origin ?? "");

const withToken = (request: Request, token: string | null): Request => {
  if (token === null) return request;
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${token}`);
  return new Request(request, { headers });
};

/** The token was refused, and not what was sent with it: a wrong code is a 401 as well, and is not tried twice. */
const isStale = async (response: Response): Promise<boolean> => {
  if (response.status !== 401) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return new KioskProblem(response.status, body).code === "UNAUTHENTICATED";
};

/**
 * A client of a Kiosk. `api` has every route, typed (`api.GET("/v1/products", …)`, see openapi-fetch); `ok(api.GET(…))` answers the data or fails with a
 * `KioskProblem`. Whoever has signed in is named in each call, and their tokens are renewed in time.
 */
export const createKioskClient = (options: KioskClientOptions) => {
  const { sessions = sessionInMemory(), now = Date.now } = options;
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const baseUrl = wholeUrl(options.baseUrl);
  const tokens = createTokens({ baseUrl, sessions, fetch: send, now, exclusively: options.exclusively });

  /** With the token of who is signed in; once more with a new one where that was refused. */
  const authorized = async (request: Request): Promise<Response> => {
    if (request.headers.has("authorization")) return send(request);
    const token = await tokens.current();
    const again = token === null ? null : request.clone();
    const response = await send(withToken(request, token));
    if (token === null || again === null || !(await isStale(response))) return response;
    const renewed = await tokens.after(token);
    if (renewed === null) return response;
    await response.body?.cancel();
    return send(withToken(again, renewed));
  };

  return {
    api: createClient<paths>({ baseUrl, fetch: authorized }),
    /** Who is signed in; null for nobody. */
    session: () => sessions.read(),
    /** Keeps what a sign-in has answered. */
    keep(signedIn: SignedIn): void {
      sessions.write(sessionOf(signedIn, signedIn.user, now()));
    },
    /** Forgets the session on this device; to end it, call `POST /v1/auth/logout` before. */
    forget: () => sessions.write(null),
    /** Follows a stream until the signal ends it; see `follow`. */
    follow: (path: StreamPath, query: Readonly<Record<string, string>>, following: FollowOptions) => {
      const words = new URLSearchParams(query).toString();
      return follow(authorized, `${baseUrl}${path}${words === "" ? "" : `?${words}`}`, following);
    },
  };
};

export type KioskClient = ReturnType<typeof createKioskClient>;

/** A key that makes a call safe to repeat: one for what is to happen once. For the header `Idempotency-Key`. */
export const newIdempotencyKey = (): string => globalThis.crypto.randomUUID();
