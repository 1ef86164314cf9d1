import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { fakeClock } from "../testing/fake-clock.ts";
import { createTokenVerifier } from "./token-verifier.ts";

const CLAIMS = {
  sub: "0192f0c0-0000-7000-8000-000000000001",
  sid: "0192f0c0-0000-7000-8000-000000000002",
  role: "customer",
  typ: "access",
};

const setUp = async () => {
  const clock = fakeClock("2026-05-01T12:00:00.000Z");
  const nowSeconds = Math.floor(clock.now().getTime() / 1000);
  const ours = await generateKeyPair("EdDSA", { extractable: true });
  const theirs = await generateKeyPair("EdDSA", { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(ours.publicKey)), kid: "k1", alg: "EdDSA", use: "sig" };
  let keys = [publicJwk];
  let fetches = 0;
  const verifier = createTokenVerifier({
    issuer: "kiosk",
    clock,
    fetchKeys: async () => {
      fetches += 1;
      return { keys };
    },
  });
  interface Forgery {
    readonly header?: Record<string, unknown>;
    readonly claims?: Record<string, unknown>;
    readonly issuer?: string;
    readonly audience?: string;
    readonly issuedAt?: number;
    readonly expires?: number | null;
    readonly key?: CryptoKey;
  }
  const sign = ({
    header = {},
    claims = {},
    issuer = "kiosk",
    audience = "kiosk",
    issuedAt = nowSeconds,
    expires = nowSeconds + 900,
    key,
  }: Forgery = {}) => {
    const token = new SignJWT({ ...CLAIMS, ...claims })
      .setProtectedHeader({ alg: "EdDSA", kid: "k1", typ: "at+jwt", ...header })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt);
    if (expires !== null) token.setExpirationTime(expires);
    return token.sign(key ?? ours.privateKey);
  };
  const setKeys = (next: JWK[]) => {
    keys = next;
  };
  return { clock, nowSeconds, verifier, sign, publicJwk, theirs, ours, setKeys, fetchCount: () => fetches };
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("the token verifier", () => {
  test("answers who a good token belongs to", async () => {
    const { verifier, sign } = await setUp();
    expect(await verifier.verify(await sign())).toMatchObject({
      userId: CLAIMS.sub,
      sessionId: CLAIMS.sid,
      role: "customer",
    });
  });

  test("accepts none of the forgeries", async () => {
    const { verifier, sign, nowSeconds, theirs, publicJwk } = await setUp();
    const good = await sign();
    const [header = "", payload = "", signature = ""] = good.split(".");
    const secret = Buffer.from(publicJwk.x ?? "", "base64url");
    const hmacHeader = encode({ alg: "HS256", kid: "k1", typ: "at+jwt" });
    const hmac = createHmac("sha256", secret).update(`${hmacHeader}.${payload}`).digest("base64url");
    const theirJwk = await exportJWK(theirs.publicKey);
    const forgeries: Record<string, string> = {
      "alg none": `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`,
      "alg none with the signature": `${encode({ alg: "none", kid: "k1", typ: "at+jwt" })}.${payload}.${signature}`,
      "HS256 with the public key": `${hmacHeader}.${payload}.${hmac}`,
      "another key": await sign({ key: theirs.privateKey }),
      "another key, sent along": await sign({ key: theirs.privateKey, header: { jwk: theirJwk } }),
      "another key, at an address": await sign({
        key: theirs.privateKey,
        header: { jku: "https://evil.example/jwks.json" },
      }),
      "a kid of a stranger": await sign({ key: theirs.privateKey, header: { kid: "k2" } }),
      "another issuer": await sign({ issuer: "someone" }),
      "another audience": await sign({ audience: "someone" }),
      "a refresh token": await sign({ header: { typ: "rt+jwt" }, claims: { typ: "refresh" } }),
      "a refresh token under an access header": await sign({ claims: { typ: "refresh" } }),
      "a plain JWT": await sign({ header: { typ: "JWT" } }),
      expired: await sign({ issuedAt: nowSeconds - 1000, expires: nowSeconds - 31 }),
      "without an end": await sign({ expires: null }),
      "without a session": await sign({ claims: { sid: undefined } }),
      "a role that is not": await sign({ claims: { role: "owner" } }),
      "a subject that is no id": await sign({ claims: { sub: "1 or 1=1" } }),
      "a changed payload": `${header}.${encode({ ...CLAIMS, role: "admin", iss: "kiosk", aud: "kiosk", iat: nowSeconds, exp: nowSeconds + 900 })}.${signature}`,
      "no signature": `${header}.${payload}.`,
      "half a token": good.slice(0, good.length / 2),
      nothing: "x",
    };
    for (const [name, token] of Object.entries(forgeries)) {
      const outcome = await verifier.verify(token).then(
        () => "accepted",
        (error: { code?: string }) => error.code,
      );
      expect({ name, outcome }).toEqual({ name, outcome: "UNAUTHENTICATED" });
    }
  });

  test("a token ends, also when it has been verified before", async () => {
    const { verifier, sign, clock } = await setUp();
    const token = await sign();
    await verifier.verify(token);
    clock.advance(900_000 + 31_000);
    expect(await verifier.verify(token).catch((error: { code: string }) => error.code)).toBe(
      "UNAUTHENTICATED",
    );
  });

  test("a revoked session is refused at once, also when its token has been verified before", async () => {
    const { verifier, sign, clock } = await setUp();
    const token = await sign();
    await verifier.verify(token);
    verifier.revoke({
      sid: CLAIMS.sid,
      forgetAfter: new Date(clock.now().getTime() + 900_000).toISOString(),
    });
    expect(await verifier.verify(token).catch((error: { code: string }) => error.code)).toBe(
      "UNAUTHENTICATED",
    );
  });

  test("an unknown key makes it ask again, but not more often than allowed", async () => {
    const { verifier, sign, clock, theirs, setKeys, publicJwk, fetchCount } = await setUp();
    await verifier.verify(await sign());
    const rotated = await sign({ key: theirs.privateKey, header: { kid: "k2" } });
    await verifier.verify(rotated).catch(() => undefined);
    expect(fetchCount()).toBe(1);
    setKeys([publicJwk, { ...(await exportJWK(theirs.publicKey)), kid: "k2", alg: "EdDSA" }]);
    clock.advance(30_000);
    expect(await verifier.verify(rotated)).toMatchObject({ userId: CLAIMS.sub });
    expect(fetchCount()).toBe(2);
  });
});
