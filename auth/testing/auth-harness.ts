import {
  type DeliverCodeRequest,
  deliverCodeRequestSchema,
  INTERNAL_TOKEN_HEADER,
  type TelegramAccount,
} from "../../shared/contracts/internal-api.ts";
import { type RevokedSession, SESSION_CHANNEL } from "../../shared/contracts/tokens.ts";
import { createTokenVerifier } from "../../shared/http/token-verifier.ts";
import type { Limits } from "../../shared/ports/limits.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import type { TtlStore } from "../../shared/ports/ttl-store.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import type { ServiceName } from "../../shared/runtime/service.ts";
import { canary } from "../../shared/testing/canary/canary.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import {
  type Answer as AnswerOf,
  type CallOptions,
  inMemoryDeps,
  internalHeaders,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { authConfigSchema } from "../config.ts";
import { makeSigningKey } from "../credentials/signing-key.ts";
import type { OidcConnection } from "../oidc-config.ts";
import { authMigrations, createAuth } from "../service.ts";

export { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";

const BOT = { username: "kiosk_test_bot", deepLinkBase: "https://t.me/kiosk_test_bot?start=" };

// biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it expects, and fails where they are not.
export type Answer = AnswerOf<any>;

/** Notify as auth sees it: it remembers every code. */
const createFakeNotify = (internalToken: string, worlds: readonly string[]) => {
  const delivered: DeliverCodeRequest[] = [];
  const state = { outcome: "sent", reachable: true, before: Promise.resolve(), calls: 0 };
  const fetch: ServiceFetch = async (request) => {
    if (!state.reachable) throw new Error("connection refused");
    if (request.headers.get(INTERNAL_TOKEN_HEADER) !== internalToken)
      return new Response(null, { status: 401 });
    if (new URL(request.url).pathname === "/internal/bot") return Response.json(BOT);
    state.calls += 1;
    await state.before;
    const delivery = deliverCodeRequestSchema.parse(await request.json());
    delivered.push(delivery);
    canary?.learn("code", delivery.code, worlds);
    return Response.json({ outcome: state.outcome });
  };
  return { delivered, state, fetch };
};

export interface AuthHarnessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
  /** With `limits`: what instances share. */
  readonly ttlStore?: TtlStore;
  readonly database?: TestDatabase;
  readonly oidc?: OidcConnection;
  /** Services that answer: of the others only notify does. */
  readonly services?: Partial<Record<ServiceName, ServiceFetch>>;
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
  const deps = await inMemoryDeps();
  const { bus, pubSub, log } = deps;
  const notify = createFakeNotify(deps.internalToken, [log.world, database.url]);
  const signingJwk = makeSigningKey();
  const environment = {
    JWT_PRIVATE_JWK: JSON.stringify(signingJwk),
    OTP_PEPPER: "pepper-of-the-auth-tests-0123456789",
    RATE_LIMITS: "off",
    ...options.environment,
  };
  canary?.learnFrom(environment);
  const config = readConfig(authConfigSchema, environment);
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
    ...deps,
    ...{ database, clock, config },
    limits: options.limits ?? deps.limits,
    ttlStore: options.ttlStore ?? deps.ttlStore,
    verify: verifier.verify,
    services: { ...deps.services, auth: self, notify: notify.fetch, ...options.services },
    oidc: options.oidc,
  });
  await auth.start();

  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> =>
    readAnswer(await auth.fetch(requestTo(`http://auth.internal${path}`, method, options)));

  return {
    ...{ auth, call, clock, database, log, notify, announced, bus, config, signingJwk, verifier },
    internal: (method: string, path: string, body?: unknown) =>
      call(method, path, { body, headers: internalHeaders }),
    close: async () => {
      await auth.stop();
      await pubSub.close();
      await bus.close();
      await database.drop();
    },
  };
};

export type AuthHarness = Awaited<ReturnType<typeof startAuth>>;
