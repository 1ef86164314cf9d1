import { topology } from "../../shared/contracts/events.ts";
import {
  type DeliverCodeRequest,
  deliverCodeRequestSchema,
  INTERNAL_TOKEN_HEADER,
  type TelegramAccount,
} from "../../shared/contracts/internal-api.ts";
import { type RevokedSession, SESSION_CHANNEL } from "../../shared/contracts/tokens.ts";
import { createMemoryEventBus } from "../../shared/drivers/memory-event-bus.ts";
import { createMemoryLimits } from "../../shared/drivers/memory-limits.ts";
import { createMemoryPubSub } from "../../shared/drivers/memory-pub-sub.ts";
import { createMemoryTtlStore } from "../../shared/drivers/memory-ttl-store.ts";
import { createTokenVerifier } from "../../shared/http/token-verifier.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { Limits } from "../../shared/ports/limits.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { authConfigSchema } from "../config.ts";
import { makeSigningKey } from "../credentials/signing-key.ts";
import { authMigrations, createAuth } from "../service.ts";

/** The first database of a process may have to wait for a server to be made. */
export const HOOK_TIMEOUT_MS = 30_000;

export const INTERNAL_TOKEN = "internal-token-of-the-auth-tests-0123";
const BOT = { username: "kiosk_test_bot", deepLinkBase: "https://t.me/kiosk_test_bot?start=" };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it expects, and fails where they are not.
  readonly body: any;
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? null : JSON.parse(text),
  };
};

/** Notify as auth sees it: it remembers every code. */
const createFakeNotify = () => {
  const delivered: DeliverCodeRequest[] = [];
  const state = { outcome: "sent", reachable: true, before: Promise.resolve() };
  const fetch: ServiceFetch = async (request) => {
    if (!state.reachable) throw new Error("connection refused");
    if (request.headers.get(INTERNAL_TOKEN_HEADER) !== INTERNAL_TOKEN)
      return new Response(null, { status: 401 });
    if (new URL(request.url).pathname === "/internal/bot") return Response.json(BOT);
    await state.before;
    delivered.push(deliverCodeRequestSchema.parse(await request.json()));
    return Response.json({ outcome: state.outcome });
  };
  return { delivered, state, fetch };
};

export interface AuthHarnessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
  readonly database?: TestDatabase;
}

export const personOf = (id: number, firstName = "Ada"): TelegramAccount => ({
  id,
  firstName,
  lastName: null,
  username: null,
  languageCode: "en",
});

/** An auth service of its own, on a database of its own, with the real token verifier and everything else in memory. */
export const startAuth = async (options: AuthHarnessOptions = {}) => {
  const database = options.database ?? (await testDatabase({ name: "auth", migrations: authMigrations }));
  const clock = fakeClock();
  const log = silentLogger();
  const bus = createMemoryEventBus();
  await bus.declare(topology);
  const pubSub = createMemoryPubSub();
  const notify = createFakeNotify();
  const signingJwk = makeSigningKey();
  const config = readConfig(authConfigSchema, {
    JWT_PRIVATE_JWK: JSON.stringify(signingJwk),
    OTP_PEPPER: "pepper-of-the-auth-tests-0123456789",
    RATE_LIMITS: "off",
    ...options.environment,
  });
  const nobody: ServiceFetch = async () => new Response(null, { status: 503 });
  const self: ServiceFetch = (request) => auth.fetch(request);
  const verifier = createTokenVerifier({
    issuer: config.JWT_ISSUER,
    clock,
    fetchKeys: async () => (await self(new Request("http://auth.internal/.well-known/jwks.json"))).json(),
  });
  const announced: RevokedSession[] = [];
  await pubSub.subscribe(SESSION_CHANNEL, {
    onMessage: (message) => {
      const revoked: RevokedSession = JSON.parse(message);
      announced.push(revoked);
      verifier.revoke(revoked);
    },
  });
  const auth = createAuth({
    database,
    bus,
    pubSub,
    ttlStore: createMemoryTtlStore(),
    limits: options.limits ?? createMemoryLimits(),
    clock,
    newId,
    log,
    metrics: createMetrics(),
    verify: verifier.verify,
    internalToken: INTERNAL_TOKEN,
    services: { auth: self, notify: notify.fetch, catalog: nobody, inventory: nobody, orders: nobody },
    version: "0.0.0-test",
    config,
  });
  await auth.start();

  const call = async (
    method: string,
    path: string,
    { body, token, headers = {} }: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const init: RequestInit = {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    return answerOf(await auth.fetch(new Request(`http://auth.internal${path}`, init)));
  };

  return {
    ...{ auth, call, clock, database, log, notify, announced, bus, config, signingJwk, verifier },
    internal: (method: string, path: string, body?: unknown) =>
      call(method, path, { body, headers: { [INTERNAL_TOKEN_HEADER]: INTERNAL_TOKEN } }),
    stop: async () => {
      await auth.stop();
      await pubSub.close();
      await bus.close();
      await database.drop();
    },
  };
};

export type AuthHarness = Awaited<ReturnType<typeof startAuth>>;
