import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from "jose";
import { eventEnvelopeSchema } from "../shared/contracts/envelope.ts";
import { readEvent } from "../shared/contracts/events.ts";
import { revokedSessionsSchema } from "../shared/contracts/internal-api.ts";
import { accessClaimsSchema } from "../shared/contracts/tokens.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth();
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 5_000;
const signUp = async () => {
  people += 1;
  const phone = `+4915300${people}`;
  const { status, body } = await steps.signUp(personOf(people), phone);
  expect({ status, body }).toMatchObject({ status: 200 });
  return { phone, ...(body as { accessToken: string; refreshToken: string; user: { id: string } }) };
};
const refresh = (refreshToken: string) =>
  harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } });
const me = (token: string) => harness.call("GET", "/v1/users/me", { token });
const sidOf = (token: string) => String(decodeJwt(token).sid);

const eventsAbout = async (subject: string) => {
  const { rows } = await harness.database.db.execute<{ event: unknown }>(
    `select event from outbox where aggregate = '${subject}' order by position`,
  );
  return rows.map(({ event }) => readEvent(eventEnvelopeSchema.parse(event)));
};

describe("an access token", () => {
  test("says what the contract asks for, with its type and key in the protected header", async () => {
    const { accessToken, refreshToken, user } = await signUp();
    const claims = accessClaimsSchema.parse(decodeJwt(accessToken));
    const nowSeconds = harness.clock.now().getTime() / 1000;
    expect(claims).toMatchObject({ iss: "kiosk", aud: "kiosk", sub: user.id, role: "customer" });
    expect(claims.exp).toBe(nowSeconds + 900);
    const { keys } = (await harness.call("GET", "/.well-known/jwks.json")).body;
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0]).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
    expect(keys[0].kid).toBe(await calculateJwkThumbprint(keys[0]));
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: "EdDSA", kid: keys[0].kid, typ: "at+jwt" });
    expect(decodeProtectedHeader(refreshToken)).toEqual({
      alg: "EdDSA",
      kid: keys[0].kid,
      typ: "rt+jwt",
    });
  });

  test("is refused when it is forged in any of the usual ways", async () => {
    const { accessToken, refreshToken } = await signUp();
    const claims = decodeJwt(accessToken);
    const { kid } = decodeProtectedHeader(accessToken);
    const own = await importJWK({ ...harness.signingJwk }, "EdDSA");
    const stranger = generateKeyPairSync("ed25519").privateKey;
    const sign = (change: object, header: object = {}, key: typeof own | typeof stranger = own) =>
      new SignJWT({ ...claims, ...change })
        .setProtectedHeader({ alg: "EdDSA", kid: kid ?? "", typ: "at+jwt", ...header })
        .sign(key);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const forged = {
      "a refresh token": refreshToken,
      "no signature": `${part({ alg: "none", typ: "at+jwt" })}.${part(claims)}.`,
      "another key under our kid": await sign({}, {}, stranger),
      "HMAC with the public key": await new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: kid ?? "", typ: "at+jwt" })
        .sign(Buffer.from(harness.signingJwk.x)),
      "another audience": await sign({ aud: "elsewhere" }),
      "another issuer": await sign({ iss: "elsewhere" }),
      "another type in the header": await sign({}, { typ: "JWT" }),
      "a refresh token's claims": await sign({ typ: "refresh" }),
      "a role that does not exist": await sign({ role: "root" }),
      "no session": await sign({ sid: undefined }),
      "an end in the past": await sign({ exp: Number(claims.exp) - 1_000 }),
      "other claims under our signature": [
        accessToken.split(".")[0],
        part({ ...claims, role: "admin" }),
        accessToken.split(".")[2],
      ].join("."),
    };
    for (const [why, token] of Object.entries(forged)) {
      expect({ why, status: (await me(token)).status }).toEqual({ why, status: 401 });
      const { body } = await harness.call("POST", "/v1/auth/verify", { body: { token } });
      expect({ why, ...body }).toEqual({ why, valid: false });
    }
    expect((await me(await sign({}))).status).toBe(200);
  });

  test("is introspected by what is stored, not by what it says", async () => {
    const { accessToken, user } = await signUp();
    const introspect = async () =>
      (await harness.call("POST", "/v1/auth/verify", { body: { token: accessToken } })).body;
    const { exp } = decodeJwt(accessToken);
    expect(await introspect()).toEqual({
      valid: true,
      userId: user.id,
      role: "customer",
      username: null,
      expiresAt: new Date(Number(exp) * 1000).toISOString(),
    });
    await harness.database.db.execute(
      `update session set revoked_at = now(), revoke_reason = 'admin' where user_id = '${user.id}'`,
    );
    expect(await introspect()).toEqual({ valid: false });
  });
});

describe("a refresh token", () => {
  test("is exchanged for a new pair of the same session", async () => {
    const first = await signUp();
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect(second.body.refreshToken).not.toBe(first.refreshToken);
    expect(sidOf(second.body.accessToken)).toBe(sidOf(first.accessToken));
    expect((await me(second.body.accessToken)).status).toBe(200);
    expect((await refresh(second.body.refreshToken)).status).toBe(200);
  });

  test("gives the same successor again within ten seconds while that is unused", async () => {
    const first = await signUp();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(first.refreshToken)));
    harness.clock.advance(10_000);
    answers.push(await refresh(first.refreshToken));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
    const next = await refresh(answers[0]?.body.refreshToken);
    expect(next.status).toBe(200);
  });

  test("ends the whole session when it is shown again later", async () => {
    const first = await signUp();
    const second = (await refresh(first.refreshToken)).body;
    harness.clock.advance(10_001);
    const reused = await refresh(first.refreshToken);
    expect(reused.status).toBe(401);
    expect(reused.body.code).toBe("UNAUTHENTICATED");
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect((await me(second.accessToken)).status).toBe(401);
    const sid = sidOf(first.accessToken);
    const [event] = await eventsAbout(sid);
    expect(event).toMatchObject({
      type: "session.revoked",
      data: { sid, userId: first.user.id, reason: "reuse" },
    });
    const { rows } = await harness.database.db.execute(
      `select kind from audit_event where session_id = '${sid}' order by id`,
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["signed-in", "token-reused", "session-revoked"]);
  });

  test("ends the session within the grace too, once its successor has been used", async () => {
    const first = await signUp();
    const second = (await refresh(first.refreshToken)).body;
    const third = (await refresh(second.refreshToken)).body;
    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(third.refreshToken)).status).toBe(401);
  });

  test("is over when the session is 30 days old, however often it was refreshed", async () => {
    let { refreshToken } = await signUp();
    for (const days of [13, 13, 3]) {
      harness.clock.advance(days * 86_400_000);
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      refreshToken = body.refreshToken;
    }
    harness.clock.advance(86_400_000);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  test("that is exchanged while its session is being ended leaves nothing that lives", async () => {
    const { phone } = await signUp();
    for (let round = 0; round < 5; round += 1) {
      const { accessToken, refreshToken } = (await steps.signIn(phone)).body;
      const [pair] = await Promise.all([
        refresh(refreshToken),
        harness.call("POST", "/v1/auth/logout", { token: accessToken }),
      ]);
      expect((await refresh(pair.body.refreshToken ?? refreshToken)).status).toBe(401);
    }
  });

  test("is refused when it is none of ours, an access token included", async () => {
    const { accessToken } = await signUp();
    for (const token of [accessToken, "x", `${accessToken}x`]) {
      expect((await refresh(token)).status).toBe(401);
    }
  });
});

describe("signing out", () => {
  test("here ends this session at once and says so everywhere", async () => {
    const { accessToken, refreshToken, user } = await signUp();
    const sid = sidOf(accessToken);
    const out = await harness.call("POST", "/v1/auth/logout", { token: accessToken });
    expect(out.status).toBe(204);
    expect((await me(accessToken)).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
    const announced = harness.announced.filter((session) => session.sid === sid);
    expect(announced).toEqual([
      { sid, forgetAfter: new Date(harness.clock.now().getTime() + 960_000).toISOString() },
    ]);
    expect(await eventsAbout(sid)).toMatchObject([
      { type: "session.revoked", data: { sid, userId: user.id, reason: "logout" } },
    ]);
    const revoked = await harness.internal("GET", "/internal/sessions/revoked");
    expect(revokedSessionsSchema.parse(revoked.body).items).toContainEqual({
      sid,
      forgetAfter: announced[0]?.forgetAfter ?? "",
    });
  });

  test("everywhere ends every session of the user and nobody else's", async () => {
    const [first, other] = [await signUp(), await signUp()];
    const second = (await steps.signIn(first.phone)).body;
    expect((await harness.call("POST", "/v1/auth/logout-all", { token: second.accessToken })).status).toBe(
      204,
    );
    expect((await me(first.accessToken)).status).toBe(401);
    expect((await me(second.accessToken)).status).toBe(401);
    expect((await me(other.accessToken)).status).toBe(200);
  });

  test("there: sessions are listed, and one of the own may be ended, but nobody else's", async () => {
    const [first, other] = [await signUp(), await signUp()];
    const second = (await steps.signIn(first.phone)).body;
    const list = await harness.call("GET", "/v1/users/me/sessions", { token: second.accessToken });
    expect(list.body.nextCursor).toBe(null);
    expect(list.body.items).toHaveLength(2);
    const ids = list.body.items.filter(({ current }: { current: boolean }) => !current);
    expect(ids).toMatchObject([{ id: sidOf(first.accessToken) }]);
    const end = (id: string) =>
      harness.call("DELETE", `/v1/users/me/sessions/${id}`, { token: second.accessToken });
    expect((await end(sidOf(other.accessToken))).status).toBe(404);
    expect((await end(sidOf(first.accessToken))).status).toBe(204);
    expect((await me(first.accessToken)).status).toBe(401);
    expect((await me(other.accessToken)).status).toBe(200);
    expect((await end("not-a-uuid")).status).toBe(422);
  });

  test("a session that was revoked long ago need no longer be remembered", async () => {
    const { accessToken } = await signUp();
    const sid = sidOf(accessToken);
    await harness.call("POST", "/v1/auth/logout", { token: accessToken });
    harness.clock.advance(961_000);
    const { items } = (await harness.internal("GET", "/internal/sessions/revoked")).body;
    expect(items.map((item: { sid: string }) => item.sid)).not.toContain(sid);
  });
});
