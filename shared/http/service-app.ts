import { swagger } from "@elysiajs/swagger";
import { type AnyElysia, Elysia } from "elysia";
import { type ErrorCode, KioskError } from "../kernel/errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { AnswerAtHand, PublicRead, ServiceFetch } from "../ports/service-fetch.ts";
import { noTracing, type Tracing } from "../ports/tracing.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { runWithRequest } from "../runtime/request-context.ts";
import { errorMapper } from "./error-mapper.ts";
import { type DependencyCheck, healthRoutes } from "./health-routes.ts";
import { loggedPath } from "./logged-path.ts";
import { problemResponse } from "./problem.ts";
import { recordServed } from "./record-served.ts";
import { REQUEST_ID_HEADER, requestContextOf } from "./request-id.ts";

/** Largest body of an ordinary request. */
export const BODY_MAX_BYTES = 1024 * 1024;
/** Largest file that a route may take. */
export const FILE_MAX_BYTES = 20 * 1024 * 1024;
const OPENAPI_PATH = "/openapi.json";

export interface ServiceAppOptions {
  /** Lower case, as in `orders`. */
  readonly name: string;
  readonly version: string;
  /** What the service is for, for the head of its API page. */
  readonly description: string;
  readonly log: Logger;
  readonly dependencies: readonly DependencyCheck[];
  readonly metrics: Metrics;
}

/** The route pattern that a request matched, for the metrics. */
const matchedRoutes = new WeakMap<Request, string>();

const openApi = ({ name, version, description }: ServiceAppOptions) =>
  swagger({
    path: "/openapi",
    specPath: OPENAPI_PATH,
    documentation: {
      info: { title: `Kiosk ${name}`, version, description },
      tags: [{ name }],
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
    },
  });

/**
 * The frame of every service: errors as problem+json first, then health, then the routes that `mount` adds. Routes
 * are added by `.use(resourceRoutes(…))`, each resource an instance of its own.
 */
export const createServiceApp = (options: ServiceAppOptions) =>
  new Elysia({ normalize: false })
    .use(errorMapper(options.log))
    .onTransform(({ request, route }) => {
      matchedRoutes.set(request, route);
    })
    .use(openApi(options))
    .use(healthRoutes(options.name, options.dependencies));

/** Every route names its audience; one that does not is a mistake that must not start. */
const assertAudiences = (app: AnyElysia, service: string): void => {
  for (const route of app.routes) {
    const detail = (route.hooks as { detail?: Record<string, unknown> }).detail ?? {};
    if (detail.hide !== true && detail["x-audience"] === undefined) {
      throw new Error(`${service}: ${route.method} ${route.path} names no audience`);
    }
  }
};

const refuse = (code: ErrorCode, message: string, requestId: string): Response =>
  problemResponse(new KioskError(code, message), requestId);

export interface ServiceFetchOptions extends Pick<ServiceAppOptions, "name" | "log" | "metrics"> {
  /** Largest body of the routes that take files, by their paths. */
  readonly largeBodies?: Readonly<Record<string, number>>;
  /** Answers out of memory, where the service has such. */
  readonly atHand?: (read: PublicRead) => AnswerAtHand | null;
  /** Where the span of each request goes; nowhere by default. */
  readonly tracing?: Tracing;
}

/** Path and query of an address. */
export const pathOf = (url: string): string => url.slice(url.indexOf("/", url.indexOf("://") + 3));

/** A request that may be answered out of memory, as what it asks; null for any other. */
export const publicReadOf = (request: Request, requestId: string, atMs: number): PublicRead | null => {
  const { method, headers, url } = request;
  if (method !== "GET" || headers.has("authorization")) return null;
  return { path: pathOf(url), ifNoneMatch: headers.get("if-none-match"), requestId, atMs };
};

const watchedAtHand = ({ name, log, metrics, atHand }: ServiceFetchOptions): ServiceFetch["atHand"] => {
  if (atHand === undefined) return undefined;
  const count = metrics.counted(name, "GET");
  /** A fault here is no reason not to be answered: there is the usual way. */
  const tried = (read: PublicRead): AnswerAtHand | null => {
    try {
      return atHand(read);
    } catch (error) {
      log.error("an answer at hand failed", { error, requestId: read.requestId });
      return null;
    }
  };
  return (read) => {
    const answer = tried(read);
    if (answer === null) return null;
    const { status, route } = answer;
    // Of some microseconds, which to measure would take a tenth of the answer itself.
    count(route, status, 0);
    log.debug("request", { requestId: read.requestId, method: "GET", path: route, status, ms: 0 });
    return answer;
  };
};

const answer = async (
  app: AnyElysia,
  request: Request,
  requestId: string,
  { log, bodyMax }: { readonly log: Logger; readonly bodyMax: number },
): Promise<Response> => {
  if (Number(request.headers.get("content-length") ?? 0) > bodyMax)
    return refuse("PAYLOAD_TOO_LARGE", `The body may have ${bodyMax} bytes at most.`, requestId);
  try {
    return await app.handle(request);
  } catch (error) {
    log.error("request failed outside of the app", { error });
    return refuse("INTERNAL", "Something went wrong on our side.", requestId);
  }
};

/**
 * Turns a finished app into the fetch handler of the service: request id, size limit, log line and metrics around
 * it. It never rejects.
 */
export const toServiceFetch = (app: AnyElysia, options: ServiceFetchOptions): ServiceFetch => {
  const { name, log, metrics, largeBodies = {}, tracing = noTracing } = options;
  assertAudiences(app, name);
  const atHand = watchedAtHand(options);
  const quick = (request: Request, requestId: string, atMs: number): Response | null => {
    const read = atHand === undefined ? null : publicReadOf(request, requestId, atMs);
    const answer = read === null ? null : (atHand?.(read) ?? null);
    if (answer === null) return null;
    const { status, body, headers, etag } = answer;
    return new Response(body, { status, headers: { ...headers, etag, [REQUEST_ID_HEADER]: requestId } });
  };
  const fetch = (request: Request): Promise<Response> => {
    const context = requestContextOf(request.headers);
    return runWithRequest(context, async () => {
      const startedAt = performance.now();
      const known = quick(request, context.requestId, startedAt);
      if (known !== null) return known;
      const { pathname } = new URL(request.url);
      const bodyMax = Object.hasOwn(largeBodies, pathname) ? largeBodies[pathname] : undefined;
      const response = await answer(app, request, context.requestId, {
        log,
        bodyMax: bodyMax ?? BODY_MAX_BYTES,
      });
      if (!response.headers.has(REQUEST_ID_HEADER))
        response.headers.set(REQUEST_ID_HEADER, context.requestId);
      const route = matchedRoutes.get(request) ?? "unmatched";
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.request({ service: name, method: request.method, route, status: response.status }, seconds);
      recordServed(tracing, { request, context, route, status: response.status, startedAtMs: startedAt });
      log.debug("request", {
        method: request.method,
        path: loggedPath(pathname),
        status: response.status,
        ms: Math.round(seconds * 1000),
      });
      return response;
    });
  };
  return atHand === undefined ? fetch : Object.assign(fetch, { atHand });
};
