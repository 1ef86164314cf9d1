import { z } from "zod";
import { DEADLINE_HEADER, INTERNAL_TOKEN_HEADER } from "../contracts/internal-api.ts";
import type { Clock } from "../kernel/clock.ts";
import { errorCodes, isKioskError, KioskError, unavailable } from "../kernel/errors.ts";
import { AddressFailed, type ServiceFetch } from "../ports/service-fetch.ts";
import { Breaker } from "./breaker.ts";
import { addBreakerGauge } from "./breaker-gauge.ts";
import type { Metrics } from "./metrics.ts";
import { currentRequest } from "./request-context.ts";
import { backoffMs, pause } from "./retry.ts";
import { RetryBudget } from "./retry-budget.ts";

/** Longest wait for another service, retries included. */
const SERVICE_DEADLINE_MS = 3_000;
const RETRIES = 2;
/** RFC 9110, section 9.2.2. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "DELETE"]);
const RETRY_BACKOFF = { baseMs: 50, ceilingMs: 400 };

export interface ServiceCall<Answer> {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** A person in whose name it is made, by their access token: a public route, asked for as they would. Without it: the service itself. */
  readonly bearer?: string;
  /** More headers, such as `Idempotency-Key`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Contract of each status that is an answer; any other status is a failure. */
  readonly answers: Readonly<Record<number, z.ZodType<Answer>>>;
  /** May it run twice without harm? Only then is it repeated. GET, PUT and DELETE are by nature. */
  readonly idempotent?: boolean;
  readonly deadlineMs?: number;
}

export interface ServiceClient {
  /**
   * Calls a route of the service and checks the answer against its contract. Fails with `NOT_FOUND` (404 that is no answer) or
   * `UNAVAILABLE` (no connection, deadline, 5xx, breaker open, an answer outside the contract); with `bearer` also with whatever
   * the service refuses the person.
   */
  call<Answer>(call: ServiceCall<Answer>): Promise<{ status: number; data: Answer }>;
  readonly breaker: Breaker;
}

export interface ServiceClientOptions {
  /** The service's name, for the URL and for messages. */
  readonly service: string;
  readonly fetch: ServiceFetch;
  readonly internalToken: string;
  readonly clock: Clock;
  /** Where the state of the breaker is shown, and for whom; nowhere by default. */
  readonly gauge?: { readonly metrics: Metrics; readonly from: string };
}

const requestOf = (
  service: string,
  token: string,
  call: ServiceCall<unknown>,
  remainingMs: number,
): Request => {
  const headers = new Headers(call.headers);
  headers.set(DEADLINE_HEADER, String(Math.round(remainingMs)));
  if (call.bearer === undefined) headers.set(INTERNAL_TOKEN_HEADER, token);
  else headers.set("authorization", `Bearer ${call.bearer}`);
  const context = currentRequest();
  if (context?.requestId) headers.set("x-request-id", context.requestId);
  if (context?.traceparent) headers.set("traceparent", context.traceparent);
  const init: RequestInit = { method: call.method, headers, signal: AbortSignal.timeout(remainingMs) };
  if (call.body !== undefined) {
    headers.set("content-type", "application/json");
    init.body = JSON.stringify(call.body);
  }
  return new Request(`http://${service}.internal${call.path}`, init);
};

/** A fetch that gives up when the request's signal aborts, also where the callee is in this process and ignores it. */
const withinSignal = async (fetch: ServiceFetch, request: Request): Promise<Response> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(request.signal.reason);
  request.signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([fetch(request), aborted]);
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
};

const refusalSchema = z.looseObject({
  code: z.enum(errorCodes),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});
/** Members of every refusal (RFC 9457), which the next answer has for itself. */
const COMMON_MEMBERS: ReadonlySet<string> = new Set(["type", "title", "status", "requestId"]);

/** What a service refuses a person, in its own words; null where the answer is no refusal. */
const refusalOf = async (response: Response): Promise<KioskError | null> => {
  if (response.status < 400 || response.status >= 500) return null;
  const read = refusalSchema.safeParse(await response.json().catch(() => undefined));
  if (!read.success) return null;
  const { code, detail, errors, ...members } = read.data;
  const own = Object.entries(members).filter(([name]) => !COMMON_MEMBERS.has(name));
  const retryAfterSeconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new KioskError(code, detail, {
    ...(errors === undefined ? {} : { errors }),
    ...(own.length === 0 ? {} : { extensions: Object.fromEntries(own) }),
    ...(Number.isNaN(retryAfterSeconds) ? {} : { retryAfterSeconds }),
  });
};

/** A client for the routes of one service: deadline, retry of idempotent calls within a budget, circuit breaker, contract. */
export const createServiceClient = ({
  service,
  fetch,
  internalToken,
  clock,
  gauge,
}: ServiceClientOptions): ServiceClient => {
  const breaker = new Breaker(clock);
  const retries = new RetryBudget();
  if (gauge !== undefined) addBreakerGauge(gauge.metrics, { from: gauge.from, to: service }, breaker);

  const once = async <Answer>(call: ServiceCall<Answer>, remainingMs: number) => {
    if (!breaker.tryAcquire()) throw unavailable(`The ${service} service is not answering.`, 1);
    try {
      const response = await withinSignal(fetch, requestOf(service, internalToken, call, remainingMs));
      breaker.record(response.status < 500);
      return response;
    } catch (cause) {
      breaker.record(cause instanceof AddressFailed);
      throw unavailable(`The ${service} service is not answering.`, 1, cause);
    }
  };

  const read = async <Answer>(call: ServiceCall<Answer>, response: Response) => {
    const contract = call.answers[response.status];
    if (!contract) {
      const refusal = call.bearer === undefined ? null : await refusalOf(response.clone());
      if (refusal !== null) throw refusal;
      await response.body?.cancel();
      if (response.status === 404)
        throw new KioskError("NOT_FOUND", `The ${service} service does not know it.`);
      throw unavailable(`The ${service} service answered ${response.status}.`);
    }
    const parsed = contract.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success)
      throw unavailable(`The ${service} service answered outside its contract.`, 1, parsed.error);
    return { status: response.status, data: parsed.data };
  };

  return {
    breaker,
    async call(call) {
      const idempotent = call.idempotent ?? IDEMPOTENT_METHODS.has(call.method);
      const endsAt = performance.now() + (call.deadlineMs ?? SERVICE_DEADLINE_MS);
      retries.call();
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await read(call, await once(call, Math.max(1, endsAt - performance.now())));
        } catch (error) {
          const mayRepeat = idempotent && attempt <= RETRIES && isKioskError(error, "UNAVAILABLE");
          const waitMs = backoffMs(RETRY_BACKOFF, attempt);
          const isInTime = performance.now() + waitMs < endsAt;
          if (!mayRepeat || !isInTime || !retries.tryRetry()) throw error;
          await pause(waitMs);
        }
      }
    },
  };
};
