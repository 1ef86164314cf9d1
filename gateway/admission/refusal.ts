import { PROBLEM_CONTENT_TYPE, problemText, statusOf } from "../../shared/http/problem.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "../../shared/http/request-id.ts";
import { pathOf } from "../../shared/http/service-app.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { Metrics } from "../../shared/runtime/metrics.ts";
import { corsHeaders } from "../cors.ts";
import { securityHeaders } from "../headers.ts";
import { serviceFor } from "../routes.ts";
import { type Admission, BUSY_DETAIL, retryAfterSeconds } from "./admission.ts";
import { classOf } from "./call-class.ts";

export interface RefusalOptions {
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly allowedOrigins: readonly string[];
}

/** Stands where the request id goes: no request id looks like this. */
const ID_MARK = "{request id}";
const STATUS = statusOf.UNAVAILABLE;

/** The path without its query. */
const pathnameOf = (url: string): string => {
  const path = pathOf(url);
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
};

/**
 * Refuses calls of a class that is full before anything else is done for them: under a flood a refusal is what is made most, so it is
 * cut from a text that is there. Answers null for a call that may get a place; that one is then asked for in earnest.
 */
export const createRefusal = ({ admission, metrics, allowedOrigins }: RefusalOptions) => {
  const [before = "", after = ""] = problemText(unavailable(BUSY_DETAIL), ID_MARK).split(ID_MARK);
  const usual = new Headers({
    ...securityHeaders,
    "content-type": PROBLEM_CONTENT_TYPE,
    "cache-control": "no-store",
    vary: "Origin",
  });

  const respond = (request: Request): Response => {
    const requestId = requestIdOf(request.headers);
    const response = new Response(before + requestId + after, { status: STATUS, headers: usual });
    response.headers.set(REQUEST_ID_HEADER, requestId);
    response.headers.set("retry-after", String(retryAfterSeconds()));
    if (request.headers.has("origin")) {
      for (const [name, value] of Object.entries(corsHeaders(request, allowedOrigins)))
        response.headers.set(name, value);
    }
    return response;
  };

  return (request: Request): Response | null => {
    if (!admission.isAnyFull || request.method === "OPTIONS") return null;
    const pathname = pathnameOf(request.url);
    const callClass = classOf(request.method, pathname);
    if (callClass === null || !admission.isFull(callClass)) return null;
    admission.countRefused(callClass);
    const route = serviceFor(pathname) ?? "gateway";
    metrics.request({ service: "gateway", method: request.method, route, status: STATUS }, 0);
    return respond(request);
  };
};
