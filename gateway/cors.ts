const METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
const REQUEST_HEADERS =
  "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, x-receipt-secret, x-request-id";
const EXPOSED_HEADERS =
  "etag, location, retry-after, idempotency-replayed, ratelimit, ratelimit-policy, x-request-id";
/** How long a browser may remember the answer of a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = "600";

/** The routes that look at a cookie: the last step of a sign-in with a provider, which only the browser that began it may take. */
const COOKIE_ROUTE = /^\/v1\/auth\/(?:telegram\/oidc|oidc\/[a-z0-9-]+)\/exchange$/;

/** What lets a browser of an allowed origin read the answer; nothing where none asks. */
export const corsHeaders = (request: Request, allowedOrigins: readonly string[]): Record<string, string> => {
  const origin = request.headers.get("origin");
  if (origin === null || !(allowedOrigins.includes("*") || allowedOrigins.includes(origin))) return {};
  const mayBringCookies = allowedOrigins.includes(origin) && COOKIE_ROUTE.test(new URL(request.url).pathname);
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": EXPOSED_HEADERS,
    ...(mayBringCookies ? { "access-control-allow-credentials": "true" } : {}),
  };
};

/** The answer to a preflight (Fetch Standard, CORS protocol), or null when the request is none. */
export const preflight = (request: Request, allowedOrigins: readonly string[]): Response | null => {
  if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return null;
  const allowed = corsHeaders(request, allowedOrigins);
  const granted =
    Object.keys(allowed).length === 0
      ? {}
      : {
          ...allowed,
          "access-control-allow-methods": METHODS,
          "access-control-allow-headers": REQUEST_HEADERS,
          "access-control-max-age": PREFLIGHT_MAX_AGE,
        };
  return new Response(null, { status: 204, headers: granted });
};

/** Lets a browser of an allowed origin read the answer. */
export const addCors = (response: Response, request: Request, allowedOrigins: readonly string[]): void => {
  response.headers.append("vary", "Origin");
  for (const [name, value] of Object.entries(corsHeaders(request, allowedOrigins)))
    response.headers.set(name, value);
};
