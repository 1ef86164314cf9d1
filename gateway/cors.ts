const METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
const REQUEST_HEADERS =
  "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, x-request-id";
const EXPOSED_HEADERS =
  "etag, location, retry-after, idempotency-replayed, ratelimit, ratelimit-policy, x-request-id";
/** How long a browser may remember the answer of a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = "600";

const corsHeaders = (request: Request, allowedOrigins: readonly string[]): Record<string, string> => {
  const origin = request.headers.get("origin");
  if (origin === null || !(allowedOrigins.includes("*") || allowedOrigins.includes(origin))) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED_HEADERS };
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
