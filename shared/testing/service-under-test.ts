import { topology } from "../contracts/events.ts";
import { INTERNAL_TOKEN_HEADER } from "../contracts/internal-api.ts";
import { type Role, roles } from "../contracts/permissions.ts";
import { createMemoryEventBus } from "../drivers/memory-event-bus.ts";
import { createMemoryLimits } from "../drivers/memory-limits.ts";
import { createMemoryPubSub } from "../drivers/memory-pub-sub.ts";
import { createMemoryTtlStore } from "../drivers/memory-ttl-store.ts";
import type { VerifyToken } from "../http/auth-guard.ts";
import { unauthenticated } from "../kernel/errors.ts";
import { newId } from "../kernel/ids.ts";
import type { ServiceFetch } from "../ports/service-fetch.ts";
import { noTracing } from "../ports/tracing.ts";
import { createMetrics } from "../runtime/metrics.ts";
import { canary } from "./canary/canary.ts";
import { heardBus, heardPubSub, heardTtlStore } from "./canary/heard-ports.ts";
import { silentLogger } from "./silent-logger.ts";

/** For `beforeAll`: the first suite of a run may have to start an embedded PostgreSQL. */
export const SET_UP_TIMEOUT_MS = 60_000;

const INTERNAL_TOKEN = "internal-token-of-the-tests-0123456789";
/** What a call from inside carries. */
export const internalHeaders: Readonly<Record<string, string>> = { [INTERNAL_TOKEN_HEADER]: INTERNAL_TOKEN };

const SESSION_MS = 3_600_000;
const SOMEBODY_ID = "0190a000-0000-7000-8000-000000000001";

const isRole = (word: string): word is Role => roles.some((role) => role === word);

/**
 * Signs nobody in: the token itself says who it is, `role` or `role.userId`; staff and admins have just typed a fresh code, but for
 * `role.userId.unproved`.
 */
const verifyPlain: VerifyToken = async (token) => {
  const [role = "", userId = SOMEBODY_ID, unproved] = token.split(".");
  if (!isRole(role)) throw unauthenticated();
  const isProved = role !== "customer" && unproved === undefined;
  const stepUp = isProved ? { stepUp: { atMs: Date.now(), action: null } } : {};
  return { userId, sessionId: newId(), role, expiresAtMs: Date.now() + SESSION_MS, ...stepUp };
};

const nobody: ServiceFetch = () => Promise.reject(new Error("connection refused"));

/** What a service is given besides its database and clock: drivers in memory, and other services that are away. */
export const inMemoryDeps = async () => {
  const log = silentLogger();
  const bus = heardBus(createMemoryEventBus(), log.world);
  await bus.declare(topology);
  canary?.learn("internal token", INTERNAL_TOKEN);
  return {
    bus,
    pubSub: heardPubSub(createMemoryPubSub(), log.world),
    ttlStore: heardTtlStore(createMemoryTtlStore(), log.world),
    limits: createMemoryLimits(),
    newId,
    log,
    metrics: createMetrics(),
    tracing: noTracing,
    verify: verifyPlain,
    internalToken: INTERNAL_TOKEN,
    services: { auth: nobody, catalog: nobody, inventory: nobody, orders: nobody, notify: nobody },
    version: "0.0.0",
  };
};

export interface CallOptions {
  /** An access token. */
  readonly token?: string | undefined;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: HeadersInit | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A request as a client of the API makes it. */
export const requestTo = (
  url: string,
  method: string,
  { token, body, headers: given, signal }: CallOptions = {},
): Request => {
  const headers = new Headers(given);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  canary?.learnFrom([url, headers, body]);
  return new Request(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
};

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Of the shape that the test expects: what it is, expect() finds out. Null where there is none, text where it is no JSON. */
  readonly body: Body;
}

/** Reads an answer to its end. */
export const readAnswer = async <Body>(response: Response): Promise<Answer<Body>> => {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get("content-type")?.includes("json") === true;
  const body: Body = isJson ? JSON.parse(text) : text || null;
  canary?.answered({ status, headers, text });
  return { status, headers, body };
};
