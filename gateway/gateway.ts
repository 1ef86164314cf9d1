import { loggedPath } from "../shared/http/logged-path.ts";
import { metricsPage } from "../shared/http/metrics-page.ts";
import { problemResponse } from "../shared/http/problem.ts";
import { REQUEST_ID_HEADER, requestContextOf } from "../shared/http/request-id.ts";
import { BODY_MAX_BYTES, FILE_MAX_BYTES } from "../shared/http/service-app.ts";
import type { Clock } from "../shared/kernel/clock.ts";
import { isKioskError, KioskError, notFound } from "../shared/kernel/errors.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import { runWithRequest } from "../shared/runtime/request-context.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { type AskSeveral, createAskSeveral } from "./ask-several.ts";
import { createAtHand } from "./at-hand.ts";
import { boundedBody } from "./bounded-body.ts";
import type { GatewayConfig } from "./config.ts";
import { addCors, preflight } from "./cors.ts";
import { createDocs } from "./docs.ts";
import { createForward, type Forward } from "./forward.ts";
import { securityHeaders } from "./headers.ts";
import { checkHealth } from "./health.ts";
import { pages } from "./pages.ts";
import { checkRateLimit } from "./rate-limit.ts";
import { serviceFor, servicesSharing } from "./routes.ts";

/** Routes that take files: a full one is a minute's work, and its answer tells of every row. */
const FILE_ROUTES: ReadonlySet<string> = new Set(["/v1/products/import", "/v1/stock/receipts"]);
const FILE_DEADLINE_MS = 90_000;
/** Asks all services for everything before its answer begins. */
const EXPORT_ROUTE = "/v1/users/me/export";
/** The largest of all, for the HTTP server to refuse what has no declared length. */
export const GATEWAY_BODY_MAX_BYTES = FILE_MAX_BYTES;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly services: Readonly<Record<ServiceName, ServiceFetch>>;
  /** The Telegram sandbox, while it is on: everything under `/sandbox`. */
  readonly sandbox: ((request: Request, clientIp: string) => Promise<Response>) | null;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly version: string;
}

/** The single door: answers a request of a client at an address. It never rejects. */
export interface Gateway {
  (request: Request, clientIp: string): Promise<Response>;
  /** The whole answer where it is there already and depends on nothing but the request; null: ask the gateway itself. */
  readonly atHand?: (request: Request) => Response | null;
}

interface Call {
  readonly request: Request;
  readonly pathname: string;
  readonly clientIp: string;
  readonly requestId: string;
  readonly traceparent: string;
  /** Undefined: that of every route. */
  readonly deadlineMs: number | undefined;
}

/** The call, with a body that is known to be no larger than its path allows. */
const acceptable = async (call: Call): Promise<Call> => {
  if (!METHODS.has(call.request.method)) throw notFound("method here");
  const bodyMax = FILE_ROUTES.has(call.pathname) ? FILE_MAX_BYTES : BODY_MAX_BYTES;
  return { ...call, request: await boundedBody(call.request, bodyMax) };
};

/** Who answers a path: one service, or several as one. Fails with `NOT_FOUND`. */
const answererOf = (forward: Forward, askSeveral: AskSeveral, pathname: string) => {
  const several = servicesSharing(pathname);
  if (several !== null) return (call: Call) => askSeveral(call.request, several, call);
  const service = serviceFor(pathname);
  if (service === null) throw notFound("address");
  return (call: Call) => forward(service, call.request, call);
};

const isSandboxPath = (pathname: string): boolean =>
  pathname === "/sandbox" || pathname.startsWith("/sandbox/");

/** Builds the gateway over the services' fetch handlers. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { config, services, sandbox, limits, clock, log, metrics, version } = options;
  const forward = createForward(services, clock);
  const askSeveral = createAskSeveral(forward, log);
  const atHand = createAtHand({ services, metrics, allowedOrigins: config.ALLOWED_ORIGINS });
  const docs = createDocs(services, version);
  const showMetrics = metricsPage({ metrics, token: config.METRICS_TOKEN });

  const ownAnswer = (call: Call): Promise<Response> | Response | null => {
    const { pathname, request } = call;
    if (sandbox !== null && isSandboxPath(pathname)) return sandbox(request, call.clientIp);
    if (request.method !== "GET" && request.method !== "HEAD") return null;
    if (pathname === "/health" || pathname === "/ready") return checkHealth(services, pathname);
    if (pathname === "/metrics") return showMetrics(request, call.clientIp);
    const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined;
    return page?.() ?? docs.handle(pathname);
  };

  const fromService = async (call: Call): Promise<Response> => {
    const ask = answererOf(forward, askSeveral, call.pathname);
    if (!config.RATE_LIMITS) return ask(call);
    const { request, pathname, clientIp } = call;
    const { headers, refusal } = await checkRateLimit(limits, { method: request.method, pathname, clientIp });
    const response = refusal
      ? problemResponse(refusal, call.requestId)
      : (atHand.fromService(request, call.requestId) ?? (await ask(call)));
    return withHeaders(response, headers);
  };

  const answer = async (call: Call): Promise<Response> => {
    const asked = preflight(call.request, config.ALLOWED_ORIGINS);
    if (asked) return asked;
    try {
      const accepted = await acceptable(call);
      return await (ownAnswer(accepted) ?? fromService(accepted));
    } catch (error) {
      if (isKioskError(error)) return problemResponse(error, call.requestId);
      log.error("request failed in the gateway", { error, path: loggedPath(call.pathname) });
      return problemResponse(new KioskError("INTERNAL", "Something went wrong on our side."), call.requestId);
    }
  };

  const gateway = (request: Request, clientIp: string): Promise<Response> => {
    const context = requestContextOf(request.headers);
    return runWithRequest(context, async () => {
      const startedAt = performance.now();
      const { pathname } = new URL(request.url);
      const deadlineMs =
        FILE_ROUTES.has(pathname) || pathname === EXPORT_ROUTE ? FILE_DEADLINE_MS : undefined;
      const answered = await answer({
        request,
        pathname,
        clientIp,
        ...context,
        deadlineMs,
      });
      const response = withHeaders(answered, { ...securityHeaders, [REQUEST_ID_HEADER]: context.requestId });
      addCors(response, request, config.ALLOWED_ORIGINS);
      const route = serviceFor(pathname) ?? "gateway";
      metrics.request(
        { service: "gateway", method: request.method, route, status: response.status },
        (performance.now() - startedAt) / 1000,
      );
      return response;
    });
  };
  // Who calls how often is known only by address, which nobody has looked for here.
  return Object.assign(gateway, { atHand: config.RATE_LIMITS ? () => null : atHand.whole });
};

/** The same answer with more headers. An answer that came over HTTP has fixed headers, hence the copy. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) {
    if (!copy.headers.has(name)) copy.headers.set(name, value);
  }
  return copy;
}
