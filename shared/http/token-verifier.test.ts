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
  let instead: (() => Promise<unknown>) | null = null;
  const verifier = createTokenVerifier({
    issuer: "kiosk",
    clock,
    fetchKeys: async () => {
      fetches += 1;
      return instead === null ? { keys } : instead();
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
  /** What is answered instead of the keys; null: the keys again. */
  const answerKeys = (answer: typeof instead) => {
    instead = answer;
  };
  return {
    answerKeys,
    clock,
    nowSeconds,
    verifier,
    sign,
    publicJwk,
    theirs,
    ours,
    setKeys,
    fetchCount: () => fetches,
  };
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

  test("a new key is asked for at once when a token names it, and is then known", async () => {
    const { verifier, sign, theirs, setKeys, publicJwk, fetchCount } = await setUp();
    await verifier.verify(await sign());
    setKeys([publicJwk, await published(theirs.publicKey, "k2")]);
    const rotated = await sign({ key: theirs.privateKey, header: { kid: "k2" } });
    expect(await verifier.verify(rotated)).toMatchObject({ userId: CLAIMS.sub });
    expect(await verifier.verify(await sign())).toMatchObject({ userId: CLAIMS.sub });
    expect(fetchCount()).toBe(2);
  });

  test("strangers who invent keys make it ask three times at once, and then once a minute", async () => {
    const { verifier, sign, clock, theirs, fetchCount } = await setUp();
    await verifier.verify(await sign());
    const invented = async (n: number) => {
      const token = await sign({ key: theirs.privateKey, header: { kid: `invented-${n}` } });
      return codeOf(verifier.verify(token));
    };
    const rush = async () => {
      for (let n = 0; n < 50; n += 1) expect(await invented(n)).toBe("UNAUTHENTICATED");
      expect(await Promise.all(Array.from({ length: 50 }, (_, n) => invented(n)))).not.toContain("none");
    };
    await rush();
    expect(fetchCount()).toBe(1 + 3);
    // Nine pulls of its own keep the keys fresh within the minute.
    for (let second = 0; second < 60; second += 10) {
      clock.advance(10_000);
      await verifier.pullKeys();
    }
    const pulled = fetchCount();
    await rush();
    expect(fetchCount()).toBe(pulled + 1);
  });

  test("a dropped key takes its tokens along, also those that have been verified before", async () => {
    const { verifier, sign, theirs, setKeys, publicJwk } = await setUp();
    const token = await sign();
    await verifier.verify(token);
    setKeys([await published(theirs.publicKey, "k2")]);
    await verifier.pullKeys();
    expect(await codeOf(verifier.verify(token))).toBe("UNAUTHENTICATED");
    // Another key under the old name is another key.
    setKeys([await published(theirs.publicKey, "k1")]);
    await verifier.pullKeys();
    expect(await codeOf(verifier.verify(token))).toBe("UNAUTHENTICATED");
    setKeys([publicJwk]);
    await verifier.pullKeys();
    expect(await codeOf(verifier.verify(token))).toBe("none");
  });

  test("a key that is dropped while a token is being verified does not let it through", async () => {
    const { verifier, sign, theirs, setKeys } = await setUp();
    const token = await sign();
    await verifier.pullKeys();
    const verifying = codeOf(verifier.verify(token));
    setKeys([await published(theirs.publicKey, "k2")]);
    const pulling = verifier.pullKeys();
    expect(["none", "UNAUTHENTICATED"]).toContain(await verifying);
    await pulling;
    expect(await codeOf(verifier.verify(token))).toBe("UNAUTHENTICATED");
  });

  test("asks by itself for keys that nobody has pulled for ten seconds, before it believes them", async () => {
    const { verifier, sign, clock, theirs, setKeys } = await setUp();
    const token = await sign();
    await verifier.verify(token);
    setKeys([await published(theirs.publicKey, "k2")]);
    clock.advance(10_000);
    expect(await codeOf(verifier.verify(token))).toBe("none");
    clock.advance(1);
    expect(await codeOf(verifier.verify(token))).toBe("UNAUTHENTICATED");
  });

  test("goes on with the keys that it knows while auth is away, or answers nonsense", async () => {
    const { verifier, sign, clock, theirs, answerKeys, fetchCount } = await setUp();
    await verifier.verify(await sign());
    const broken = [
      () => Promise.reject(new Error("connection refused")),
      async () => ({ keys: [] }),
      async () => "not a key set",
      async () => ({ keys: [{ kty: "OKP", crv: "Ed25519", kid: "k1", x: "short" }] }),
    ];
    for (const answer of broken) {
      answerKeys(answer);
      clock.advance(11_000);
      const before = fetchCount();
      for (let n = 0; n < 20; n += 1) expect(await codeOf(verifier.verify(await sign()))).toBe("none");
      expect(fetchCount()).toBe(before + 1);
    }
    const unknown = await sign({ key: theirs.privateKey, header: { kid: "k2" } });
    expect(await codeOf(verifier.verify(unknown))).toBe("UNAUTHENTICATED");
  });

  test("without any keys says that it cannot check, and asks four times a second at most", async () => {
    const { verifier, sign, clock, answerKeys, fetchCount } = await setUp();
    answerKeys(() => Promise.reject(new Error("connection refused")));
    const token = await sign();
    for (let n = 0; n < 20; n += 1) expect(await codeOf(verifier.verify(token))).toBe("UNAVAILABLE");
    expect(fetchCount()).toBe(1);
    answerKeys(null);
    clock.advance(251);
    expect(await codeOf(verifier.verify(token))).toBe("none");
  });

  test("clocks may differ by 30 seconds, and no more", async () => {
    const { verifier, sign, nowSeconds } = await setUp();
    const verdict = async (forgery: Parameters<typeof sign>[0]) =>
      codeOf(verifier.verify(await sign(forgery)));
    expect(await verdict({ expires: nowSeconds - 29 })).toBe("none");
    expect(await verdict({ expires: nowSeconds - 30 })).toBe("UNAUTHENTICATED");
    expect(await verdict({ claims: { nbf: nowSeconds + 30 } })).toBe("none");
    expect(await verdict({ claims: { nbf: nowSeconds + 31 } })).toBe("UNAUTHENTICATED");
    expect(await verdict({ issuedAt: nowSeconds + 30 })).toBe("none");
    expect(await verdict({ issuedAt: nowSeconds + 31 })).toBe("UNAUTHENTICATED");
    expect(await verdict({ issuedAt: nowSeconds - 3_630 })).toBe("none");
    expect(await verdict({ issuedAt: nowSeconds - 3_631 })).toBe("UNAUTHENTICATED");
  });
});

const published = async (key: CryptoKey, kid: string): Promise<JWK> => ({
  ...(await exportJWK(key)),
  ...{ kid, alg: "EdDSA", use: "sig" },
});

/** The code of a refusal, or `none`. */
const codeOf = (verifying: Promise<unknown>): Promise<string> =>
  verifying.then(
    () => "none",
    (error: { code: string }) => error.code,
  );
