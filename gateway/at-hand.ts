import { REQUEST_ID_HEADER, requestIdOf } from "../shared/http/request-id.ts";
import { publicReadOf } from "../shared/http/service-app.ts";
import type { AnswerAtHand, ServiceFetch } from "../shared/ports/service-fetch.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { corsHeaders } from "./cors.ts";
import { securityHeaders } from "./headers.ts";
import { serviceFor } from "./routes.ts";

export interface AtHandOptions {
  readonly services: Readonly<Record<ServiceName, ServiceFetch>>;
  readonly metrics: Metrics;
  readonly allowedOrigins: readonly string[];
}

interface Found {
  readonly service: ServiceName;
  readonly answer: AnswerAtHand;
}

/** A `Host` with anything else in it has to be looked at more closely. */
const PLAIN_ADDRESS = /^https?:\/\/[\w.:[\]-]+\//;

/** All headers of a kind of answer, except for those that each has for itself. */
const usualHeaders = (headers: AnswerAtHand["headers"]): Headers => {
  const vary = headers.vary === undefined ? "Origin" : `${headers.vary}, Origin`;
  return new Headers({ ...securityHeaders, ...headers, vary });
};

/**
 * Answers that a service of this process has at hand. They need no way to it: nothing is forwarded, so there is nothing to clean, to
 * wait for or to repeat; and they cause nothing, so they have no place in a trace.
 */
export const createAtHand = ({ services, metrics, allowedOrigins }: AtHandOptions) => {
  // To copy headers is half the work of making them.
  const usual = new Map<AnswerAtHand["headers"], Headers>();
  const count = metrics.counted("gateway", "GET");

  const find = (request: Request, requestId: string, atMs: number): Found | null => {
    const read = publicReadOf(request, requestId, atMs);
    const service = read === null ? null : serviceFor(read.path);
    const answer = read === null || service === null ? null : services[service].atHand?.(read);
    return service === null || !answer ? null : { service, answer };
  };
  const respond = (answer: AnswerAtHand, requestId: string): Response => {
    const { body, status, etag } = answer;
    const headers = usual.getOrInsertComputed(answer.headers, usualHeaders);
    const response = new Response(body, { status, headers });
    response.headers.set("etag", etag);
    response.headers.set(REQUEST_ID_HEADER, requestId);
    return response;
  };

  return {
    /** The service's answer alone, to which the gateway adds what it adds to any. */
    fromService(request: Request, requestId: string): Response | null {
      const found = find(request, requestId, performance.now());
      if (found === null) return null;
      const { body, status, headers, etag } = found.answer;
      return new Response(body, { status, headers: { ...headers, etag } });
    },
    /** The whole answer. */
    whole(request: Request): Response | null {
      if (request.method !== "GET" || !PLAIN_ADDRESS.test(request.url)) return null;
      const atMs = performance.now();
      const requestId = requestIdOf(request.headers);
      const found = find(request, requestId, atMs);
      if (found === null) return null;
      const { answer, service } = found;
      const response = respond(answer, requestId);
      if (request.headers.has("origin")) {
        for (const [name, value] of Object.entries(corsHeaders(request, allowedOrigins)))
          response.headers.set(name, value);
      }
      count(service, answer.status, (performance.now() - atMs) / 1000);
      return response;
    },
  };
};
