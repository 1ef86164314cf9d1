import { DEADLINE_HEADER, NOT_TAKEN_HEADER } from "../shared/contracts/internal-api.ts";
import type { Clock } from "../shared/kernel/clock.ts";
import { isKioskError, KioskError, unavailable } from "../shared/kernel/errors.ts";
import { AddressFailed, NotTaken, type ServiceFetch } from "../shared/ports/service-fetch.ts";
import { Breaker } from "../shared/runtime/breaker.ts";
import { backoffMs, pause, within } from "../shared/runtime/retry.ts";
import { RetryBudget } from "../shared/runtime/retry-budget.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import type { KeptBody } from "./bounded-body.ts";
import { endToEnd, forwardedHeaders } from "./headers.ts";
import { isRepeatable } from "./repeatable.ts";

/** Longest wait for the head of a service's answer; a stream may then go on for as long as it likes. */
const GATEWAY_DEADLINE_MS = 5_000;
const RETRIES = 2;
const RETRY_BACKOFF = { baseMs: 50, ceilingMs: 400 };

/** What the gateway knows of a request. */
export interface ForwardFacts {
  readonly clientIp: string;
  readonly requestId: string;
  /** The gateway's own place in the trace of the request. */
  readonly traceparent?: string | undefined;
  /** Longest wait for the head of the answer, where it is not that of every route. */
  readonly deadlineMs?: number | undefined;
  /** The body of the request, where it has been read already. */
  readonly body?: KeptBody | undefined;
}

export interface Forward {
  (service: ServiceName, request: Request, facts: ForwardFacts): Promise<Response>;
  readonly breakers: Readonly<Record<ServiceName, Breaker>>;
}

/** A service, and what the gateway keeps of how it fares. */
interface Upstream {
  readonly name: ServiceName;
  readonly fetch: ServiceFetch;
  readonly breaker: Breaker;
  readonly retries: RetryBudget;
}

/** Why a call has not been tried at all. */
class BreakerIsOpen extends Error {
  override readonly name = "BreakerIsOpen";
}

const late = (service: ServiceName) => new KioskError("TIMEOUT", `The ${service} service took too long.`);

/**
 * A service that is ill, and not one that declines: who answers 503 and says when to come back works, and what it refuses just
 * now is no reason to keep everything else from it.
 */
const isIll = ({ status, headers }: Response): boolean =>
  status >= 500 && !(status === 503 && headers.has("retry-after"));

/**
 * One try: the upstream's answer, `TIMEOUT` after the deadline, `UNAVAILABLE` where it cannot be reached. Nothing is left waiting at
 * the upstream by a try that is over.
 */
const attempt = async (
  { name, fetch }: Upstream,
  url: string,
  init: RequestInit & { signal: AbortSignal },
  endsAt: number,
): Promise<Response> => {
  const gaveUp = new AbortController();
  const signal = AbortSignal.any([init.signal, gaveUp.signal]);
  const leftMs = Math.max(1, endsAt - performance.now());
  try {
    const response = await within(fetch(new Request(url, { ...init, signal })), leftMs, () => late(name));
    if (!response.headers.has(NOT_TAKEN_HEADER)) return endToEnd(response);
    await response.body?.cancel();
    throw new NotTaken(response.status);
  } catch (cause) {
    gaveUp.abort();
    if (cause instanceof KioskError) throw cause;
    throw unavailable(`The ${name} service cannot be reached.`, 1, cause);
  }
};

/** One try, if the breaker lets it through, and what it tells the breaker. */
const guarded = async (
  upstream: Upstream,
  url: string,
  init: RequestInit & { signal: AbortSignal },
  endsAt: number,
) => {
  const { name, breaker } = upstream;
  if (!breaker.tryAcquire())
    throw unavailable(`The ${name} service is not well just now.`, 1, new BreakerIsOpen());
  try {
    const response = await attempt(upstream, url, init, endsAt);
    breaker.record(!isIll(response));
    return response;
  } catch (error) {
    // A client that went away has seen nothing, and who goes away often must not close a service to others.
    if (init.signal.aborted) breaker.abandon();
    else breaker.record(error instanceof Error && error.cause instanceof AddressFailed);
    throw error;
  }
};

const bodyInit = (body: KeptBody): Pick<RequestInit, "body"> =>
  body === null
    ? {}
    : ({ body, ...(body instanceof ReadableStream ? { duplex: "half" } : {}) } as Pick<RequestInit, "body">);

interface Attempts {
  /** Its body can be sent again. */
  readonly isWhole: boolean;
  /** It has no second effect, whatever became of the first. */
  readonly isRepeatable: boolean;
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

/**
 * How long to wait before the next try, in milliseconds; null where there is to be none: it may not be repeated, it is too late, nobody
 * would hear the answer, or too much is being repeated already. What the breaker has refused is refused at once.
 */
const nextTryInMs = (
  error: unknown,
  tries: number,
  attempts: Attempts,
  budget: RetryBudget,
): number | null => {
  const { isWhole, isRepeatable, endsAt, signal } = attempts;
  if (!isWhole || tries > RETRIES || signal.aborted) return null;
  if (!isKioskError(error, "UNAVAILABLE") || error.cause instanceof BreakerIsOpen) return null;
  if (!isRepeatable && !(error.cause instanceof NotTaken)) return null;
  const waitMs = backoffMs(RETRY_BACKOFF, tries);
  return performance.now() + waitMs < endsAt && budget.tryRetry() ? waitMs : null;
};

const createUpstream = (name: ServiceName, fetch: ServiceFetch, clock: Clock): Upstream => ({
  name,
  fetch,
  breaker: new Breaker(clock),
  retries: new RetryBudget(),
});

/** Hands requests on to the services: clean headers, a deadline, a breaker and a budget of retries for each service. */
export const createForward = (
  services: Readonly<Record<ServiceName, ServiceFetch>>,
  clock: Clock,
): Forward => {
  const upstreams = Object.fromEntries(
    Object.entries(services).map(([name, fetch]) => [
      name,
      createUpstream(name as ServiceName, fetch, clock),
    ]),
  ) as Record<ServiceName, Upstream>;
  const breakers = Object.fromEntries(
    Object.entries(upstreams).map(([name, { breaker }]) => [name, breaker]),
  ) as Record<ServiceName, Breaker>;

  const forward = async (service: ServiceName, incoming: Request, facts: ForwardFacts) => {
    const upstream = upstreams[service];
    const { method, signal } = incoming;
    const { pathname, search } = new URL(incoming.url);
    const endsAt = performance.now() + (facts.deadlineMs ?? GATEWAY_DEADLINE_MS);
    const headers = forwardedHeaders(incoming.headers, facts);
    const body = facts.body === undefined ? incoming.body : facts.body;
    const init = { method, headers, signal, redirect: "manual" as const, ...bodyInit(body) };
    const isWhole = !(body instanceof ReadableStream);
    const attempts = { isWhole, isRepeatable: isRepeatable(incoming, pathname), endsAt, signal };
    upstream.retries.call();
    for (let tries = 1; ; tries += 1) {
      headers.set(DEADLINE_HEADER, String(Math.round(endsAt - performance.now())));
      try {
        return await guarded(upstream, `http://${service}.internal${pathname}${search}`, init, endsAt);
      } catch (error) {
        const waitMs = nextTryInMs(error, tries, attempts, upstream.retries);
        if (waitMs === null) throw error;
        await pause(waitMs, signal);
      }
    }
  };
  return Object.assign(forward, { breakers });
};
