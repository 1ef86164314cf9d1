import { DEADLINE_HEADER } from "../shared/contracts/internal-api.ts";
import type { Clock } from "../shared/kernel/clock.ts";
import { KioskError, unavailable } from "../shared/kernel/errors.ts";
import { AddressFailed, type ServiceFetch } from "../shared/ports/service-fetch.ts";
import { Breaker } from "../shared/runtime/breaker.ts";
import { backoffMs, pause, within } from "../shared/runtime/retry.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { forwardedHeaders } from "./headers.ts";

/** Longest wait for the head of a service's answer; a stream may then go on for as long as it likes. */
const GATEWAY_DEADLINE_MS = 5_000;
const RETRIES = 2;
const RETRY_BACKOFF = { baseMs: 50, ceilingMs: 400 };
/** Safe to repeat when the connection failed: they change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS = new Set(["GET", "HEAD"]);

/** What the gateway knows of a request. */
export interface ForwardFacts {
  readonly clientIp: string;
  readonly requestId: string;
  /** The gateway's own place in the trace of the request. */
  readonly traceparent?: string | undefined;
  /** Longest wait for the head of the answer, where it is not that of every route. */
  readonly deadlineMs?: number | undefined;
}

export interface Forward {
  (service: ServiceName, request: Request, facts: ForwardFacts): Promise<Response>;
  readonly breakers: Readonly<Record<ServiceName, Breaker>>;
}

const late = (service: ServiceName) => new KioskError("TIMEOUT", `The ${service} service took too long.`);

const isConnectionFailure = (error: unknown): boolean =>
  !(error instanceof KioskError) || error.code === "UNAVAILABLE";

/** One try: the upstream's answer, `TIMEOUT` after the deadline, `UNAVAILABLE` where it cannot be reached. */
const attempt = async (
  service: ServiceName,
  upstream: ServiceFetch,
  request: Request,
  endsAt: number,
): Promise<Response> => {
  try {
    return await within(upstream(request), Math.max(1, endsAt - performance.now()), () => late(service));
  } catch (cause) {
    if (cause instanceof KioskError) throw cause;
    throw unavailable(`The ${service} service cannot be reached.`, 1, cause);
  }
};

/** Hands requests on to the services: clean headers, a deadline, a breaker per service, retries of safe methods. */
export const createForward = (
  services: Readonly<Record<ServiceName, ServiceFetch>>,
  clock: Clock,
): Forward => {
  const breakers = Object.fromEntries(
    Object.keys(services).map((name) => [name, new Breaker(clock)]),
  ) as Record<ServiceName, Breaker>;

  const once = async (service: ServiceName, request: Request, endsAt: number) => {
    const breaker = breakers[service];
    if (!breaker.tryAcquire()) throw unavailable(`The ${service} service is not well just now.`, 1);
    try {
      const response = await attempt(service, services[service], request, endsAt);
      breaker.record(response.status < 500);
      return response;
    } catch (error) {
      breaker.record(error instanceof Error && error.cause instanceof AddressFailed);
      throw error;
    }
  };

  const forward = async (service: ServiceName, incoming: Request, facts: ForwardFacts) => {
    const url = new URL(incoming.url);
    const endsAt = performance.now() + (facts.deadlineMs ?? GATEWAY_DEADLINE_MS);
    const headers = forwardedHeaders(incoming.headers, facts);
    for (let tries = 1; ; tries += 1) {
      headers.set(DEADLINE_HEADER, String(Math.round(endsAt - performance.now())));
      const init: RequestInit = {
        method: incoming.method,
        headers,
        signal: incoming.signal,
        redirect: "manual",
      };
      if (incoming.body !== null) Object.assign(init, { body: incoming.body, duplex: "half" });
      try {
        return await once(
          service,
          new Request(`http://${service}.internal${url.pathname}${url.search}`, init),
          endsAt,
        );
      } catch (error) {
        const mayRepeat = SAFE_METHODS.has(incoming.method) && tries <= RETRIES && isConnectionFailure(error);
        const waitMs = backoffMs(RETRY_BACKOFF, tries);
        if (!mayRepeat || performance.now() + waitMs >= endsAt) throw error;
        await pause(waitMs, incoming.signal);
      }
    }
  };
  return Object.assign(forward, { breakers });
};
