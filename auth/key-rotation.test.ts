import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeProtectedHeader } from "jose";
import { ConfigError, readConfig } from "../shared/runtime/config.ts";
import { authConfigSchema } from "./config.ts";
import { makeSigningKey, signingKeyOf } from "./credentials/signing-key.ts";
import { KEY_LEAD_MS } from "./domain/key-schedule.ts";
import { keyRotationOf } from "./service.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

// A session that nobody uses lives as long as one may.
const environment = { JWT_PRIVATE_JWK: JSON.stringify(makeSigningKey()), SESSION_IDLE_DAYS: "30" };
const DAY_MS = 86_400_000;
/** Keys are read again after a second. */
const READ_MS = 1_001;

// Two instances over one database, each with a clock and a verifier of its own; the verifiers ask the other instance's keys too.
let one: AuthHarness;
let two: AuthHarness;
beforeAll(async () => {
  one = await startAuth({ environment });
  two = await startAuth({ environment, database: one.database });
}, SET_UP_TIMEOUT_MS);
afterAll(async () => {
  await two.auth.stop();
  await one.close();
}, SET_UP_TIMEOUT_MS);

const advance = (ms: number) => {
  one.clock.advance(ms);
  two.clock.advance(ms);
};
const kidsAt = async ({ call }: AuthHarness): Promise<string[]> => {
  const { body, headers } = await call("GET", "/.well-known/jwks.json");
  expect(headers.get("cache-control")).toBe("public, max-age=300");
  return body.keys.map(({ kid }: { kid: string }) => kid);
};
const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? "";
const rotation = () => keyRotationOf(one.database, one.clock);
const me = ({ call }: AuthHarness, token: string) => call("GET", "/v1/users/me", { token });
const refresh = ({ call }: AuthHarness, refreshToken: string) =>
  call("POST", "/v1/auth/refresh", { body: { refreshToken } });

let people = 7_000;
const signUp = async (at: AuthHarness) => {
  people += 1;
  const { status, body } = await stepsOf(at).signUp(personOf(people), `+4915300${people}`);
  expect(status).toBe(200);
  return body as { accessToken: string; refreshToken: string };
};
const statusEverywhere = async (token: string) => [
  (await me(one, token)).status,
  (await me(two, token)).status,
];
const audited = async (kind: string) => {
  const { rows } = await one.database.db.execute<{ detail: string }>(
    `select detail from audit_event where kind = '${kind}' order by id`,
  );
  return rows.map(({ detail }) => detail);
};

describe("a rotation", () => {
  test("publishes the new key, lets it sign when everybody knows it, and ends the old one with its last token", async () => {
    const before = await signUp(one);
    const first = kidOf(before.accessToken);
    expect([await kidsAt(one), await kidsAt(two)]).toEqual([[first], [first]]);

    await rotation().wantSuccessor();
    await rotation().wantSuccessor();
    advance(READ_MS);
    const [ofOne, ofTwo] = await Promise.all([kidsAt(one), kidsAt(two)]);
    advance(READ_MS);
    const [, second = ""] = await kidsAt(one);
    expect(await kidsAt(two)).toEqual([first, second]);
    expect(new Set([...ofOne, ...ofTwo]).size).toBe(2);
    expect(await audited("signing-key-added")).toEqual([first, second]);
    // Published, and nobody signs with it yet.
    expect(kidOf((await signUp(two)).accessToken)).toBe(first);

    advance(KEY_LEAD_MS);
    const after = await signUp(two);
    expect(kidOf(after.accessToken)).toBe(second);
    expect(kidOf(after.refreshToken)).toBe(second);
    expect(await statusEverywhere(after.accessToken)).toEqual([200, 200]);
    expect(await kidsAt(one)).toEqual([first, second]);

    // The old refresh token is good until its session ends, and gives a pair of the new key.
    advance(DAY_MS * 29);
    const refreshed = await refresh(one, before.refreshToken);
    expect([refreshed.status, kidOf(refreshed.body.refreshToken)]).toEqual([200, second]);
    advance(DAY_MS + 2 * 60_000);
    expect(await kidsAt(one)).toEqual([second]);
    expect(await kidsAt(two)).toEqual([second]);
  });

  test("leaves no private half that is of no use, and none that can be read without the secret", async () => {
    const { rows } = await one.database.db.execute<{ kid: string; sealed: string | null }>(
      "select kid, sealed from signing_key order by signs_from",
    );
    expect(rows.map(({ sealed }) => sealed === null)).toEqual([true, false]);
    expect(JSON.stringify(rows)).not.toContain(JSON.parse(environment.JWT_PRIVATE_JWK).d);
    expect(rows[1]?.sealed).not.toContain("OKP");
  });

  test("that two instances begin at once makes one key", async () => {
    const before = await kidsAt(one);
    await rotation().wantSuccessor();
    advance(READ_MS);
    await Promise.all(Array.from({ length: 10 }, (_, i) => kidsAt(i % 2 ? one : two)));
    advance(READ_MS);
    expect(await kidsAt(one)).toHaveLength(before.length + 1);
    expect(await kidsAt(two)).toEqual(await kidsAt(one));
    advance(KEY_LEAD_MS);
    await kidsAt(one);
  });
});

describe("a key that is dropped", () => {
  test("takes all of its tokens along, and another signs at once", async () => {
    const stolen = await signUp(one);
    expect(await statusEverywhere(stolen.accessToken)).toEqual([200, 200]);
    const kid = kidOf(stolen.accessToken);
    await rotation().revoke(kid);
    await rotation().revoke(kid);
    advance(READ_MS);
    await Promise.all([one.verifier.pullKeys(), two.verifier.pullKeys()]);
    expect(await statusEverywhere(stolen.accessToken)).toEqual([401, 401]);
    expect((await refresh(one, stolen.refreshToken)).status).toBe(401);
    expect((await refresh(two, stolen.refreshToken)).status).toBe(401);
    expect(await kidsAt(one)).not.toContain(kid);
    expect(await audited("signing-key-revoked")).toEqual([kid]);

    const fresh = await signUp(two);
    expect(kidOf(fresh.accessToken)).not.toBe(kid);
    // The other one has not heard of the key yet, and asks for it.
    advance(READ_MS);
    expect(await statusEverywhere(fresh.accessToken)).toEqual([200, 200]);
  });

  test("is no longer there is said so", async () => {
    await expect(rotation().revoke("nobody's")).rejects.toThrow("There is no such key");
  });
});

describe("a start with another secret", () => {
  const keysWith = (environment: Record<string, string>, jwk = makeSigningKey()) =>
    createSigningKeys({
      database: one.database,
      storeContext: {
        newId: () => crypto.randomUUID(),
        currentRequest: () => undefined,
        accessTtlSeconds: 900,
      },
      config: readConfig(authConfigSchema, {
        OTP_PEPPER: "another-pepper-of-the-tests-0123456789",
        ...environment,
      }),
      configured: signingKeyOf(jwk),
      clock: one.clock,
      log: one.log,
    });

  test("is refused by name, without a value, where the signing key cannot be opened", async () => {
    const known = JSON.parse(environment.JWT_PRIVATE_JWK);
    const failed = await keysWith({}, known)
      .prepare()
      .then(
        () => null,
        (error: unknown) => error,
      );
    expect(failed).toBeInstanceOf(ConfigError);
    expect(String(failed)).toContain("JWT_KEYS_SECRET: the signing key");
    expect(String(failed)).toContain("keys:rotate --revoke");
    expect(String(failed)).not.toContain("another-pepper");
    await expect(keysWith({}, known).ring.signing()).rejects.toThrow("cannot be opened");
  });

  test("works where JWT_KEYS_SECRET is the old one", async () => {
    const known = JSON.parse(environment.JWT_PRIVATE_JWK);
    const keys = keysWith({ JWT_KEYS_SECRET: one.config.OTP_PEPPER }, known);
    await keys.prepare();
    const signing = (await keys.ring.signing()).kid;
    expect(signing).toBe(kidOf((await signUp(one)).accessToken));
  });

  test("and another configured key signs with that one at once", async () => {
    const jwk = makeSigningKey();
    const keys = keysWith({}, jwk);
    await keys.prepare();
    expect((await keys.ring.signing()).kid).toBe(signingKeyOf(jwk).kid);
  });
});
