import { DEADLINE_HEADER, INTERNAL_TOKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { TRACEPARENT_HEADER } from "../shared/http/request-id.ts";

/** The gateway's word on who is calling; what a client sends under this name is dropped. */
export const CLIENT_IP_HEADER = "x-client-ip";

/** Connection headers (RFC 9110, section 7.6.1): they end here in either direction. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
];

/** Names by which a stranger could pretend to be the gateway, a proxy of ours or another user. */
const TRUSTED_ONLY = [INTERNAL_TOKEN_HEADER, DEADLINE_HEADER, CLIENT_IP_HEADER, "forwarded", "x-real-ip"];

/** A stranger's place in a trace: the gateway's own is put in its stead, and what vendors add to theirs ends here. */
const TRACE = [TRACEPARENT_HEADER, "tracestate"];

const FORGED_PREFIXES = ["x-user-", "x-forwarded-", "x-kiosk-"];

const isForged = (name: string): boolean => FORGED_PREFIXES.some((prefix) => name.startsWith(prefix));

/** The headers that go on to a service. */
export const forwardedHeaders = (
  incoming: Headers,
  facts: { clientIp: string; requestId: string; traceparent?: string | undefined },
): Headers => {
  const headers = new Headers(incoming);
  for (const name of [...HOP_BY_HOP, ...TRUSTED_ONLY, ...TRACE]) headers.delete(name);
  for (const name of [...headers.keys()]) if (isForged(name)) headers.delete(name);
  headers.set(CLIENT_IP_HEADER, facts.clientIp);
  headers.set("x-request-id", facts.requestId);
  if (facts.traceparent !== undefined) headers.set(TRACEPARENT_HEADER, facts.traceparent);
  return headers;
};

/** What a service says of its connection to us, which is none of the client's. */
const OF_THE_CONNECTION = ["connection", "keep-alive"] as const;

/** An answer without what was said of the connection by which it came. */
export const endToEnd = (response: Response): Response => {
  if (!OF_THE_CONNECTION.some((name) => response.headers.has(name))) return response;
  // The headers of what came over HTTP cannot be changed.
  const copy = new Response(response.body, response);
  for (const name of OF_THE_CONNECTION) copy.headers.delete(name);
  return copy;
};

/** On every answer. What is no page loads nothing and stands in no frame; a page says itself what it loads. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
};
