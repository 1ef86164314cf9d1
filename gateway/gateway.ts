import { loggedPath } from "../shared/http/logged-path.ts";
import { metricsPage } from "../shared/http/metrics-page.ts";
import { problemResponse } from "../shared/http/problem.ts";
import { recordServed } from "../shared/http/record-served.ts";
import { REQUEST_ID_HEADER, strangersContextOf } from "../shared/http/request-id.ts";
import { BODY_MAX_BYTES, FILE_MAX_BYTES } from "../shared/http/service-app.ts";
import type { Clock } from "../shared/kernel/clock.ts";
import { invalid, isKioskError, KioskError, notFound } from "../shared/kernel/errors.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { noTracing, type Tracing } from "../shared/ports/tracing.ts";
import { addBreakerGauge } from "../shared/runtime/breaker-gauge.ts";
import type { Metrics } from "../shared/runtime/metrics.ts";
import { runWithRequest } from "../shared/runtime/request-context.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { createAdmission } from "./admission/admission.ts";
import { classOf, EXPORT_ROUTE, FILE_ROUTES } from "./admission/call-class.ts";
import { createRefusal } from "./admission/refusal.ts";
import { type AskSeveral, createAskSeveral } from "./ask-several.ts";
import { createAtHand } from "./at-hand.ts";
import { type BodyKeeping, createBodyKeeper, type KeptBody } from "./bounded-body.ts";
import type { GatewayConfig } from "./config.ts";
import { addCors, preflight } from "./cors.ts";
import { createDocs } from "./docs.ts";
import { createForward, type Forward } from "./forward.ts";
import { securityHeaders } from "./headers.ts";
import { checkHealth } from "./health.ts";
import { checkRateLimit } from "./rate-limit.ts";
import { serviceFor, servicesSharing } from "./routes.ts";
import { createWebPages } from "./web-pages.ts";

const FILE_DEADLINE_MS = 90_000;
/** The largest of all, for the HTTP server to refuse what has no declared length. */
export const GATEWAY_BODY_MAX_BYTES = FILE_MAX_BYTES;
/** Our longest addresses are searches, of some hundred characters. */
const URL_MAX_LENGTH = 8_192;
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
  /** Where the span of each request goes, and which traces are recorded; none by default. */
  readonly tracing?: Tracing;
  readonly version: string;
  /** How long bodies may take: as long as anybody's by default. */
  readonly bodies?: BodyKeeping;
}

/** The single door: answers a request of a client at an address. It never rejects. */
export interface Gateway {
  (request: Request, clientIp: string): Promise<Response>;
  /**
   * The whole answer where it is there already and depends on nothing but the request, or where there is no place for the request;
   * null: ask the gateway itself.
   */
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
  /** Undefined: not read yet. */
  readonly body?: KeptBody | undefined;
}

/** Fails with `NOT_FOUND`, `URI_TOO_LONG` or `VALIDATION` for what nobody is to be asked. */
const assertAcceptable = ({ request }: Call): void => {
  if (!METHODS.has(request.method)) throw notFound("method here");
  if (request.url.length > URL_MAX_LENGTH)
    throw new KioskError("URI_TOO_LONG", `An address may have ${URL_MAX_LENGTH} characters at most.`);
  // Two of them, of which somebody before us may have believed the other one (RFC 9112, section 3.2).
  if (request.headers.get("host")?.includes(",")) throw invalid("/headers/host", "must be one host name");
};

const bodyBoundsOf = ({ pathname }: Call) =>
  FILE_ROUTES.has(pathname)
    ? { maxBytes: FILE_MAX_BYTES, streamed: true }
    : { maxBytes: BODY_MAX_BYTES, streamed: false };

/** Undefined: that of every route. */
const deadlineOf = (pathname: string): number | undefined =>
  FILE_ROUTES.has(pathname) || pathname === EXPORT_ROUTE ? FILE_DEADLINE_MS : undefined;

/** Who answers a path: one service, or several as one. Fails with `NOT_FOUND`. */
const answererOf = (forward: Forward, askSeveral: AskSeveral, pathname: string) => {
  const service = serviceFor(pathname);
  if (service !== null) return (call: Call) => forward(service, call.request, call);
  const several = servicesSharing(pathname);
  if (several === null) throw notFound("address");
  return (call: Call) => askSeveral(call.request, several, call);
};

const isRead = ({ method }: Request): boolean => method === "GET" || method === "HEAD";

const isSandboxPath = (pathname: string): boolean =>
  pathname === "/sandbox" || pathname.startsWith("/sandbox/");

/** Requests whose bodies or answers may take long: files, which have a pace to keep, and the long polls of bots in the sandbox. */
export const mayBeSlow = ({ url }: Request): boolean => {
  const { pathname } = new URL(url);
  return FILE_ROUTES.has(pathname) || isSandboxPath(pathname);
};

/** What the gateway answers itself: health, metrics, pages and the sandbox. They take no place, so none of them is ever shed. */
const createOwnAnswer = (options: GatewayOptions, { breakers }: Forward) => {
  const { config, services, sandbox, metrics, version } = options;
  const docs = createDocs(services, version);
  const showMetrics = metricsPage({ metrics, token: config.METRICS_TOKEN });
  const webPages = createWebPages(sandbox !== null);
  const pageFor = ({ request, pathname }: Call) => (isRead(request) ? webPages(request, pathname) : null);

  return (call: Call): Promise<Response> | Response | null => {
    const { pathname, request } = call;
    if (sandbox !== null && isSandboxPath(pathname))
      return pageFor(call) ?? sandbox(withBody(call), call.clientIp);
    if (!isRead(request)) return null;
    if (pathname === "/health" || pathname === "/ready") return checkHealth(services, pathname, breakers);
    if (pathname === "/metrics") return showMetrics(request, call.clientIp);
    return pageFor(call) ?? docs.handle(pathname);
  };
};

/** Builds the gateway over the services' fetch handlers. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { config, services, limits, clock, log, metrics, tracing = noTracing } = options;
  const forward = createForward(services, clock);
  for (const [to, breaker] of Object.entries(forward.breakers))
    addBreakerGauge(metrics, { from: "gateway", to }, breaker);
  const askSeveral = createAskSeveral(forward, log);
  const bodies = createBodyKeeper(options.bodies);
  const admission = createAdmission(metrics);
  const allowedOrigins = config.ALLOWED_ORIGINS;
  const atHand = createAtHand({ services, metrics, allowedOrigins });
  const refuseAtOnce = createRefusal({ admission, metrics, allowedOrigins });
  const ownAnswer = createOwnAnswer(options, forward);

  const fromService = async (call: Call): Promise<Response> => {
    const { request, pathname, clientIp } = call;
    const answerer = answererOf(forward, askSeveral, pathname);
    const callClass = classOf(request.method, pathname);
    const ask = (asked: Call) =>
      callClass === null
        ? answerer(asked)
        : admission.admit(callClass, () => answerer(asked), request.signal);
    if (!config.RATE_LIMITS) return ask(call);
    const { headers, refusal } = await checkRateLimit(limits, { method: request.method, pathname, clientIp });
    const response = refusal
      ? problemResponse(refusal, call.requestId)
      : (atHand.fromService(request, call.requestId) ?? (await ask(call)));
    return withHeaders(response, headers);
  };

  const answer = async (call: Call): Promise<Response> => {
    const asked = preflight(call.request, config.ALLOWED_ORIGINS);
    if (asked) return asked;
    // What is left of a body on its connection is nobody's next request.
    let isUnread = call.request.body !== null;
    try {
      assertAcceptable(call);
      const answered = await bodies.with(call.request, bodyBoundsOf(call), async (body) => {
        isUnread = body instanceof ReadableStream;
        const accepted = { ...call, body };
        return (await ownAnswer(accepted)) ?? fromService(accepted);
      });
      return isUnread ? lastOnItsConnection(answered) : answered;
    } catch (error) {
      if (isKioskError(error)) {
        const refused = problemResponse(error, call.requestId);
        return isUnread ? lastOnItsConnection(refused) : refused;
      }
      log.error("request failed in the gateway", { error, path: loggedPath(call.pathname) });
      return problemResponse(new KioskError("INTERNAL", "Something went wrong on our side."), call.requestId);
    }
  };

  const gateway = (request: Request, clientIp: string): Promise<Response> => {
    const context = strangersContextOf(request.headers, tracing.sample());
    return runWithRequest(context, async () => {
      const startedAt = performance.now();
      const { pathname } = new URL(request.url);
      const deadlineMs = deadlineOf(pathname);
      const answered = await answer({ request, pathname, clientIp, ...context, deadlineMs });
      const response = withHeaders(answered, { ...securityHeaders, [REQUEST_ID_HEADER]: context.requestId });
      addCors(response, request, config.ALLOWED_ORIGINS);
      const route = serviceFor(pathname) ?? "gateway";
      const { status } = response;
      metrics.request(
        { service: "gateway", method: request.method, route, status },
        (performance.now() - startedAt) / 1000,
      );
      recordServed(tracing, { request, context, route, status, startedAtMs: startedAt });
      return response;
    });
  };
  // Who calls how often is known only by address, which nobody has looked for here.
  const atOnce = config.RATE_LIMITS
    ? refuseAtOnce
    : (request: Request) => atHand.whole(request) ?? refuseAtOnce(request);
  return Object.assign(gateway, { atHand: atOnce });
};

/** The request as it came, where its body has been read meanwhile. */
function withBody({ request, body }: Call): Request {
  if (body === undefined || body === null) return request;
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body });
}

/** The same answer, after which the connection is closed. */
function lastOnItsConnection(response: Response): Response {
  return withHeaders(response, { connection: "close" });
}

/** The same answer with more headers. An answer that came over HTTP has fixed headers, hence the copy. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) {
    if (!copy.headers.has(name)) copy.headers.set(name, value);
  }
  return copy;
}
