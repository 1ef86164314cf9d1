import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createPrivateKey } from "node:crypto";
import { decodeProtectedHeader } from "jose";
import { createKeyChest } from "../auth/credentials/key-chest.ts";
import { type SigningKey, signingKeyOf } from "../auth/credentials/signing-key.ts";
import { keyRotationOf } from "../auth/service.ts";
import { createKeyStore } from "../auth/store/key-store.ts";
import { type AuthHarness, personOf, startAuth } from "../auth/testing/auth-harness.ts";
import { stepsOf } from "../auth/testing/sign-in.ts";
import { catalogMigrations, createCatalog } from "../catalog/service.ts";
import { createGateway } from "../gateway/gateway.ts";
import { createInventory, inventoryMigrations } from "../inventory/service.ts";
import { notifyConfigSchema } from "../notify/config.ts";
import { createNotify, notifyMigrations } from "../notify/service.ts";
import { createOrders, ordersMigrations } from "../orders/service.ts";
import { createTokenVerifier, type TokenVerifier } from "../shared/http/token-verifier.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { readConfig } from "../shared/runtime/config.ts";
import { createLogger } from "../shared/runtime/logging.ts";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { forgedTokens } from "../shared/testing/forged-tokens.ts";
import {
  inMemoryDeps,
  readAnswer,
  requestTo,
  SET_UP_TIMEOUT_MS,
} from "../shared/testing/service-under-test.ts";
import { testDatabase } from "../shared/testing/test-database.ts";

setDefaultTimeout(60_000);

// Every service with a verifier of its own over auth's published keys, as in processes of their own, and the gateway before them.

const ADMIN = { id: 6_001, phone: "+4915300006001" };
/** Auth reads its keys again after a second, the verifiers after ten. */
const KEYS_AGE_MS = 11_000;

/** Protected routes of each service, which answer 200 to an admin. */
const ROUTES: Readonly<Record<ServiceName, readonly string[]>> = {
  auth: ["/v1/users/me", "/v1/users", "/v1/ops/outbox"],
  catalog: ["/v1/ops/outbox", "/v1/products"],
  inventory: ["/v1/stock", "/v1/ops/outbox"],
  orders: ["/v1/orders", "/v1/ops/sagas"],
  notify: ["/v1/notifications"],
};
/** Those that the gateway takes to a service, one each. */
const THROUGH_GATEWAY = ["/v1/users/me", "/v1/products", "/v1/stock", "/v1/orders", "/v1/notifications"];

const openServices = async (auth: AuthHarness) => {
  const lines: string[] = [];
  const log = createLogger({ level: "debug", format: "json", write: (line) => void lines.push(line) });
  const given = await inMemoryDeps();
  const verifiers: TokenVerifier[] = [];
  const fetchKeys = async () =>
    (await auth.auth.fetch(new Request("http://auth.internal/.well-known/jwks.json"))).json();
  const services = { ...given.services, auth: auth.auth.fetch };
  const databases = await Promise.all(
    Object.entries({
      catalog: catalogMigrations,
      inventory: inventoryMigrations,
      orders: ordersMigrations,
      notify: notifyMigrations,
    }).map(async ([name, migrations]) => [name, await testDatabase({ name, migrations })] as const),
  );
  const depsOf = (name: string) => {
    const database = databases.find(([of]) => of === name)?.[1];
    if (!database) throw new Error(`${name} has no database`);
    const verifier = createTokenVerifier({ issuer: "kiosk", clock: auth.clock, fetchKeys });
    verifiers.push(verifier);
    const { clock } = auth;
    return { ...given, services, log, database, clock, verify: verifier.verify, metrics: createMetrics() };
  };
  const telegram = {
    token: "1:token-of-the-forgery-tests",
    apiRoot: "http://telegram.invalid",
    fetch: Object.assign(() => Promise.reject(new Error("not here")), { preconnect: () => undefined }),
    deepLinkBase: "https://t.me/kiosk_test_bot?start=",
  };
  const fetches: Record<ServiceName, ServiceFetch> = {
    auth: auth.auth.fetch,
    catalog: createCatalog({
      ...depsOf("catalog"),
      config: { CURRENCY: "USD", CATALOG_CACHE_TTL_SECONDS: 300 },
    }).fetch,
    inventory: createInventory({ ...depsOf("inventory"), config: { LOW_STOCK_THRESHOLD: 5 } }).fetch,
    orders: createOrders({
      ...depsOf("orders"),
      config: { CURRENCY: "USD", OUTBOX_MAX_UNSENT: 1_000 },
    }).fetch,
    notify: createNotify({
      ...depsOf("notify"),
      config: readConfig(notifyConfigSchema, { SHOP_NAME: "Forge" }),
      telegram,
      channels: { publicUrl: "http://gateway", mailbox: null },
    }).fetch,
  };
  const gateway = createGateway({
    ...given,
    ...{ log, services: fetches, clock: auth.clock, sandbox: null },
    config: { ALLOWED_ORIGINS: [], RATE_LIMITS: false },
  });
  return {
    fetches,
    lines: () => [...lines, ...auth.log.lines.map((line) => JSON.stringify(line))],
    gateway: (request: Request) => gateway(request, "127.0.0.1"),
    close: () => Promise.all(databases.map(([, database]) => database.drop())),
  };
};

let auth: AuthHarness;
let opened: Awaited<ReturnType<typeof openServices>>;
let real = "";
let forged: Readonly<Record<string, string>> = {};

/** The private half of the key that signs now, as nobody but auth can get it. */
const signingKeyNow = async (kid: unknown): Promise<SigningKey> => {
  const chest = createKeyChest({
    configured: signingKeyOf(auth.signingJwk),
    secret: auth.config.OTP_PEPPER,
  });
  const stored = (await createKeyStore(auth.database.db).list()).find((key) => key.kid === kid);
  const key = stored === undefined ? null : chest.open(stored);
  if (key === null) throw new Error("the signing key is not in the database");
  return key;
};

const statusAt = async (fetch: ServiceFetch, path: string, token: string) => {
  const answer = await readAnswer<Record<string, unknown>>(
    await fetch(requestTo(`http://kiosk.example${path}`, "GET", { token })),
  );
  const { requestId: _, ...said } = answer.body ?? {};
  return { status: answer.status, said, headers: answer.headers };
};

beforeAll(async () => {
  auth = await startAuth({ environment: { ADMIN_PHONES: ADMIN.phone } });
  opened = await openServices(auth);
  const steps = stepsOf(auth);
  const first = (await steps.signUp(personOf(ADMIN.id), ADMIN.phone)).body;
  // Every service has seen this token, and remembers it, when its key is dropped.
  for (const name of serviceNames)
    expect(await statusAt(opened.fetches[name], ROUTES[name][0] ?? "", first.accessToken)).toMatchObject({
      status: 200,
    });
  await keyRotationOf(auth.database).revoke(decodeProtectedHeader(first.accessToken).kid ?? "");
  auth.clock.advance(KEYS_AGE_MS);
  const second = (await steps.signIn(ADMIN.phone)).body;
  real = second.accessToken;
  const { kty, crv, x, d } = (await signingKeyNow(decodeProtectedHeader(real).kid)).privateJwk;
  forged = forgedTokens({
    access: real,
    refresh: second.refreshToken,
    privateKey: createPrivateKey({ key: { kty, crv, x, d }, format: "jwk" }),
    ofDroppedKey: first.accessToken,
    now: auth.clock.now(),
  });
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await opened.close();
  await auth.close();
}, SET_UP_TIMEOUT_MS);

const REFUSED = {
  type: "https://kiosk.example/problems/unauthenticated",
  title: "Not signed in",
  status: 401,
  detail: "The access token is not valid or has ended: refresh it, or sign in again.",
  code: "UNAUTHENTICATED",
};

describe("forged tokens", () => {
  test("there are many, and no two are the same", () => {
    expect(Object.keys(forged).length).toBeGreaterThan(90);
    expect(new Set(Object.values(forged)).size).toBe(Object.keys(forged).length);
    expect(Object.values(forged)).not.toContain(real);
  });

  for (const name of serviceNames) {
    test(`${name} accepts none, says the same of all, and accepts the real one beside them`, async () => {
      for (const path of ROUTES[name]) {
        for (const [forgery, token] of Object.entries(forged)) {
          const { status, said } = await statusAt(opened.fetches[name], path, token);
          expect({ path, forgery, status, said }).toEqual({ path, forgery, status: 401, said: REFUSED });
        }
        const { status } = await statusAt(opened.fetches[name], path, real);
        expect({ path, status }).toEqual({ path, status: 200 });
      }
    });
  }

  test("none comes through the gateway, and the real one does", async () => {
    for (const path of THROUGH_GATEWAY) {
      for (const [forgery, token] of Object.entries(forged)) {
        const { status, said, headers } = await statusAt(opened.gateway, path, token);
        expect({ path, forgery, status, said }).toEqual({ path, forgery, status: 401, said: REFUSED });
        expect(headers.get("www-authenticate")).toBe('Bearer realm="kiosk"');
      }
      const { status } = await statusAt(opened.gateway, path, real);
      expect({ path, status }).toEqual({ path, status: 200 });
    }
  });

  test("none is taken for a refresh token, nor is the real access token", async () => {
    for (const [forgery, token] of Object.entries({ ...forged, "the access token": real })) {
      // The one refresh token of them is real, where it is asked for.
      if (forgery === "a refresh token") continue;
      const body = { refreshToken: token.slice(0, 4_096) };
      const { status } = await auth.call("POST", "/v1/auth/refresh", { body });
      expect({ forgery, status }).toEqual({ forgery, status: 401 });
    }
    const body = { refreshToken: forged["a refresh token"] };
    expect((await auth.call("POST", "/v1/auth/refresh", { body })).status).toBe(200);
  });

  test("nothing of them is logged", () => {
    const logged = opened.lines().join("\n");
    expect(logged).toContain("/v1/notifications");
    const parts = new Set([...Object.values(forged), real].flatMap((token) => token.split(/[.,]/)));
    for (const part of parts) if (part.length > 20) expect(logged).not.toContain(part);
  });
});
